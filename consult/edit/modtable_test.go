package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// misfits is every kind of code that a modifier cannot stand on, and beside it
// codes that it can: "modifiers: bad codes | codes of which nothing is known to
// speak against it".
var misfits = []string{
	"LT RT LC E1 FA TA: 99213 92014 G0463 99291 | ",
	"LT RT: | 20610 66984 92133 73721",
	"LC LD LM RC RI: 20610 27447 20550 11042 45378 66984 01996 00100 | 92928 33533 36620 75574 93458 C9600 0523T",
	"E1 E2 E3 E4: 20610 27447 45378 36415 50200 22612 | 67840 15823 11440 68761 64612 12051 0207T 21280 88305",
	"FA F1 F5 F9: 20610 27447 28285 43239 66984 20605 21310 23430 | 26055 64831 11730 20600 25000 73140 29130 11042",
	"TA T1 T5 T9: 27447 20610 26055 23430 45378 66984 43239 | 28285 11730 20600 64455 27650 73660 29345 11055",
	"P1 P2 P3 P4 P5 P6: 20610 99213 93000 J3301 | 00100 01402 01999 99100",
	"AA AD QK QY QS G8 G9: 20610 99213 62323 | 00142 01967 D9222",
	"QX QZ: | 00142 62323",
	"23: 99213 | 00142 45378",
	"47: 99213 00142 | 20610",
	"63: 99213 00142 71046 80053 | 33820 44055 92950",
	"53: 99213 | 45378 93015 00142",
	"76 77: 99213 99291 G0463 | 71046 93010 20610",
	"90 92 91: 20610 93000 99213 71046 36415 | 80053 0001U 88305 P9604",
	"QW: 20610 93000 99213 | 87880 G0328 82962",
	"1P 2P 3P 8P: 99213 20610 0042T J3301 | 3044F 0001F",
	"93 95 GT GQ FQ: 20610 27447 00142 | 90837 99213 97110 G0108 77427",
	"FS FT AI: 20610 93000 J3301 | 99223 99291 G0463 G0316",
	"AT: 97110 99213 98943 98939 | 98940 98941 98942",
	"GP GO GN: 99213 J3301 00142 | 97110 97597 20560 92507 29581 64550 G0283 97161",
	"PT: 99213 | 45385 G0500 00811 88305",
	"JW JZ JA JB TB: 20610 99213 97110 96372 71046 | J3301 Q5101 90378 90732 A9500 C9257 90746",
	"NU UE RR KH RA: 20610 99213 97110 | E0601 L1833 K0001 A4253 B9002",
	"A1 A9 K0 K4: 20610 97597 | A6212 L5301",
	"QL QM QN GM: 20610 99213 E0601 | A0428 A0425",
}

func TestKinds(t *testing.T) {
	w := surgical()
	for _, m := range misfits {
		mods, codes, _ := strings.Cut(m, ":")
		bad, good, _ := strings.Cut(codes, "|")
		for mod := range strings.FieldsSeq(mods) {
			w.put(code.Modifier, mod, nil)
			for c := range strings.FieldsSeq(bad) {
				fitOn(t, w, c, mod, "invalid")
			}
			for c := range strings.FieldsSeq(good) {
				fitOn(t, w, c, mod, "valid")
			}
		}
	}
}

// fitOn holds a modifier that stands alone on a line to a verdict.
func fitOn(t *testing.T, w *world, c, m, want string) {
	t.Helper()
	fs := of(w.check(t, c+"-"+m), "modifier.valid")
	if len(fs) != 1 || fs[0].Verdict != want {
		t.Errorf("%s-%s: %+v, want %s", c, m, fs, want)
	}
	if want == "invalid" && len(fs) == 1 && !strings.Contains(fs[0].Statement, "does not fit: ") {
		t.Errorf("%s-%s: %s", c, m, fs[0].Statement)
	}
}

// TestKindsAreTested holds each modifier of the table to a row above, and each
// row of the table to the section that carries it.
func TestKindsAreTested(t *testing.T) {
	known := slices.Concat(cptModifiers, anatomic, pricing, informing)
	for _, n := range kinds {
		if n.cite == "" || n.why == "" {
			t.Errorf("%v rests on nothing", n.modifiers)
		}
		if !slices.ContainsFunc(misfits, func(s string) bool { return strings.Contains(s, n.modifiers[0]) }) {
			t.Errorf("no test of %v", n.modifiers)
		}
		known = append(known, n.modifiers...)
	}
	for _, c := range clashes {
		for _, m := range slices.Concat(c.one, c.other) {
			if !slices.Contains(known, m) {
				t.Errorf("%s clashes and is known nowhere else", m)
			}
		}
	}
}

