package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

func TestCodeStatus(t *testing.T) {
	w := newWorld().valid("99213", "J3301").dx("E11.9")
	w.put(code.HCPCS, "J2001", func(cf *codeset.CodeFacts) {
		cf.Status, cf.Successor, cf.Source.EffectiveTo = code.Deleted, "J2003", "2024-09-30"
	})
	w.put(code.CPT, "99241", func(cf *codeset.CodeFacts) { cf.Status, cf.Source.EffectiveTo = code.Deleted, "2022-12-31" })
	w.put(code.CPT, "99999", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
	w.put(code.HCPCS, "G9999", func(cf *codeset.CodeFacts) { cf.NotYet, cf.Source.EffectiveFrom = true, "2025-01-01" })
	w.put(code.CPT, "12345", func(cf *codeset.CodeFacts) { cf.Status = code.Unchecked })
	w.put(code.ICD10CM, "T81.4XXA", func(cf *codeset.CodeFacts) { cf.Status, cf.Successor = code.Unknown, "T81.40XA" })
	w.put(code.ICD10CM, "S52.521B", func(cf *codeset.CodeFacts) {
		cf.Status, cf.SevenChars = code.Unknown, []codeset.Extension{{Char: "A"}, {Char: "D"}}
	})
	rows := []row{
		{claim: "99213", want: "valid 99213", says: "valid code on 2024-08-15"},
		{claim: "J3301 dx:E11.9", want: "valid J3301; valid E11.9"},
		{claim: "J2001", want: "replaced J2001", says: "J2003|2024-09-30"},
		{claim: "99241", want: "deleted 99241", says: "2022-12-31"},
		{claim: "99999", want: "unknown 99999"},
		{claim: "G9999", want: "not_yet_effective G9999", says: "2025-01-01"},
		{claim: "dx:T81.4XXA", want: "replaced T81.4XXA", says: "T81.40XA"},
		{claim: "dx:S52.521B", want: "unknown S52.521B", says: "seventh characters A, D"},
		{claim: "12345", skips: "code.status 12345: no release loaded"},
		{claim: "77777", skips: "code.status 77777: no release loaded"},
		{claim: "99213 99213-25", want: "valid 99213"},
	}
	for i := range rows {
		rows[i].name, rows[i].rule, rows[i].world = rows[i].claim, "code.status", w
	}
	run(t, rows)
	run(t, []row{
		{name: "starter", world: newWorld().starter(codeset.KindPFS), claim: "77777", rule: "code.status", skips: "code.status 77777: not in the starter"},
		{name: "HCPCS not loaded", world: newWorld().lose(codeset.KindHCPCS), claim: "J9999", rule: "code.status", skips: "code.status J9999: the release of"},
		{name: "ICD-10-CM not loaded", world: newWorld().lose(codeset.KindICD10CM), claim: "dx:E11.9", rule: "code.status", skips: "code.status E11.9: the release of"},
	})
}

// TestCodesOfOtherSets: what no loaded set could hold is not said to be unknown.
func TestCodesOfOtherSets(t *testing.T) {
	w := newWorld().put(code.HCPCS, "D0120", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
	w.put(code.HCPCS, "D9999", func(cf *codeset.CodeFacts) { cf.Status, cf.Successor = code.Deleted, "D9998" })
	w.dx("D12.6")
	for _, c := range []string{"250.00", "V72.31", "E849.0", "V72.31XA", "999"} {
		w.put(code.ICD10CM, c, func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
	}
	run(t, []row{
		{name: "CDT", world: w, claim: "D0120", rule: "code.status", skips: "code.status D0120: CDT is licensed"},
		{name: "CDT that ended", world: w, claim: "D9999", rule: "code.status", skips: "code.status D9999: CDT is licensed"},
		{name: "CDT with nothing gathered", world: w, claim: "D1110", rule: "code.status", skips: "code.status D1110: CDT is licensed"},
		{name: "a diagnosis under D", world: w, claim: "dx:D12.6", rule: "code.status", want: "valid D12.6"},
		{name: "ICD-9-CM of another day", world: w, claim: "dx:250.00 dx:V72.31", rule: "code.status", want: "unknown 250.00; unknown V72.31"},
	})
	c := claim("dx:250.00 dx:V72.31 dx:E849.0 dx:999 dx:V72.31XA")
	c.On = codeset.ICD10Since.AddDate(0, 0, -1)
	r := w.checkClaim(t, c)
	if got := verdicts(r, "code.status"); got != "unknown V72.31XA" {
		t.Errorf("on 2015-09-30: %s", got)
	}
	if n := len(slices.DeleteFunc(r.NotChecked, func(s string) bool { return !strings.Contains(s, "coded in ICD-9-CM") })); n != 4 {
		t.Errorf("%d codes of ICD-9-CM are named, want 4", n)
	}
}

// TestReferences: a cross reference of the HCPCS file is a successor where it is
// valid on the day, of several the record must choose, and where nothing tells
// that it is valid the code is only deleted.
func TestReferences(t *testing.T) {
	w := newWorld()
	ended := func(c, successor string, refs ...codeset.Successor) {
		w.put(code.HCPCS, c, func(cf *codeset.CodeFacts) {
			cf.Status, cf.Source.EffectiveTo, cf.Successor, cf.Successors = code.Deleted, "2018-12-31", successor, refs
			if successor != "" {
				cf.SuccessorSource = &refs[0].Source
			}
		})
	}
	ref := func(from, to string, status code.Status) codeset.Successor {
		return codeset.Successor{Code: code.Code{System: system(to), Code: to}, Status: status, Source: source(codeset.KindHCPCS, from+" XREF "+to)}
	}
	ended("C9014", "J0567", ref("C9014", "J0567", code.Valid))
	ended("C9742", "31573, 31574", ref("C9742", "31573", code.Valid), ref("C9742", "31574", code.Valid))
	ended("C8904", "", ref("C8904", "77046", code.Unchecked))
	ended("C9136", "")
	run(t, []row{
		{name: "one", world: w, claim: "C9014", rule: "code.status", want: "replaced C9014", says: "refers to J0567 in its place|2018-12-31"},
		{name: "two", world: w, claim: "C9742", rule: "code.status", want: "replaced C9742", says: "refers to 31573 and 31574 in its place; which of them fits the record must be chosen"},
		{name: "unsure", world: w, claim: "C8904", rule: "code.status", want: "deleted C8904", says: "no release loaded tells whether 77046 is valid on that day"},
		{name: "none", world: w, claim: "C9136", rule: "code.status", want: "deleted C9136", says: "its last day was 2018-12-31."},
	})
	f := of(w.check(t, "C9742"), "code.status")[0]
	if f.Successor != "31573, 31574" || len(f.Successors) != 2 || f.SuccessorSource == nil || f.SuccessorSource.Row != "C9742 XREF 31573" {
		t.Errorf("%+v", f)
	}
	if f := of(w.check(t, "C8904"), "code.status")[0]; f.Successor != "" || f.SuccessorSource == nil || !slices.Equal(f.Successors, []string{"77046"}) {
		t.Errorf("%+v", f)
	}
}

// TestOutdated: an older list cannot show that there is no such code.
func TestOutdated(t *testing.T) {
	w := newWorld()
	unknown := func(s code.System, c, set string, change func(*codeset.CodeFacts)) {
		w.put(s, c, func(cf *codeset.CodeFacts) {
			cf.Status, cf.Source = code.Unknown, codeset.Source{Set: set, Release: "FY2023", AsOf: true}
			change(cf)
		})
	}
	unknown(code.ICD10CM, "QA0.0139", codeset.KindICD10CM, func(*codeset.CodeFacts) {})
	unknown(code.ICD10CM, "M79.31", codeset.KindICD10CM, func(cf *codeset.CodeFacts) { cf.Above = &codeset.Above{Code: "M79.3", Billable: true} })
	unknown(code.ICD10CM, "W19.XXX", codeset.KindICD10CM, func(cf *codeset.CodeFacts) { cf.Children = []string{"W19.XXXA"} })
	unknown(code.CPT, "12345", codeset.KindPFS, func(*codeset.CodeFacts) {})
	w.put(code.ICD10CM, "M79.32", func(cf *codeset.CodeFacts) {
		cf.Status, cf.Source.Row, cf.Above = code.Unknown, "", &codeset.Above{Code: "M79.3", Billable: true}
	})
	w.put(code.ICD10CM, "M54.52", func(cf *codeset.CodeFacts) { cf.Status, cf.Above = code.Unknown, &codeset.Above{Code: "M54.5"} })
	w.put(code.CPT, "0001A", func(cf *codeset.CodeFacts) {
		cf.Status, cf.Source = code.Deleted, codeset.Source{Set: codeset.KindPTPPractitioner, Release: "T", Row: "0001A/0591T", EffectiveTo: "2023-12-31", Dated: true}
	})
	run(t, []row{
		{name: "diagnosis", world: w, claim: "dx:QA0.0139", rule: "code.status", skips: "code.status QA0.0139: icd10cm FY2023 does not have it, and the release of 2024-08-15 is not loaded"},
		{name: "with a code above it", world: w, claim: "dx:M79.31", rule: "code.status", skips: "code.status M79.31: icd10cm FY2023 does not have it; M79.3 above it is complete and can be billed"},
		{name: "procedure", world: w, claim: "12345", rule: "code.status", skips: "code.status 12345: pfs FY2023"},
		{name: "the beginning of codes", world: w, claim: "dx:W19.XXX", rule: "code.status", want: "unknown W19.XXX", says: "beginning of W19.XXXA"},
		{name: "the day's own list", world: w, claim: "dx:M79.32", rule: "code.status", want: "unknown M79.32", says: "in none of the code sets loaded for 2024-08-15; M79.3 above it is complete and can be billed."},
		{name: "below a header", world: w, claim: "dx:M54.52", rule: "code.status", want: "unknown M54.52", says: "; the nearest code above it is M54.5, a header."},
		{name: "by an edit", world: w, claim: "0001A", rule: "code.status", want: "deleted 0001A", says: "; most of its NCCI edits ended on 2023-12-31."},
	})
}

// TestRange: a range of successors comes with its codes, and Medicare's way of a
// telephone visit is told to whom it concerns.
func TestRange(t *testing.T) {
	w := newWorld()
	for c, to := range map[string][]string{"99441": {"98008-98009", "98008", "98009"}, "99442": {"98008-98009"}, "11100": {"11102-11103", "11102", "11103"}} {
		w.put(code.CPT, c, func(cf *codeset.CodeFacts) {
			s := codeset.Source{Set: codeset.KindStarter, Release: "T", Row: c}
			cf.Status, cf.Successor, cf.SuccessorSource = code.Deleted, to[0], &s
			for _, x := range to[1:] {
				cf.Successors = append(cf.Successors, codeset.Successor{Code: code.Code{System: code.CPT, Code: x}, Status: code.Valid, Source: s})
			}
		})
	}
	const way = "; Medicare gives 98008-98009 status I, and takes a telephone visit, where its telehealth rules allow one, as the office visit code with modifier 93."
	const chosen = "it is replaced by 98008-98009, that is 98008 or 98009, of which the one that fits the record must be chosen"
	run(t, []row{
		{name: "Medicare", world: w, claim: "99441", rule: "code.status", want: "replaced 99441", says: chosen + way},
		{name: "no payer", world: w, claim: "99441 payer=", rule: "code.status", want: "replaced 99441", says: chosen + way},
		{name: "Aetna", world: w, claim: "99441 payer=Aetna", rule: "code.status", want: "replaced 99441", says: chosen + "."},
		{name: "only the range", world: w, claim: "99442", rule: "code.status", want: "replaced 99442", says: "it is replaced by 98008-98009" + way},
		{name: "biopsies", world: w, claim: "11100", rule: "code.status", want: "replaced 11100", says: "that is 11102 or 11103, of which the one that fits the record must be chosen."},
	})
	if f := of(w.check(t, "99441"), "code.status")[0]; !slices.Equal(f.Successors, []string{"98008", "98009"}) || f.Successor != "98008-98009" {
		t.Errorf("%+v", f)
	}
}

// TestOtherSystems: hospital codes and places of service have a status, and no
// rule of physicians' lines speaks of them.
func TestOtherSystems(t *testing.T) {
	w := newWorld().valid("99213")
	w.Answers[codeset.KindICD10PCS] = codeset.Answer{Kind: codeset.KindICD10PCS, Release: "TEST"}
	w.put(code.ICD10PCS, "0DTJ4ZZ", nil)
	w.put(code.ICD10PCS, "0DTJ4ZY", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
	w.dx("W19.XXXA").put(code.ICD10CM, "W19.XXX", func(cf *codeset.CodeFacts) { cf.Status, cf.Children = code.Unknown, []string{"W19.XXXA", "W19.XXXD"} })
	w.put(code.POS, "11", func(cf *codeset.CodeFacts) { cf.Title = "Office" })
	w.put(code.POS, "43", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown })
	w.put(code.POS, "00", func(cf *codeset.CodeFacts) { cf.Status, cf.Source.Row = code.Unknown, "" })
	run(t, []row{
		{name: "PCS", world: w, claim: "99213 0DTJ4ZZ", rule: "code.status", want: "valid 99213; valid 0DTJ4ZZ"},
		{name: "between lines", world: w, claim: "0DTJ4ZZ 99213", rule: "code.status", want: "valid 0DTJ4ZZ; valid 99213"},
		{name: "the beginning of codes", world: w, claim: "dx:W19.XXX", rule: "code.status", want: "unknown W19.XXX", says: "it is the beginning of W19.XXXA, W19.XXXD."},
		{name: "no PCS", world: w, claim: "0DTJ4ZY", rule: "code.status", want: "unknown 0DTJ4ZY"},
		{name: "PCS not loaded", world: newWorld().lose(codeset.KindICD10PCS), claim: "0DTJ4ZZ", rule: "code.status", skips: "code.status 0DTJ4ZZ: the release of"},
		{name: "revenue code", world: w, claim: "0636", rule: "code.status", skips: "code.status 0636: revenue codes are published by the National Uniform Billing Committee"},
		{name: "place", world: w, claim: "place_of_service=11", rule: "code.status", want: "valid 11", says: "11 is a valid place of service on 2024-08-15: Office."},
		{name: "unassigned place", world: w, claim: "place_of_service=43", rule: "code.status", want: "unknown 43", says: "unassigned"},
		{name: "no place", world: w, claim: "place_of_service=00", rule: "code.status", want: "unknown 00", says: "does not have it"},
		{name: "places not loaded", world: newWorld().lose(codeset.KindPOS), claim: "place_of_service=11", rule: "code.status", skips: "code.status place of service 11: the release of"},
	})
	r := w.check(t, "0DTJ4ZZ 0636 0DTJ4ZZ")
	for _, f := range r.Findings {
		if f.Rule != "code.status" {
			t.Errorf("%s speaks of a hospital's code: %s", f.Rule, f.Statement)
		}
	}
	if len(r.NotChecked) != 1 {
		t.Errorf("not checked: %q", r.NotChecked)
	}
	if f := of(r, "code.status"); len(f) != 1 || !slices.Equal(f[0].Lines, []int{0, 2}) {
		t.Errorf("%+v", f)
	}
	got := Codes(Claim{Lines: []code.Line{{Code: "0DTJ4ZZ"}, {Code: "0636"}, {Code: "99213"}}, Dx: []string{"250.00", "E11.9", "V72.31"},
		Facts: map[string][]string{"place_of_service": {"11", "office"}}})
	var keys []string
	for _, c := range got {
		keys = append(keys, codeset.Key(c))
	}
	if want := "icd10pcs 0DTJ4ZZ, revenue 0636, cpt 99213, icd10cm 250.00, icd9cm 250.00, icd10cm E11.9, icd10cm V72.31, icd9cm V72.31, pos 11"; strings.Join(keys, ", ") != want {
		t.Errorf("looked up %q, want %q", strings.Join(keys, ", "), want)
	}
}

func TestPFSStatus(t *testing.T) {
	for indicator, want := range map[string]string{
		"A": "payable", "R": "restricted", "C": "carrier_priced", "B": "bundled", "P": "bundled", "I": "not_valid_for_medicare", "N": "not_covered",
		"X": "statutory_exclusion", "T": "injection", "E": "excluded_from_pfs", "J": "anesthesia", "M": "measurement",
	} {
		r := newWorld().schedule("20610", codeset.PFS{Status: indicator}).check(t, "20610 payer=")
		fs := of(r, "pfs.status")
		if len(fs) != 1 || fs[0].Verdict != want || fs[0].Indicator != indicator {
			t.Errorf("%s: %+v", indicator, fs)
		}
	}
	run(t, []row{
		{name: "unknown letter", world: newWorld().schedule("20610", codeset.PFS{Status: "Z"}), claim: "20610", rule: "pfs.status", skips: "pfs.status 20610: status indicator \"Z\""},
		{name: "no row", world: newWorld().valid("20610"), claim: "20610", rule: "pfs.status", skips: "pfs.status 20610: TEST has no row"},
		{name: "starter", world: newWorld().valid("20610").starter(codeset.KindPFS), claim: "20610", rule: "pfs.status", skips: "pfs.status 20610: not in the starter"},
		{name: "only a component row", world: newWorld().schedule("20610", codeset.PFS{Mod: "26"}), claim: "20610", rule: "pfs.status", skips: "pfs.status 20610: TEST has no row"},
	})
}

func TestAsOf(t *testing.T) {
	w := newWorld().mue("20610", 2, "3")
	w.put(code.CPT, "20610", func(cf *codeset.CodeFacts) { cf.MUE.Source.AsOf = true; cf.MUE.Source.Release = "2024Q2" })
	f := of(w.check(t, "20610 payer=Aetna"), "ncci.mue")[0]
	const want = "Medicare's NCCI practitioner MUE table limits 20610 to 2 units a day (MAI 3), and 1 unit is within it, as of 2024Q2; the release of that day is not loaded; Aetna may rule otherwise."
	if f.Statement != want {
		t.Errorf("statement %q", f.Statement)
	}
}

func TestComplete(t *testing.T) {
	header := func(c string, children ...string) *world {
		return newWorld().put(code.ICD10CM, c, func(cf *codeset.CodeFacts) { cf.Billable, cf.Children = false, children })
	}
	run(t, []row{
		{name: "complete", world: newWorld().dx("E11.9"), claim: "dx:E11.9", rule: "icd10cm.complete", want: "complete E11.9"},
		{name: "header", world: header("M54.5", "M54.50", "M54.51", "M54.59"), claim: "dx:M54.5", rule: "icd10cm.complete", want: "incomplete M54.5", says: "M54.50, M54.51, M54.59"},
		{name: "header without children", world: header("M54.5"), claim: "dx:M54.5", rule: "icd10cm.complete", want: "incomplete M54.5"},
		{name: "seventh character", world: header("S52.521", "S52.521A", "S52.521D"), claim: "dx:S52.521", rule: "icd10cm.complete", want: "seventh_character_missing S52.521"},
		{name: "placeholder", world: header("W19", "W19.XXXA", "W19.XXXD"), claim: "dx:W19", rule: "icd10cm.complete", want: "placeholder_missing W19", says: "placeholder X"},
		{name: "complete descendants rather than headers", world: newWorld().put(code.ICD10CM, "H40.11", func(cf *codeset.CodeFacts) {
			cf.Billable, cf.Children, cf.Complete = false, []string{"H40.111", "H40.112"}, []string{"H40.1110", "H40.1111", "H40.1120"}
		}), claim: "dx:H40.11", rule: "icd10cm.complete", want: "incomplete H40.11", says: "H40.1110, H40.1111, H40.1120"},
		{name: "unknown code", world: newWorld().put(code.ICD10CM, "M79.31", func(cf *codeset.CodeFacts) { cf.Status = code.Unknown }), claim: "dx:M79.31", rule: "icd10cm.complete"},
		{name: "nothing gathered", world: newWorld(), claim: "dx:M79.31", rule: "icd10cm.complete", skips: "icd10cm.complete M79.31: no release loaded that can tell"},
		{name: "known to the starter by its dates only", rule: "icd10cm.complete", claim: "dx:T81.4XXA", skips: "icd10cm.complete T81.4XXA: not in the starter",
			world: newWorld().starter(codeset.KindICD10CM).put(code.ICD10CM, "T81.4XXA", func(cf *codeset.CodeFacts) { cf.Billable, cf.Source.Set = false, codeset.KindStarter })},
	})
	w := newWorld().put(code.ICD10CM, "W19", func(cf *codeset.CodeFacts) {
		cf.Billable, cf.SevenChars = false, []codeset.Extension{{Char: "A"}, {Char: "S"}}
	})
	f := of(w.check(t, "dx:W19"), "icd10cm.complete")[0]
	if f.Verdict != "placeholder_missing" || !slices.Equal(f.Children, []string{"W19.XXXA", "W19.XXXS"}) {
		t.Errorf("from the definitions alone: %+v", f)
	}
	short := newWorld().put(code.ICD10CM, "W19.A", func(cf *codeset.CodeFacts) {
		cf.Status, cf.Billable, cf.Children, cf.SevenChars = code.Unknown, false, []string{"W19.XXXA"}, []codeset.Extension{{Char: "A"}, {Char: "D"}}
	})
	f = of(short.check(t, "dx:W19.A"), "code.status")[0]
	if f.Verdict != "unknown" || !slices.Equal(f.Children, []string{"W19.XXXA"}) || !strings.Contains(f.Statement, "with the placeholder X the code is W19.XXXA.") {
		t.Errorf("without its placeholders: %+v", f)
	}
}
