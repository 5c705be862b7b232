package cmsfile

import (
	"strings"
	"testing"
	"time"
)

func TestAddOnGolden(t *testing.T) {
	golden(t, "ncci/AOC_V2026Q3-MCR.txt.golden", dump(t, AddOns(fixture(t, "ncci/AOC_V2026Q3-MCR.txt"), Tabs)))
	golden(t, "ncci/addon_2026q3.csv.golden", dump(t, AddOns(fixture(t, "ncci/addon_2026q3.csv"), Comma)))
}

// TestAddOnSheet: a workbook with days as Excel counts them and types in Roman numerals.
func TestAddOnSheet(t *testing.T) {
	m := workbook(t, "AOC_V2026Q3-MCR.xlsx", map[string][][]any{"AOC": {
		{"copyright 2025 American Medical Association"},
		{"Add-on Code", "Edit Type", "Primary Code", "Primary Code Effective Date", "Primary Code Deletion Date", "Special Instruction/Notes"},
		{11045, "Type I", 11042, 2013091, nil, "made up"},
		{"0054T", "II", "CCCCC", 41365, "0"},
		{64727, "III", 64702, "20130401", "12/31/2024"},
	}})
	rows, err := take(AddOns(m, Sheet))
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	for i, want := range []string{"11045/11042 1 2013-04-01 ", "0054T/CCCCC 2 2013-04-01 ", "64727/64702 3 2013-04-01 2024-12-31"} {
		r := rows[i]
		to := ""
		if !r.To.IsZero() {
			to = r.To.Format("2006-01-02")
		}
		if got := r.AddOn + "/" + r.Primary + " " + r.Type + " " + r.From.Format("2006-01-02") + " " + to; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if id, err := Identify(m); err != nil || id.Kind != AddOn || id.Proved || id.Period.Name != "2026Q3" {
		t.Errorf("%+v, %v", id, err)
	}
}

func TestAddOnRefused(t *testing.T) {
	const head = "add_on_code,primary_code,aoc_edit_type,effective_date,deletion_date\n"
	for _, c := range []struct{ name, text, want string }{
		{"no header", "11045,11042,1,2013-04-01,\n", "no header that names an add-on and a primary code"},
		{"no header far down", strings.Repeat("11045,11042,1,2013-04-01,\n", 60), "line 41: no header that names an add-on and a primary code within the first 40 lines"},
		{"header without its dates", "add_on_code,primary_code,aoc_edit_type\n11045,11042,1\n", "no header that names"},
		{"no rows", head, "holds no row under its header"},
		{"add-on", head + "1104,11042,1,2013-04-01,\n", `line 2: "1104" is no CPT or HCPCS code`},
		{"primary", head + "11045,CCCC,1,2013-04-01,\n", `line 2: "CCCC" is no CPT or HCPCS code, nor CCCCC`},
		{"type", head + "11045,11042,4,2013-04-01,\n", `line 2: edit type "4" is none of 1, 2, 3`},
		{"closed list left open", head + "11045,CCCCC,1,2013-04-01,\n", "line 2: 11045 is of type 1, which does not go with the primary CCCCC"},
		{"open list with a code", head + "11045,11042,2,2013-04-01,\n", "line 2: 11045 is of type 2, which does not go with the primary 11042"},
		{"date", head + "11045,11042,1,2013366,\n", `line 2: "2013366" is no date`},
		{"last day", head + "11045,11042,1,2013-04-01,soon\n", `line 2: "soon" is no date`},
		{"day of a year that is not", head + "11045,11042,1,1013091,\n", `line 2: "1013091" is no date`},
		{"ends first", head + "11045,11042,1,2013-04-01,2012-12-31\n", "line 2: ends 2012-12-31, before its first day 2013-04-01"},
		{"twice", head + "11045,11042,1,2013-04-01,\n11045,11042,1,2013-04-01,\n", "line 3: 11045 with 11042 stands twice, first at line 2"},
		{"cut off", head + "11045,11042,1\n", "line 2: has 3 columns, not 4: cut off?"},
	} {
		rows, err := take(AddOns(memory("aoc.csv", c.text), Comma))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %d rows, error %v\nwant %s", c.name, len(rows), err, c.want)
		}
	}
}

// TestAddOnTaken: the sorts of rows and dates that a table may hold.
func TestAddOnTaken(t *testing.T) {
	const head = "Add-On Code\tAOC Del Dt (Julian)\tAOC_Edit_Type\tPrimary Code\tPrimary Code Del Dt (Julian)\tAOC_Edit_Eff_Dt (Julian)\tAOC_Edit_Del_Dt (Julian)\n"
	for _, c := range []struct{ name, row, want string }{
		{"open", "11045\t\t1\t11042\t\t2013091\t\n", "2013-04-01 0001-01-01"},
		{"nines and zeros for none", "11045\t0\t1\t11042\t9999999\t2013091\t0000000\n", "2013-04-01 0001-01-01"},
		{"day 366 of a leap year", "11045\t\t1\t11042\t\t2013091\t2024366\n", "2013-04-01 2024-12-31"},
		{"the primary ends first", "11045\t2023365\t1\t11042\t2020366\t2013091\t2024366\n", "2013-04-01 2020-12-31"},
		{"the add-on ends first", "11045\t2019365\t1\t11042\t2020366\t2013091\t\n", "2013-04-01 2019-12-31"},
		{"empty lines", "\n\t\t\t\n11045\t\t1\t11042\t\t2013091\t\n\n", "2013-04-01 0001-01-01"},
		{"one day", "11045\t\t1\t11042\t\t2013091\t2013091\n", "2013-04-01 2013-04-01"},
	} {
		rows, err := take(AddOns(memory("AOC.txt", head+c.row), Tabs))
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %v, %v", c.name, rows, err)
			continue
		}
		if got := rows[0].From.Format(time.DateOnly) + " " + rows[0].To.Format(time.DateOnly); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestAddOnOfficial: a list of type 3 that ends in CCCCC says that it is open;
// a few of the official ones leave that to the type.
func TestAddOnOfficial(t *testing.T) {
	m := official(t, "ncci/aoc_2026q3.csv")[0]
	id, err := Identify(m)
	if err != nil || id.Kind != AddOn || id.Period.Name != "2026Q3" {
		t.Errorf("%+v, %v", id, err)
	}
	rows, err := take(AddOns(m, id.Format))
	if err != nil || len(rows) != 7743 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	types, open := map[string]int{}, map[string]bool{}
	for _, r := range rows {
		types[r.Type]++
		if r.Type == "3" && r.Primary == ContractorDefined {
			open[r.AddOn] = true
		}
	}
	if types["1"] != 7130 || types["2"] != 42 || types["3"] != 571 || !open["96160"] || !open["64727"] || !open["88311"] {
		t.Errorf("%v, open %v", types, open)
	}
}

func FuzzAddOns(f *testing.F) {
	f.Add("Add-On Code\tAOC_Edit_Type\tPrimary Code\tAOC_Edit_Eff_Dt (Julian)\tAOC_Edit_Del_Dt (Julian)\n11045\t1\t11042\t2013091\t\n")
	f.Fuzz(func(t *testing.T, text string) {
		m := memory("aoc.txt", text)
		_, _ = Identify(m)
		rows, err := take(AddOns(m, Tabs))
		for _, r := range rows {
			if !procedure([]byte(r.AddOn)) || r.Type == "" {
				t.Errorf("%+v", r)
			}
		}
		if err == nil && len(rows) == 0 || err != nil && !strings.HasPrefix(err.Error(), m.String()) {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}