func TestClashes(t *testing.T) {
	w := surgical()
	for _, m := range strings.Fields("AS GO GN CQ CO RR UE NU AA QK QZ QX F5 T1 E1 E3 LC") {
		w.put(code.Modifier, m, nil)
	}
	w.schedule("92928", codeset.PFS{Global: "000", PCTC: "0", Bilateral: "1"})
	rows := []row{
		{claim: "27447-80-AS", want: "conflict 27447-80; conflict 27447-AS", says: "physician assistant"},
		{claim: "27447-82-AS", want: "conflict 27447-82; conflict 27447-AS"},
		{claim: "27447-62-80", want: "conflict 27447-62; conflict 27447-80"},
		{claim: "27447-62-AS", want: "conflict 27447-62; conflict 27447-AS"},
		{claim: "27447-66-82", want: "conflict 27447-66; conflict 27447-82"},
		{claim: "27447-62-66", want: "conflict 27447-62; conflict 27447-66"},
		{claim: "27447-80-81-82", want: "conflict 27447-80; conflict 27447-81; conflict 27447-82", says: "81 and 82"},
		{claim: "27447-54-55", want: "conflict 27447-54; conflict 27447-55", says: "two lines"},
		{claim: "27447-54 27447-55", want: "valid 27447-54; valid 27447-55"},
		{claim: "27447-52-53", want: "conflict 27447-52; conflict 27447-53"},
		{claim: "20610-58-78-79", want: "conflict 20610-58; conflict 20610-78; conflict 20610-79", says: "78 and 79"},
		{claim: "76942-26-TC-76", want: "conflict 76942-26; conflict 76942-TC; valid 76942-76"},
		{claim: "76942-76-77", want: "conflict 76942-76; conflict 76942-77"},
		{claim: "26055-LT-F5", want: "conflict 26055-LT; conflict 26055-F5"},
		{claim: "26055-RT-F5", want: "redundant 26055-RT; valid 26055-F5", says: "F5, which names the side"},
		{claim: "26055-F1-LT", want: "valid 26055-F1; redundant 26055-LT"},
		{claim: "67840-E3-RT", want: "valid 67840-E3; redundant 67840-RT"},
		{claim: "67840-E1-RT", want: "conflict 67840-E1; conflict 67840-RT"},
		{claim: "92928-LC-LT", want: "valid 92928-LC; valid 92928-LT"},
		{claim: "97110-GP-GO", want: "conflict 97110-GP; conflict 97110-GO", says: "one plan of care"},
		{claim: "97110-GP-CQ", want: "valid 97110-GP; valid 97110-CQ"},
		{claim: "97110-CQ-GP", want: "order 97110-CQ; valid 97110-GP", says: "behind GP"},
		{claim: "97110-GO-CO", want: "valid 97110-GO; valid 97110-CO"},
		{claim: "97110-CQ", want: "conflict 97110-CQ", says: "needs GP"},
		{claim: "97110-GO-CQ", want: "valid 97110-GO; conflict 97110-CQ", says: ""},
		{claim: "97110-59-GP-CQ", want: "valid 97110-59; valid 97110-GP; valid 97110-CQ"},
		{claim: "97110-GP-59-CQ", want: "valid 97110-GP; valid 97110-59; valid 97110-CQ"},
		{claim: "E0601-NU-RR", want: "conflict E0601-NU; conflict E0601-RR"},
		{claim: "E0601-RR-KX", want: "valid E0601-RR; valid E0601-KX"},
		{claim: "01402-P2-P3", want: "conflict 01402-P2; conflict 01402-P3"},
		{claim: "01402-AA-P3", want: "valid 01402-AA; valid 01402-P3"},
		{claim: "01402-P3-AA", want: "order 01402-P3; valid 01402-AA"},
		{claim: "01402-AA-QZ", want: "conflict 01402-AA; conflict 01402-QZ"},
		{claim: "71046-RT-76", want: "order 71046-RT; valid 71046-76", says: "by the contractors' instructions"},
		{claim: "99213-24-25", want: "valid 99213-24; valid 99213-25"},
		{claim: "99213-25-57", want: "valid 99213-25; valid 99213-57"},
		{claim: "20610-59-76-RT-KX", want: "valid 20610-59; valid 20610-76; valid 20610-RT; valid 20610-KX"},
		{claim: "20610-59-76-22-RT-KX", want: "valid 20610-59; valid 20610-76; valid 20610-22; valid 20610-RT; order 20610-KX"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "modifier.valid", w
	}
	run(t, rows)
	c := claim("97110-CQ")
	c.On = c.On.AddDate(-5, 0, 0)
	if got := verdicts(w.checkClaim(t, c), "modifier.valid"); got != "valid 97110-CQ" {
		t.Errorf("before 2020: %s", got)
	}
	r := w.check(t, "20610-59-76-22-RT-KX")
	if got := of(r, "modifier.valid")[4].Statement; !strings.Contains(got, "number 5 on a line that has room for 4") {
		t.Error(got)
	}
}

// TestSplitCare holds 54, 55 and 56 to each value of PPRRVU GLOB DAYS.
func TestSplitCare(t *testing.T) {
	for global, want := range map[string]string{"000": "invalid", "XXX": "invalid", "ZZZ": "invalid", "010": "valid", "090": "valid", "MMM": "valid", "YYY": "valid"} {
		for _, m := range []string{"54", "55", "56"} {
			f := of(newWorld().days("10060", global).check(t, "10060-"+m+" payer=Aetna"), "modifier.valid")[0]
			if f.Verdict != want {
				t.Errorf("%s with %s: %s", m, global, f.Statement)
			}
			if want == "invalid" && (f.Indicator != global || !strings.Contains(f.Statement, "Medicare's physician fee schedule; Aetna may rule otherwise")) {
				t.Errorf("%s with %s: %+v", m, global, f)
			}
		}
	}
	run(t, []row{{name: "no row", world: newWorld().valid("10060"), claim: "10060-55", rule: "modifier.valid", skips: "modifier.valid 10060-55: TEST has no row"}})
}

// TestWhoBills: a facility's modifiers are judged by who bills, which is asked
// where it is not stated.
func TestWhoBills(t *testing.T) {
	w := newWorld().days("45378", "000").valid("99213")
	run(t, []row{
		{name: "unstated", world: w, claim: "45378-73", rule: "modifier.valid", want: "undecided 45378-73", says: "who bills"},
		{name: "a hospital's place may be the physician's", world: w, claim: "45378-74 place_of_service=22", rule: "modifier.valid", want: "undecided 45378-74"},
		{name: "hospital", world: w, claim: "45378-74 setting=outpatient", rule: "modifier.valid", want: "valid 45378-74"},
		{name: "office", world: w, claim: "45378-73 place_of_service=11", rule: "modifier.valid", want: "invalid 45378-73", says: "only a hospital"},
		{name: "physician", world: w, claim: "45378-53", rule: "modifier.valid", want: "valid 45378-53"},
		{name: "53 on a hospital's claim", world: w, claim: "45378-53 setting=outpatient", rule: "modifier.valid", want: "invalid 45378-53", says: "73 or 74"},
		{name: "both", world: w, claim: "45378-53-74 setting=outpatient", rule: "modifier.valid", want: "conflict 45378-53; conflict 45378-74"},
		{name: "both, unstated", world: w, claim: "45378-53-74", rule: "modifier.valid", want: "conflict 45378-53; conflict 45378-74", says: "a hospital or surgical center 73 or 74"},
		{name: "27 in an office", world: w, claim: "99213-27 place_of_service=11", rule: "modifier.valid", want: "invalid 99213-27"},
		{name: "27", world: w, claim: "99213-27", rule: "modifier.valid", want: "valid 99213-27"},
		{name: "on a visit", world: w, claim: "99213-73", rule: "modifier.valid", want: "invalid 99213-73"},
	})
	run(t, []row{
		{name: "a surgical center's place", world: w, claim: "45378-73 place_of_service=24", rule: "modifier.valid", want: "undecided 45378-73",
			says: "place of service 24 says where the procedure was, not whether the facility or the physician bills"},
		{name: "a surgical center", world: w, claim: "45378-73 billed_by=facility", rule: "modifier.valid", want: "valid 45378-73"},
		{name: "its physician", world: w, claim: "45378-73 place_of_service=24 billed_by=physician", rule: "modifier.valid", want: "invalid 45378-73", says: "with 53"},
	})
	if f := of(w.check(t, "45378-73 place_of_service=24"), "modifier.valid")[0]; !slices.Equal(f.Missing, []string{"billed_by"}) {
		t.Errorf("the place is stated: %v is missing", f.Missing)
	}
	f := of(w.check(t, "45378-73"), "modifier.valid")[0]
	if len(f.Branches) != 2 || !slices.Equal(f.Missing, []string{"setting"}) {
		t.Errorf("%+v", f)
	}
}

// TestModifierDates: a modifier that ended, or begins after the day, is in the
// file and said to be, with its day (W11); it bypasses nothing.
func TestModifierDates(t *testing.T) {
	w := newWorld().days("20610", "000").ptp("20610", "20550", "1")
	w.put(code.Modifier, "GD", func(cf *codeset.CodeFacts) { cf.Status, cf.Source.EffectiveTo = code.Deleted, "2019-12-31" })
	w.put(code.Modifier, "JZ", func(cf *codeset.CodeFacts) {
		cf.Status, cf.NotYet, cf.Source.EffectiveFrom = code.Unknown, true, "2025-01-01"
	})
	w.put(code.Modifier, "XS", func(cf *codeset.CodeFacts) {
		cf.Status, cf.NotYet, cf.Source.EffectiveFrom = code.Unknown, true, "2025-01-01"
	})
	w.put(code.Modifier, "ZC", func(cf *codeset.CodeFacts) { cf.Status, cf.Successor = code.Deleted, "ZZ" })
	w.put(code.Modifier, "YY", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
	w.put(code.Modifier, "59", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
	run(t, []row{
		{name: "ended", world: w, claim: "20610-GD", rule: "modifier.valid", want: "invalid 20610-GD", says: "no longer in effect on 2024-08-15|its last day was 2019-12-31"},
		{name: "not yet", world: w, claim: "J3301-JZ", rule: "modifier.valid", want: "invalid J3301-JZ", says: "not yet in effect on 2024-08-15|it begins on 2025-01-01"},
		{name: "replaced", world: w, claim: "20610-ZC", rule: "modifier.valid", want: "invalid 20610-ZC", says: "replaced by ZZ"},
		{name: "in no file", world: w, claim: "20610-YY", rule: "modifier.valid", want: "unproved 20610-YY", says: "in no file loaded for 2024-08-15"},
		{name: "CPT's own are in no HCPCS file", world: w, claim: "20610-59", rule: "modifier.valid", want: "valid 20610-59"},
		{name: "not yet, so no bypass", world: w, claim: "20610 20550-XS", rule: "ncci.ptp", want: "modifier_allowed 20610/20550"},
	})
	f := of(w.check(t, "20610-GD"), "modifier.valid")[0]
	if f.Source.Row != "GD" {
		t.Errorf("it rests on %+v", f.Source)
	}
	if fs := of(w.check(t, "20610-GD"), "code.status"); len(fs) != 1 {
		t.Errorf("a modifier has no status of its own: %+v", fs)
	}
}

// TestModifierPayer: what is Medicare's own says so to any other payer and to
// none; what CPT or the HCPCS file says binds them all.
func TestModifierPayer(t *testing.T) {
	w := surgical().days("10060", "000").put(code.Modifier, "AS", nil).put(code.Modifier, "CQ", nil)
	for claim, own := range map[string]bool{
		"77067-50": true, "93000-26": true, "11045-51": true, "10060-54": true, "27447-80-AS": true, "97110-KX-59": true, "97110-CQ": true, "99213-GP": true,
		"99213-76": false, "20610-JZ": false, "20610-LT-RT": false, "20610-P1": false, "20610-RT": false, "99213-59": false,
	} {
		for payer, want := range map[string]string{"Aetna": "Aetna may rule otherwise", "": "Medicare's"} {
			s := of(w.check(t, claim+" payer="+payer), "modifier.valid")[0].Statement
			if strings.Contains(s, want) != own || strings.Contains(s, "Medicare's") != own {
				t.Errorf("%s, payer %q: %s", claim, payer, s)
			}
		}
		if s := of(w.check(t, claim), "modifier.valid")[0].Statement; strings.Contains(s, "Medicare's") || strings.Contains(s, "otherwise") {
			t.Errorf("%s, payer Medicare: %s", claim, s)
		}
	}
}
