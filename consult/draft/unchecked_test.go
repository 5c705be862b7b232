package draft

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// In fewer words, too, the reply says of which codes something was not checked.
func TestTerseUncheckedKeepsCodes(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	in := asked("11301 17000", "")
	in.Result = edit.Result{NotChecked: []string{
		"code.status 11301: not in the starter", "pfs.status 11301: not in the starter", "ncci.ptp 11301/17000: not in the starter", "coverage.lcd: no release loaded",
	}}
	got := s.unchecked(view(in), nil, true)
	want := "code validity on the date, fee schedule status and NCCI pairs (11301, 11301/17000): not in the starter library"
	if len(got) != 2 || string(got[0]) != want {
		t.Errorf("unchecked %q, want %q first", got, want)
	}
}

// A primary code that was billed elsewhere is asked for, not one on the claim
// of which the asker said what stands on it.
func TestAsksForThePrimaryElsewhere(t *testing.T) {
	r := render(t, read("11045 denied B15. 11045 was the only line on that claim.", starter(t)))
	if flat := strings.Join(strings.Fields(r.Markdown), " "); !strings.Contains(flat, "Was 11042, the primary code, done that day, and was it billed on another claim?") {
		t.Error(flat)
	}
}

// Only a limit of MAI 3 is lifted by a record.
func TestRecordLiftsOnlyMAI3(t *testing.T) {
	for mai, want := range map[string]bool{"1": false, "2": false, "3": true} {
		in := asked("99214", "")
		in.Result.Findings = []edit.Finding{{Rule: "ncci.mue", Verdict: "exceeds", Severity: edit.Error, MAI: mai, Codes: []string{"99214"}, Limit: limit(2), Units: 3}}
		if got := strings.Contains(render(t, in).Markdown, "why more units than the limit"); got != want {
			t.Errorf("MAI %s: the record is asked for: %v", mai, got)
		}
	}
}
