package edit

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestMultipleIndicators(t *testing.T) {
	for text, want := range map[string]string{
		"20610":                             "0: 1: 2: 3: 4: 5: 6: 7: 9: 8:",
		"20610 20550":                       "0: 1:applies 2:applies 3:applies 4:applies 5:applies 6:applies 7:applies 9: 8:",
		"20610-51":                          "0:does_not_apply 1:applies 2:applies 3:applies 4:applies 5:applies 6:applies 7:applies 9:does_not_apply 8:",
		"20610-51 20550-51":                 "0:does_not_apply 1:conflict 2:conflict 3:conflict 4:applies 5:applies 6:applies 7:applies 9:does_not_apply",
		"20610-51 20550":                    "0:does_not_apply 1:applies 2:applies 3:applies 4:applies 5:applies 6:applies 7:applies 9:does_not_apply",
		"20610x2":                           "0: 1: 2: 3: 4: 5:applies 6: 7: 9:",
		"20610-26 20550-26":                 "0: 1:applies 2:applies 3:applies 4:applies 5:applies 6:does_not_apply 7:does_not_apply 9:",
		"20610-TC 20550-TC":                 "0: 1:applies 2:applies 3:applies 4:applies 5:applies 6:applies 7:applies 9:",
		"20610-51 20550 setting=outpatient": "0: 1: 2: 3: 4: 5: 6: 7: 9:",
	} {
		each(t, "pfs.multiple", text, want, func(p *codeset.PFS, s string) { p.Multiple = s })
	}
}

// endoscopies has two families with their bases, whose own indicator is 2 in
// the file, and surgery outside both.
func endoscopies() *world {
	w := surgical()
	for c, base := range map[string]string{"45380": "45378", "45385": "45378", "43239": "43235", "29881": "29870"} {
		w.schedule(c, codeset.PFS{Multiple: "3", EndoBase: base, Global: "000", PCTC: "0"})
	}
	return w.schedule("45378", codeset.PFS{Multiple: "2", Global: "000", PCTC: "0"})
}

func TestMultiple(t *testing.T) {
	w := endoscopies()
	run(t, []row{
		{name: "one family", world: w, claim: "45385 45380-59", rule: "pfs.multiple", want: "applies 45385; applies 45380", says: "indicator 3|beside 45380|within the endoscopy family of 45378|less the base endoscopy 45378"},
		{name: "with the base alone", world: w, claim: "45385 45378", rule: "pfs.multiple", want: "applies 45385; applies 45378", says: "its payment includes the base endoscopy 45378"},
		{name: "the base itself", world: w, claim: "45378 45385", rule: "pfs.multiple", want: "applies 45378; applies 45385", says: "the base endoscopy of 45385, whose payment includes it"},
		{name: "W24: two families", world: w, claim: "45385 43239", rule: "pfs.multiple", want: "applies 45385; applies 43239", says: "43239 is outside its endoscopy family|the next at 50 percent"},
		{name: "W24: surgery beside", world: w, claim: "45385 27447", rule: "pfs.multiple", want: "applies 45385; applies 27447", says: "27447 is outside"},
		{name: "W24: surgery first", world: w, claim: "27447 29881", rule: "pfs.multiple", want: "applies 27447; applies 29881", says: "second to fifth at 50 percent"},
		{name: "family and surgery", world: w, claim: "45385 45380 20610", rule: "pfs.multiple", want: "applies 45385; applies 45380; applies 20610", says: "within the endoscopy family of 45378|20610 is outside"},
		{name: "an endoscopy with 51 alone", world: w, claim: "45385-51", rule: "pfs.multiple", want: "applies 45385", says: "beside another endoscopy of its family it is paid less the base 45378"},
		{name: "one procedure", world: w, claim: "45385", rule: "pfs.multiple"},
		{name: "an edit pays only one", world: newWorld().ptp("96406", "96405", "0").days("96406", "000").days("96405", "000"), claim: "96405 96406", rule: "pfs.multiple"},
		{name: "51 where nothing reduces", world: w, claim: "93010-51", rule: "pfs.multiple", want: "does_not_apply 93010"},
		{name: "51 alone", world: w, claim: "20610-51", rule: "pfs.multiple", want: "applies 20610", says: "50 percent"},
		{name: "51 on both", world: w, claim: "27447-51 20610-51", rule: "pfs.multiple", want: "conflict 27447; conflict 20610", says: "stands on every one of them"},
		{name: "51 without a row", world: newWorld().valid("20610"), claim: "20610-51", rule: "pfs.multiple", skips: "pfs.multiple 20610: TEST has no row"},
		{name: "of a hospital", world: w, claim: "45385 45380 setting=outpatient", rule: "pfs.multiple", skips: "pfs.multiple 45385: the rule binds a practitioner's claim"},
		{name: "surgery of another day", world: w, claim: "27447 20610 surgery_date=2024-07-01 surgery_code=27447", rule: "pfs.multiple"},
	})
}

