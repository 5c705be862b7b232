package cmsfile

import (
	"errors"
	"strings"
	"testing"
)

func TestMUEGolden(t *testing.T) {
	for _, name := range []string{"MCR_MUE_PractitionerServices_Eff_07-01-2026.csv", "outpatient.csv", "dme.csv"} {
		golden(t, "ncci/"+name+".golden", dump(t, MUE(fixture(t, "ncci/"+name), Comma)))
	}
}

func TestMUESheet(t *testing.T) {
	m := workbook(t, "MCR_MUE_PractitionerServices_Eff_07-01-2026.xlsx", map[string][][]any{"MUE": {
		{"Current Procedural Terminology (CPT) codes … copyright 2025 American Medical Association.\n\nAll rights reserved."},
		{"HCPCS/\nCPT Code", "Practitioner Services\nMUE Values", "MUE Adjudication Indicator", "MUE Rationale"},
		{"0001U", 1, "2 Date of Service Edit: Policy", "Code Descriptor / CPT Instruction"},
		{20610, 0, "3 Date of Service Edit: Clinical", "CMS Policy, made up"},
		{"J7187", 1000, "1 Line Edit", "Prescribing Information"},
	}})
	golden(t, "ncci/MCR_MUE_PractitionerServices_Eff_07-01-2026.csv.golden", dump(t, MUE(m, Sheet)))
	if id, err := Identify(m); err != nil || id.Kind != MUEPractitioner || id.Period.Name != "2026Q3" {
		t.Errorf("%+v, %v", id, err)
	}
}

const mueHead1 = "\"HCPCS/\nCPT Code\",DME Supplier Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n"

func TestMUERefused(t *testing.T) {
	const e = "A4550,0,3 Date of Service Edit: Clinical,CMS Policy\r\n"
	for _, c := range []struct{ name, text, want string }{
		{"no header", e, "no header that names a HCPCS/CPT Code and MUE Values"},
		{"no header far down", strings.Repeat(e, 60), "line 41: no header that names"},
		{"no rows", mueHead1, "holds no row under its header"},
		{"no indicator", strings.Replace(mueHead1, "MUE Adjudication Indicator", "Other", 1) + e, "line 1: the header has no column"},
		{"code", mueHead1 + strings.Replace(e, "A4550", "A455O", 1), `line 3: "A455O" is no CPT or HCPCS code`},
		{"units", mueHead1 + strings.Replace(e, ",0,", ",-1,", 1), `line 3: "-1" is no number of units`},
		{"units empty", mueHead1 + strings.Replace(e, ",0,", ",,", 1), `line 3: "" is no number of units`},
		{"units huge", mueHead1 + strings.Replace(e, ",0,", ",99999999999,", 1), `is no number of units`},
		{"MAI", mueHead1 + strings.Replace(e, "3 Date", "4 Date", 1), `line 3: adjudication indicator "4 Date of Service Ed…" is none of 1, 2, 3`},
		{"MAI of a neighbour", mueHead1 + strings.Replace(e, "3 Date of Service Edit: Clinical", "2 units", 1), `adjudication indicator "2 units"`},
		{"twice", mueHead1 + e + e, "line 4: A4550 stands twice, first at line 3"},
		{"cut off", mueHead1 + e + "A4551,1,3 Da", "line 4: has 3 columns, not 4: cut off?"},
	} {
		rows, err := take(MUE(memory("mue.csv", c.text), Comma))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %d rows, error %v\nwant %s", c.name, len(rows), err, c.want)
		}
	}
}

// TestMUEHeaders: what CMS has called the columns, and what it has not.
func TestMUEHeaders(t *testing.T) {
	for _, c := range []struct{ code, values, kind string }{
		{"\"HCPCS/\nCPT Code\"", "Practitioner Services MUE Values", MUEPractitioner},
		{"CPT/HCPCS Code", "PRACTITIONER SERVICES MUE VALUES", MUEPractitioner},
		{"HCPCS/CPT Code", "Outpatient Hospital Services MUE Values", MUEOutpatient},
		{"HCPCS/CPT Code", "Facility Outpatient Hospital Services MUE Values", MUEOutpatient},
		{"HCPCS/CPT Code", "Outpatient Hospital MUE Values", MUEOutpatient},
		{"HCPCS/CPT Code", "DME Supplier Services MUE Values", MUEDME},
		{"HCPCS/CPT Code", "DME Supplier MUE Values", MUEDME},
		{"HCPCS/CPT Code", "MUE Values", ""},
		{"Code", "Practitioner Services MUE Values", ""},
	} {
		m := memory("table.csv", c.code+","+c.values+",MUE Adjudication Indicator\n\n20610,2,2 Date of Service Edit: Policy\n,,\nJ3301,4,1\n")
		id, err := Identify(m)
		if c.kind == "" {
			if !errors.Is(err, ErrNoCodeFile) {
				t.Errorf("%s, %s: taken for %+v (%v)", c.code, c.values, id, err)
			}
			continue
		}
		rows, bad := take(MUE(m, Comma))
		if err != nil || id.Kind != c.kind || id.Proved != (c.kind == MUEPractitioner) || bad != nil || len(rows) != 2 || rows[1] != (MUERow{Code: "J3301", Units: 4, MAI: "1"}) {
			t.Errorf("%s, %s: %+v, %v; %+v, %v", c.code, c.values, id, err, rows, bad)
		}
	}
}

func TestMUEOfficial(t *testing.T) {
	for path, want := range map[string]struct {
		rows, line int
		period     string
	}{
		"ncci/mue_practitioner_2024q2.csv":                             {14677, 41, "2024Q2"},
		"ncci/mue_practitioner_2026q2.csv":                             {15095, 41, "2026Q2"},
		"layouts/MCR_MUE_PractitionerServices_Eff_07-01-2026.head.csv": {4, 0, "2026Q3"},
	} {
		m := official(t, path)[0]
		id, err := Identify(m)
		if err != nil || id.Kind != MUEPractitioner || id.Period.Name != want.period || !id.Proved {
			t.Errorf("%s: %+v, %v", path, id, err)
		}
		rows, err := take(MUE(m, id.Format))
		line := 0
		for _, r := range rows {
			if r.MAI == "1" {
				line++
			}
		}
		if err != nil || len(rows) != want.rows || line != want.line {
			t.Errorf("%s: %d rows, %d of MAI 1, %v", path, len(rows), line, err)
		}
	}
}

func FuzzMUE(f *testing.F) {
	f.Add(mueHead1 + "A4550,0,3 Date of Service Edit: Clinical,CMS Policy\r\n")
	f.Add("\"notice\nof two lines\"\n" + mueHead1 + "A4550,0,\"3\"Date,\n")
	f.Fuzz(func(t *testing.T, text string) {
		m := memory("mue.csv", text)
		_, _ = Identify(m)
		rows, err := take(MUE(m, Comma))
		for _, r := range rows {
			if !procedure([]byte(r.Code)) || r.Units < 0 {
				t.Errorf("%+v", r)
			}
		}
		if err == nil && len(rows) == 0 || err != nil && !strings.HasPrefix(err.Error(), m.String()) {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}
