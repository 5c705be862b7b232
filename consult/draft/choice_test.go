package draft

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// asked is a bare question about codes, with facts as "lesion_count=9".
func asked(codes, facts string) Input {
	in := Input{Answered: date("2025-11-15"), Intents: []code.Intent{code.CodeSelect}}
	in.Claim = edit.Claim{On: in.Answered, Facts: map[string][]string{}}
	for _, c := range strings.Fields(codes) {
		in.Claim.Lines = append(in.Claim.Lines, code.Line{Code: c})
	}
	for _, f := range strings.Fields(facts) {
		name, value, _ := strings.Cut(f, "=")
		in.Claim.Facts[name] = append(in.Claim.Facts[name], strings.ReplaceAll(value, "_", " "))
	}
	return in
}

// TestChoices walks every family across its thresholds.
func TestChoices(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ codes, facts, want string }{
		{"96405 96406", "lesion_count=1", "96405 ×1"},
		{"96405 96406", "lesion_count=7", "96405 ×1"},
		{"96405 96406", "lesion_count=8", "96406 ×1"},
		{"96405 96406", "lesion_count=0", ""},
		{"96405 96406", "lesion_count=many", ""},
		{"96405 96406", "lesion_count=7 lesion_count=9", ""},
		{"96405 96406", "", ""},
		{"11900 11901", "lesion_count=7", "11900 ×1"},
		{"11900 11901", "lesion_count=8", "11901 ×1"},
		{"17000", "lesion_count=1", "17000 ×1"},
		{"17000 17003", "lesion_count=2", "17000 ×1 and 17003 ×1"},
		{"17000 17003", "lesion_count=14", "17000 ×1 and 17003 ×13"},
		{"17000 17004", "lesion_count=15", "17004 ×1"},
		{"17110 17111", "lesion_count=14", "17110 ×1"},
		{"17110 17111", "lesion_count=15", "17111 ×1"},
		{"17000 17110", "lesion_count=5", ""},
		{"17000 17110", "pathology=premalignant", "17000 ×1"},
		{"17000 17110", "lesion_count=5 pathology=premalignant", "17000 ×1 and 17003 ×4"},
		{"17000 17110", "lesion_count=20 pathology=benign", "17111 ×1"},
		{"11400", "size_cm=0.5", "11400 ×1"},
		{"11400", "size_cm=0.55", "11401 ×1"},
		{"11402", "size_cm=1.2", "11402 ×1"},
		{"11402", "size_cm=2.1", "11403 ×1"},
		{"11441", "size_cm=4.1", "11446 ×1"},
		{"20610 20611", "technique=ultrasound_guidance", "20611 ×1"},
		{"20610 20611", "technique=open", ""},
		{"11042", "area_cm2=20", "11042 ×1"},
		{"11042", "area_cm2=20.5", "11042 ×1 and 11045 ×1"},
		{"11042 11045", "area_cm2=40", "11042 ×1 and 11045 ×1"},
		{"11042 11045", "area_cm2=42", "11042 ×1 and 11045 ×2"},
		{"11102 11104", "lesion_count=1 technique=punch", "11104 ×1"},
		{"11104 11105", "lesion_count=3 technique=punch", "11104 ×1 and 11105 ×2"},
		{"11104 11102", "lesion_count=3 technique=punch technique=tangential", ""},
		{"11102 11104", "lesion_count=3", ""},
		{"93000 93010", "setting=inpatient", "93010 ×1"},
		{"93000 93010", "place_of_service=22", "93010 ×1"},
		{"93000 93010", "setting=office", ""},
		{"11720 11721", "lesion_count=5", "11720 ×1"},
		{"11720 11721", "lesion_count=6", "11721 ×1"},
		{"99213 99214", "minutes=29", "99213 ×1"},
		{"99213 99214", "minutes=30", "99214 ×1"},
		{"99213 99214", "minutes=9", ""},
		{"99204 99205", "minutes=60", "99205 ×1"},
		{"20610 76942", "", "20611 ×1"},
		{"20610 76942", "same_site=no", ""},
		{"11042 97597", "same_site=yes", "11042 ×1"},
		{"11042 97597", "", ""},
	} {
		d := s.decide(view(asked(c.codes, c.facts)))
		got := ""
		if d != nil {
			got = report(d.lines)
		}
		if got != c.want {
			t.Errorf("%s with %q: %q, want %q", c.codes, c.facts, got, c.want)
		}
	}
}

// A family holds from its first day on.
func TestChoiceBeforeItsFirstDay(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	in := asked("11102 11104", "lesion_count=1 technique=punch")
	in.Claim.On = date("2018-12-31")
	if d := s.decide(view(in)); d != nil {
		t.Errorf("the biopsy codes of 2019 answer for %s", in.Claim.On)
	}
}

func TestRelated(t *testing.T) {
	var got []string
	for _, c := range Related(asked("20610 76942", "").Claim) {
		got = append(got, string(c.System)+" "+c.Code)
	}
	if s := strings.Join(got, ", "); s != "cpt 20611" {
		t.Errorf("related to 20610 and 76942: %s", s)
	}
}

// An entry without its source, or with a key that nothing reads, is refused.
func TestChoicesAreReadStrictly(t *testing.T) {
	const whole = "[[family]]\nname='x'\ncodes=['1']\nfact='f'\nquestion='q'\nsource='s'\nsure='K'\n" +
		"option=[{when='a', line=[]},{when='b', line=[]}]\n"
	if _, err := decodeChoices(whole); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, want string }{
		{strings.Replace(whole, "source='s'", "", 1), "lacks"},
		{strings.Replace(whole, "sure='K'", "", 1), "lacks"},
		{whole + "colour='red'\n", "unknown key"},
		{"[[combo]]\ncodes=['1','2']\n", "lacks"},
		{"[[convention]]\nrule='r'\n", "lacks"},
		{"[[family]\n", "choices.toml:1"},
	} {
		if _, err := decodeChoices(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.want)
		}
	}
}
