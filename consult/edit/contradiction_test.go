package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// TestContradictedLineIsNotPayable: where two modifiers of a line contradict each
// other, no rule says that the line is payable or that one of them fits.
func TestContradictedLineIsNotPayable(t *testing.T) {
	knee := newWorld().schedule("27447", codeset.PFS{Global: "090", Bilateral: "1", Assistant: "2", CoSurgeon: "1", Team: "0"})
	joint := newWorld().schedule("20610", codeset.PFS{Global: "000", Bilateral: "1"})
	run(t, []row{
		{name: "an assistant who is co-surgeon", world: knee, claim: "27447-62-80", rule: "pfs.assistant", want: "conflict 27447", says: "not one where it contradicts 62"},
		{name: "the co-surgeon who is assistant", world: knee, claim: "27447-62-80", rule: "pfs.cosurgeon", want: "conflict 27447"},
		{name: "two kinds of assistant", world: knee, claim: "27447-80-AS", rule: "pfs.assistant", want: "conflict 27447; conflict 27447", says: "modifier 80|contradicts AS"},
		{name: "an assistant alone", world: knee, claim: "27447-80", rule: "pfs.assistant", want: "applies 27447", says: "is payable"},
		{name: "50 with RT", world: joint, claim: "20610-50-RT", rule: "pfs.bilateral", want: "conflict 20610", says: "modifiers 50 and RT contradict each other on one line"},
		{name: "RT, 50 and LT", world: joint, claim: "20610-RT-50-LT", rule: "pfs.bilateral", want: "conflict 20610", says: "contradict each other on one line"},
		{name: "RT and LT on one line", world: joint, claim: "20610-RT-LT", rule: "pfs.bilateral", want: "conflict 20610", says: "modifiers RT and LT contradict"},
		{name: "RT and LT on two lines", world: joint, claim: "20610-RT 20610-LT", rule: "pfs.bilateral", want: "applies 20610"},
	})
	for _, text := range []string{"27447-62-80", "27447-80-AS", "20610-50-RT"} {
		for _, f := range knee.schedule("20610", codeset.PFS{Global: "000", Bilateral: "1"}).check(t, text).Findings {
			if strings.Contains(f.Statement, "is payable") {
				t.Errorf("%s: %s", text, f.Statement)
			}
		}
	}
}

// TestNoticeAndScreening: GY beside GA or GZ, and PT on the screening code itself.
func TestNoticeAndScreening(t *testing.T) {
	w := newWorld().valid("20610", "G0121", "45385")
	run(t, []row{
		{name: "GA with GY", world: w, claim: "20610-GA-GY", rule: "modifier.valid", want: "conflict 20610-GA; conflict 20610-GY", says: "contradicts GY on the same line; GY says that the service is excluded by law"},
		{name: "GY with GZ", world: w, claim: "20610-GY-GZ", rule: "modifier.valid", want: "conflict 20610-GY; conflict 20610-GZ", says: "by the contractors' instructions"},
		{name: "GX with GY", world: w, claim: "20610-GX-GY", rule: "modifier.valid", want: "unproved 20610-GX; unproved 20610-GY"},
		{name: "PT on the screening code", world: w, claim: "G0121-PT", rule: "modifier.valid", want: "invalid G0121-PT", says: "in place of the screening code (CMS MLN Matters MM7012)"},
		{name: "PT on what it became", world: w, claim: "45385-PT", rule: "modifier.valid", want: "unproved 45385-PT"},
	})
}

