package codeset

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/cmsfile"
)

func TestDrugUnit(t *testing.T) {
	for long, want := range map[string]string{
		"Injection, testamine acetate, 10 mg":                               "10 mg",
		"INJECTION, TESTAMINE, NOT OTHERWISE SPECIFIED, PER 10 MG":          "10 mg",
		"Injection, testamine, up to 1000 mcg":                              "1000 mcg",
		"Injection, testamine, up to 1,200,000 units":                       "1.2e+06 units",
		"Infusion, test solution, 250 cc":                                   "250 ml",
		"Injection, testamine, 0.1 microgram (for some patients)":           "0.1 mcg",
		"Injection, testamine, .5 mg":                                       "0.5 mg",
		"Injection, testamine, 1 gram":                                      "1000 mg",
		"Injection, testamine, 2 g.":                                        "2000 mg",
		"Test factor (recombinant), per i.u.":                               "1 units",
		"Test factor (human) per iu, not otherwise specified":               "1 units",
		"Test solution, per ml":                                             "1 ml",
		"Testamine, 5 mg, oral, not to exceed a 48 hour dosage regimen":     "5 mg",
		"Injection, testamine 5%, 10 mg":                                    "10 mg",
		"Injection, testamine, 100 mg of iron":                              "100 mg",
		"Injection, testamine, 10 mg/ml":                                    "", // a concentration
		"Injection, testamine and testol, 10 mg/5 mg":                       "", // two doses
		"Injection, testamine 3 mg and testol 3 mg":                         "",
		"Injection, testamine, 1 cc, 200 mg":                                "",
		"Injection, testamine, 10 mg and hyaluronidase":                     "", // two substances
		"Injection, testamine, less than or equal to 100 mg":                "", // a range
		"Contrast, 150-199 mg/ml iodine concentration, per ml":              "",
		"Contrast, 150-199 mg":                                              "",
		"Injection, testamine, over 10 cc":                                  "",
		"Testamine implant, 20 mg, per study dose":                          "",
		"Injection, testamine, 500 mg (150/350)":                            "",
		"Injection, testamine, per ml, containing 2 x 10^13 vector genomes": "",
		"Test solution, sterile (500 ml = 1 unit)":                          "",
		"Injection, testamine, per 2 meq":                                   "", // a unit that we do not keep
		"Testamine F18, diagnostic, per study dose, up to 5 millicuries":    "",
		"Testamine, single unit dosage form (354 mg)":                       "",
		"Injection, testamine, 0 mg":                                        "",
		"Test graft, per square centimeter":                                 "",
		"Unclassified drugs":                                                "",
		"":                                                                  "",
	} {
		got := ""
		if amount, unit, ok := drugUnit(long); ok {
			got = fmt.Sprintf("%v %s", amount, unit)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", long, got, want)
		}
	}
}

// TestOfficialDrugUnits compares what is read from the published descriptions
// with the starter's billing unit of every code in it, its absence included.
func TestOfficialDrugUnits(t *testing.T) {
	dir := SharedData(t)
	members, err := cmsfile.Open(filepath.Join(dir, "hcpcs/HCPC2024_OCT_ANWEB.reconstructed.txt.gz"))
	starter, err2 := os.ReadFile("starter/hcpcs.tsv")
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	want := map[string]string{}
	for _, line := range strings.Split(strings.TrimRight(string(starter), "\n"), "\n")[1:] {
		cells := strings.Split(line, "\t")
		want[cells[0]+" "+cells[1]] = cells[5] + " " + strings.TrimSpace(cells[6])
	}
	determined := 0
	for row, err := range cmsfile.ReadHCPCS(members[0], cmsfile.Text) {
		if err != nil {
			t.Fatal(err)
		}
		cells := hcpcsCode(row)
		got := " "
		if a := cells[6].(*float64); a != nil {
			got = fmt.Sprintf("%v %s", *a, cells[7])
			determined++
		}
		key := fmt.Sprint(cells[0], " ", cells[1])
		if w, ok := want[key]; ok && w != got {
			t.Errorf("%s: %q, starter %q: %s", key, got, w, row.Long)
		}
		delete(want, key)
	}
	if len(want) > 0 || determined < 1100 {
		t.Errorf("%d billing units; not in the file: %v", determined, want)
	}
}
