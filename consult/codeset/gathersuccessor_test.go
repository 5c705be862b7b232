package codeset_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// named writes what is named in the place of a code: "E11.9 valid ~" and the
// like, ~ for approximate, + for combined, with scenario and choice list.
func named(cf codeset.CodeFacts) string {
	var out []string
	for _, s := range cf.Successors {
		text := strings.TrimSpace(s.Code.Code + " " + string(s.Status))
		if s.Approximate {
			text += " ~"
		}
		if s.NoMap {
			text += " none"
		}
		if s.Combination {
			text += fmt.Sprintf(" +%d.%d", s.Scenario, s.ChoiceList)
		}
		out = append(out, strings.TrimSpace(text))
	}
	return strings.Join(out, "; ")
}

// TestSuccessorsOfHCPCS: a cross reference counts from the day on which its code
// ended, and only while it is valid itself.
func TestSuccessorsOfHCPCS(t *testing.T) {
	pool := pgtest.New(t)
	loads(t, pool, options(), anwebCSV)
	for on, want := range map[string]string{
		"2024-09-30": "",
		"2024-10-01": "J0002, A0001",
		"2003-12-31": "",
	} {
		cf := known(t, pool, on, "hcpcs J0003").Codes["hcpcs J0003"]
		if cf.Successor != want {
			t.Errorf("J0003 on %s: %q (%s), want %q", on, cf.Successor, named(cf), want)
		}
		if want != "" && (cf.SuccessorSource == nil || cf.SuccessorSource.Row != "J0003 XREF J0002" || cf.SuccessorSource.Set != codeset.KindHCPCS) {
			t.Errorf("J0003 on %s is named by %+v", on, cf.SuccessorSource)
		}
	}
}

// TestSuccessorsOfficial holds the published files' own cross references and
// mappings: ended targets are none, CPT's are sure only where a table shows them.
func TestSuccessorsOfficial(t *testing.T) {
	dir := codeset.SharedData(t)
	pool := pgtest.New(t)
	loads(t, pool, options(), filepath.Join(dir, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"), filepath.Join(dir, "gems/gem2018cm.zip"), filepath.Join(dir, "icd10cm/cm2025.zip"))
	for _, test := range []struct{ on, code, successor, named string }{
		{"2024-11-15", "hcpcs C9014", "J0567", "J0567 valid"},
		{"2018-12-31", "hcpcs C9014", "", ""},
		{"2024-11-15", "hcpcs C9150", "A9610", "A9610 valid"},
		{"2024-11-15", "hcpcs C9136", "", ""}, // its reference Q9975 ended too
		{"2024-11-15", "hcpcs C9742", "", "31573; 31574"},
		{"2024-11-15", "hcpcs A0380", "", ""}, // has a reference and did not end
		{"2025-02-01", "icd9cm 250.00", "", "E11.9 valid ~"},
		{"2025-02-01", "icd9cm 001.0", "", "A00.0 valid"},
		{"2025-02-01", "icd9cm 729.1", "", "M60.9 valid ~; M79.1 unknown ~; M79.7 valid ~"}, // M79.1 was divided
		{"2025-02-01", "icd9cm 073.0", "", "A70 valid ~ +1.1; J17 valid ~ +1.2"},
		{"2025-02-01", "icd9cm 365.70", "", "~ none"},
		{"2016-02-01", "icd9cm 250.00", "", "E11.9 ~"}, // no list of that year is loaded
		{"2014-05-01", "icd10cm E11.9", "", "250.00 ~"},
		{"2025-02-01", "icd10cm E11.9", "", ""},
		{"2014-05-01", "icd9cm 250.00", "", "E11.9 ~"},
	} {
		cf := known(t, pool, test.on, test.code).Codes[test.code]
		if cf.Successor != test.successor || named(cf) != test.named {
			t.Errorf("%s on %s: %q, %q; want %+v", test.code, test.on, cf.Successor, named(cf), test)
		}
	}
	loads(t, pool, options(), filepath.Join(dir, "ncci/mue_practitioner_2024q2.csv"))
	if cf := known(t, pool, "2024-05-15", "hcpcs C9742").Codes["hcpcs C9742"]; cf.Successor != "31573, 31574" {
		t.Errorf("C9742 beside the limits of the day: %q, %s", cf.Successor, named(cf))
	}
	if cf := known(t, pool, "2024-11-15", "hcpcs C9742").Codes["hcpcs C9742"]; cf.Successor != "" {
		t.Errorf("C9742 beside limits of an earlier day: %q", cf.Successor)
	}
}

// TestPlaces: the list of the day tells a place of service, also that it is none.
func TestPlaces(t *testing.T) {
	tx := begin(t)
	publish(t, tx, publication{kind: "pos", name: "2025", from: "2025-01-01", to: "2025-12-31"}, "pos_rows", "code name text facility",
		[]any{"11", "Office", "", "non-facility"}, []any{"43", "Unassigned", "Unassigned", ""})
	for code, want := range map[string]string{"pos 11": "valid 11 Office", "pos 43": "unknown 43 ", "pos 44": "unknown  "} {
		cf := gather(t, tx, "2025-02-01", code).Codes[code]
		if got := fmt.Sprint(cf.Status, " ", cf.Source.Row, " ", cf.Title); got != want || cf.Source.Set != codeset.KindPOS {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	if cf := gather(t, tx, "2019-02-01", "pos 11").Codes["pos 11"]; cf.Status != "" {
		t.Errorf("before the list: %+v", cf)
	}
}