// TestWhatSetsApart: the criterion and the modifiers fit the kind of code.
func TestWhatSetsApart(t *testing.T) {
	for _, tt := range []struct{ one, two, says, not string }{
		{"20610", "20550", "59 (or XE, XP, XS, XU) or an anatomic modifier|a separate site, lesion, injury or session", "encounter"},
		{"93000", "93005", "59 (or XE, XP, XU) stands on 93005|a separate session or time", "anatomic|site|lesion|XS"},
		{"31500", "94640", "59 (or XE, XP, XU) stands on 94640|a separate session or a reason for 94640 apart from 31500", "anatomic|site|lesion"},
		{"97140", "97530", "59 (or XE, XP, XU) stands on 97530|a separate session or time", "anatomic|site"},
		{"98941", "97140", "an anatomic modifier|a separate site", ""},
		{"88305", "88108", "59 (or XE, XP, XS, XU), or 91 for a test repeated for a further result, stands on 88108|a separate specimen or encounter", "anatomic|lesion"},
		{"80053", "0001U", "a separate specimen or encounter", "anatomic|lesion"},
		{"88172", "10021", "a separate specimen or encounter", "anatomic|lesion|91 for"},
		{"20610", "J2001", "a separate encounter or a use of J2001 apart from 20610; given as anesthesia by whoever does 20610, J2001 is part of it", "anatomic|site|lesion"},
		{"36430", "J1644", "a separate encounter or a use of J1644 apart from 36430", "anatomic|anesthesia"},
		{"93880", "93970", "an anatomic modifier", ""},
	} {
		f := of(newWorld().ptp(tt.one, tt.two, "1").check(t, tt.one+" "+tt.two), "ncci.ptp")[0]
		said := f.Statement
		for _, b := range f.Branches {
			said += " " + b.If + ": " + b.Statement
		}
		for _, part := range strings.Split(tt.says, "|") {
			if !strings.Contains(said, part) {
				t.Errorf("%s/%s: %q lacks %q", tt.one, tt.two, said, part)
			}
		}
		for _, part := range strings.Split(tt.not, "|") {
			if part != "" && strings.Contains(said, part) {
				t.Errorf("%s/%s: %q says %q", tt.one, tt.two, said, part)
			}
		}
		if len(f.Missing) != 1 || len(f.Branches) != 2 {
			t.Errorf("%s/%s: missing %v, %d branches", tt.one, tt.two, f.Missing, len(f.Branches))
		}
	}
	block := newWorld().ptp("20610", "64450", "1")
	block.Pairs[0].Rationale = "Anesthesia service included in surgical procedure"
	run(t, []row{
		{name: "a block by the reason of the row", world: block, claim: "20610 64450", rule: "ncci.ptp", want: "modifier_allowed 20610/64450", says: "given as anesthesia by whoever does 20610, 64450 is part of it and takes no such modifier"},
		{name: "59 on the anesthetic", world: newWorld().ptp("20610", "J2001", "1"), claim: "20610 J2001-59", rule: "ncci.ptp", want: "modifier_present 20610/J2001",
			says: "lets both be paid if the record shows a separate encounter or a use of J2001 apart from 20610; given as anesthesia by whoever does 20610, J2001 is part of it"},
		{name: "a side on a test", world: newWorld().ptp("20610", "93005", "1"), claim: "20610-RT 93005", rule: "ncci.ptp", want: "modifier_present 20610/93005", says: "a reason for 93005 apart from 20610, which RT alone does not show"},
		{name: "one side on both", world: shots(), claim: "20610-RT 20550-RT", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "modifier RT bypasses the edit, but it stands on both codes|only if the record shows two sites there"},
		{name: "one side on both and 59", world: shots(), claim: "20610-RT 20550-59-RT", rule: "ncci.ptp", want: "modifier_present 20610/20550", says: "59, RT on 20550 lets both be paid"},
		{name: "one session of therapy", world: newWorld().ptp("93000", "93005", "1"), claim: "93000 93005 same_session=no", rule: "ncci.ptp", want: "modifier_allowed 93000/93005", says: "a different session is stated"},
	})
}

// TestUndatedSurgery: a surgery stated by its code alone is asked for its date.
func TestUndatedSurgery(t *testing.T) {
	w := newWorld().days("27447", "090").days("20610", "000").days("10060", "010").days("99213", "XXX").days("27486", "090").days("93000", "XXX").valid("99024")
	run(t, []row{
		{name: "a visit", world: w, claim: "99213 surgery_code=27447", rule: "pfs.global", want: "undecided 27447/99213", says: "27447 is stated as the surgery without its date|090 global days"},
		{name: "a procedure", world: w, claim: "27486 surgery_code=27447", rule: "pfs.global", want: "undecided 27447/27486"},
		{name: "99024", world: w, claim: "99024 surgery_code=10060", rule: "pfs.global", want: "undecided 10060/99024"},
		{name: "a test", world: w, claim: "93000 surgery_code=27447", rule: "pfs.global"},
		{name: "24 is asked already", world: w, claim: "99213-24 surgery_code=27447", rule: "pfs.global", want: "undecided 99213", says: "without its date"},
		{name: "no period", world: w, claim: "99213 surgery_code=93000", rule: "pfs.global", want: "no_global 93000"},
		{name: "no row", world: w, claim: "99213 surgery_code=33533", rule: "pfs.global", skips: "pfs.global 33533: TEST has no row"},
		{name: "the surgery is a line", world: w, claim: "99213 27447 surgery_code=27447", rule: "pfs.global", want: "modifier_57 27447/99213"},
	})
	for text, want := range map[string]string{
		"99213 surgery_code=27447": "modifier_57 included outside",
		"99213 surgery_code=10060": "modifier_25 included outside",
		"99213 surgery_code=20610": "modifier_25 outside",
		"99024 surgery_code=27447": "included included outside",
		"27486 surgery_code=27447": "undecided undecided outside",
	} {
		f := of(w.check(t, text), "pfs.global")[0]
		var got []string
		for _, b := range f.Branches {
			got = append(got, b.Verdict)
		}
		if strings.Join(got, " ") != want || !slices.Equal(f.Missing, []string{"surgery_date"}) {
			t.Errorf("%s: %v, missing %v, want %s", text, got, f.Missing, want)
		}
	}
}

