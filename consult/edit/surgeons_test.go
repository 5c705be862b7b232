package edit

import (
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestSurgeonIndicators(t *testing.T) {
	assistant := func(p *codeset.PFS, s string) { p.Assistant = s }
	co := func(p *codeset.PFS, s string) { p.CoSurgeon = s }
	for _, m := range []string{"80", "81", "82", "AS"} {
		each(t, "pfs.assistant", "20610-"+m, "0:undecided 1:conflict 2:applies 9:conflict 3:", assistant)
		each(t, "pfs.assistant", "20610-"+m+" documentation=yes", "0:applies 1:conflict 2:applies 9:conflict 3:", assistant)
		each(t, "pfs.assistant", "20610-"+m+" documentation=no", "0:conflict 1:conflict 2:applies 9:conflict 3:", assistant)
		each(t, "pfs.assistant", "20610-"+m+" setting=outpatient", "0: 1: 2: 9: 3:", assistant)
	}
	each(t, "pfs.assistant", "20610", "0: 1: 2: 9: 3:", assistant)
	each(t, "pfs.cosurgeon", "20610-62", "0:conflict 1:undecided 2:undecided 9:conflict 3:", co)
	each(t, "pfs.cosurgeon", "20610-62 documentation=yes", "0:conflict 1:applies 2:undecided 9:conflict", co)
	each(t, "pfs.cosurgeon", "20610-62 specialty=orthopedics", "0:conflict 1:undecided 2:undecided 9:conflict", co)
	each(t, "pfs.cosurgeon", "20610-62 specialty=orthopedics specialty=orthopedics", "0:conflict 1:undecided 2:undecided 9:conflict", co)
	each(t, "pfs.cosurgeon", "20610-62 specialty=orthopedics specialty=podiatry", "0:conflict 1:undecided 2:applies 9:conflict", co)
	each(t, "pfs.cosurgeon", "20610-62-80", "0:conflict 1:conflict 2:conflict 9:conflict", co)
	each(t, "pfs.cosurgeon", "20610-62 setting=outpatient", "0: 1: 2: 9:", co)
	each(t, "pfs.team", "20610-66", "0:conflict 1:undecided 2:applies 9:conflict 3:", func(p *codeset.PFS, s string) { p.Team = s })
}

func TestSurgeons(t *testing.T) {
	w := newWorld().schedule("33533", codeset.PFS{Multiple: "2", Global: "090", Assistant: "2", CoSurgeon: "2", Team: "2"}).
		schedule("45385", codeset.PFS{Multiple: "3", Global: "000", Assistant: "0", CoSurgeon: "1", Team: "1"}).
		schedule("99024", codeset.PFS{Multiple: "9", Global: "XXX", Assistant: "9", CoSurgeon: "9", Team: "9"}).schedule("20610", codeset.PFS{})
	bare := newWorld().valid("20610")
	run(t, []row{
		{name: "assistant 0", world: w, claim: "45385-80", rule: "pfs.assistant", want: "undecided 45385", says: "documentation of its medical necessity"},
		{name: "assistant 2", world: w, claim: "33533-80", rule: "pfs.assistant", want: "applies 33533", says: "modifier 80 is payable"},
		{name: "no resident", world: w, claim: "33533-82", rule: "pfs.assistant", want: "applies 33533", says: "where no qualified resident was available"},
		{name: "no physician", world: w, claim: "33533-AS", rule: "pfs.assistant", want: "applies 33533", says: "physician assistant, nurse practitioner"},
		{name: "assistant 9", world: w, claim: "99024-80", rule: "pfs.assistant", want: "conflict 99024", says: "is not paid"},
		{name: "assistant unknown", world: w, claim: "20610-80", rule: "pfs.assistant", skips: "pfs.assistant 20610: indicator"},
		{name: "assistant without a row", world: bare, claim: "20610-80", rule: "pfs.assistant", skips: "pfs.assistant 20610: TEST"},
		{name: "co-surgeons of two specialties", world: w, claim: "33533-62 specialty=cardiology specialty=podiatry", rule: "pfs.cosurgeon", want: "applies 33533", says: "as stated (cardiology, podiatry)"},
		{name: "co-surgeon and assistant at once", world: w, claim: "33533-62-80", rule: "pfs.cosurgeon", want: "conflict 33533", says: "the line bears 62 and 80"},
		{name: "co-surgeon here, assistant there", world: w, claim: "33533-62 45385-80", rule: "pfs.cosurgeon", want: "undecided 33533"},
		{name: "team 2", world: w, claim: "33533-66", rule: "pfs.team", want: "applies 33533", says: "payable by report"},
		{name: "of a hospital", world: w, claim: "33533-66 setting=outpatient", rule: "pfs.team", skips: "pfs.team 33533: the rule binds a practitioner's claim"},
	})
	f := of(w.check(t, "33533-62"), "pfs.cosurgeon")[0]
	if len(f.Branches) != 3 || f.Missing[0] != "specialty" || !strings.Contains(f.Branches[0].Statement, "no documentation") {
		t.Errorf("%+v", f)
	}
}