// TestMultipleSays holds the sentences of the parts: by indicator and by what
// the lines bill.
func TestMultipleSays(t *testing.T) {
	for _, tt := range [][3]string{
		{"4", "20610 20550", "technical component of imaging the same day is paid at 50 percent, the professional at 95"},
		{"4", "20610-26 20550-26", "the lower professional component of imaging the same day is paid at 95 percent"},
		{"4", "20610-TC 20550", "the lower technical component of imaging the same day is paid at 50 percent"},
		{"5", "20610x3", "3 units of it are on the claim"},
		{"5", "20610 20550", "second and later therapy units"},
		{"6", "20610-26 20550", "only technical components are reduced, and the line bears 26"},
		{"6", "20610 20550", "cardiovascular test is paid at 75 percent"},
		{"7", "20610 20550", "ophthalmology test is paid at 80 percent"},
	} {
		p := codeset.PFS{Global: "XXX", PCTC: "1", Multiple: tt[0]}
		if got := of(newWorld().schedule("20610", p).schedule("20550", p).check(t, tt[1]), "pfs.multiple")[0].Statement; !strings.Contains(got, tt[2]) {
			t.Errorf("%s %s: %s", tt[0], tt[1], got)
		}
	}
}

// TestFiftyOne: where 51 stands, by the work values of the rows (W33). They do
// not prove the whole amounts, so that one against them is left open.
func TestFiftyOne(t *testing.T) {
	w := newWorld()
	for c, work := range map[string]string{"27447": "19.60", "20610": "0.79", "20550": "0.75", "10060": ""} {
		w.schedule(c, codeset.PFS{Multiple: "2", Global: "000", Work: work})
	}
	for text, want := range map[string]string{
		"27447-51 20610":                    "undecided 27447; applies 20610",
		"27447 20610-51":                    "applies 27447; applies 20610",
		"27447-51 20610-51":                 "conflict 27447; conflict 20610",
		"27447-51 20610 20550":              "undecided 27447; applies 20610; applies 20550",
		"27447 20610-51 20550":              "applies 27447; applies 20610; applies 20550",
		"27447-51 20610-51 20550":           "undecided 27447; applies 20610; applies 20550",
		"27447-51 10060":                    "applies 27447; applies 10060",
		"27447-51 20610 primary_code=27447": "conflict 27447; applies 20610",
		"27447-51 20610 primary_code=20610": "applies 27447; applies 20610",
		"27447-51 20610 primary_code=11042": "undecided 27447; applies 20610",
		"10060-51 20610 primary_code=10060": "conflict 10060; applies 20610",
	} {
		r := w.check(t, text)
		if got := verdicts(r, "pfs.multiple"); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	f := of(w.check(t, "27447-51 20610"), "pfs.multiple")[0]
	if f.Missing[0] != "primary_code" || !strings.Contains(f.Statement, "highest work value, 19.60") || f.Branches[0].Statement != "Take modifier 51 from 27447 and put it on 20610." {
		t.Errorf("%+v", f)
	}
	c := claim("27447-51 20610")
	c.Lines[1].Or = true
	if got := verdicts(w.checkClaim(t, c), "pfs.multiple"); got != "applies 27447" {
		t.Errorf("a choice is no second procedure: %s", got)
	}
}