// TestModifierThatDoesNotHelp: a visit's modifier that the package does not ask
// for is said to do nothing.
func TestModifierThatDoesNotHelp(t *testing.T) {
	w := newWorld().days("27447", "090").days("27486", "090").days("99213", "XXX").days("99291", "XXX")
	const later, two = " surgery_code=27447 surgery_date=2024-08-01", " surgery_code=27447 surgery_date=2024-08-17"
	run(t, []row{
		{name: "24 after the period", world: w, claim: "99213-24 surgery_code=27447 surgery_date=2024-01-01", rule: "pfs.global", want: "outside 27447/99213", says: "outside the package, and modifier 24 does not apply"},
		{name: "57 two days before", world: w, claim: "99213-57" + two, rule: "pfs.global", want: "outside 27447/99213", says: "and modifier 57 does not apply"},
		{name: "25 in the period", world: w, claim: "99213-25" + later, rule: "pfs.global", want: "included 27447/99213", says: "unless it is unrelated; modifier 25 does not change that"},
		{name: "25 beside 24", world: w, claim: "99213-24-25" + later, rule: "pfs.global", want: "modifier_24 27447/99213"},
		{name: "stated to be related", world: w, claim: "99213 relation_to_surgery=related" + later, rule: "pfs.global", want: "included 27447/99213", says: "because it is stated to belong to the surgery"},
		{name: "critical care", world: w, claim: "99291" + later, rule: "pfs.global", want: "included 27447/99291"},
		{name: "critical care with 24", world: w, claim: "99291-24" + later, rule: "pfs.global", want: "modifier_24 27447/99291", says: "modifier 24 is right if|where critical care takes FT too"},
		{name: "critical care with FT", world: w, claim: "99291-FT" + later, rule: "pfs.global", want: "modifier_24 27447/99291", says: "modifier FT is right if"},
		{name: "FT on another visit", world: w, claim: "99213-FT" + later, rule: "pfs.global", want: "included 27447/99213"},
		{name: "critical care stated to be unrelated", world: w, claim: "99291 relation_to_surgery=unrelated" + later, rule: "pfs.global", want: "modifier_24 27447/99291", says: "needs modifier FT"},
	})
	f := of(w.check(t, "99213 relation_to_surgery=related"+later), "pfs.global")[0]
	if len(f.Branches) != 0 || strings.Contains(f.Statement, "unrelated") {
		t.Errorf("related: %+v", f)
	}
	if f = of(w.check(t, "99213-57 27486"+two), "pfs.global")[0]; strings.Contains(f.Statement, "57 does not apply") {
		t.Errorf("57 may be another surgery's: %s", f.Statement)
	}
	if b := of(w.check(t, "99291"+later), "pfs.global")[0].Branches[0]; !strings.Contains(b.Statement, "modifier FT") {
		t.Errorf("critical care: %+v", b)
	}
	if s := w.statement(t, "99291-24 surgery_code=27447 surgery_date=2021-12-01", "2021-12-31", "pfs.global").Statement; strings.Contains(s, "FT") {
		t.Errorf("before FT: %s", s)
	}
}

// TestUnreadSite: a value of same_site that is neither yes nor no answers nothing.
func TestUnreadSite(t *testing.T) {
	for text, want := range map[string]int{"same_site=perhaps": 2, "same_site=yes": 0, "same_site=no": 0, "": 2} {
		f := of(shots().check(t, "20610 20550 "+text), "ncci.ptp")[0]
		if len(f.Branches) != want || slices.Contains(f.Missing, "same_site") != (want > 0) {
			t.Errorf("%q: missing %v, %d branches", text, f.Missing, len(f.Branches))
		}
	}
}

// TestCareBeforeSurgeryHasBothBranches: 56 says what follows without a transfer.
func TestCareBeforeSurgeryHasBothBranches(t *testing.T) {
	f := of(newWorld().days("27447", "090").check(t, "27447-56"), "pfs.global")[0]
	if len(f.Branches) != 2 || f.Branches[1].Verdict != "outside" || !strings.Contains(f.Branches[1].Statement, "without 56") {
		t.Errorf("%+v", f.Branches)
	}
}
