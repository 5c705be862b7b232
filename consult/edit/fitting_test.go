package edit

import (
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// fitting writes what fits as "verdict: modifiers".
func fitting(cf codeset.CodeFacts) string {
	by := map[string][]string{}
	for _, f := range Fitting(cf) {
		by[f.Verdict] = append(by[f.Verdict], f.Modifier)
	}
	var out []string
	for _, v := range []string{"fits", "documentation", "does_not_fit"} {
		if by[v] != nil {
			slices.Sort(by[v])
			out = append(out, v+": "+strings.Join(by[v], " "))
		}
	}
	return strings.Join(out, "; ")
}

func TestFitting(t *testing.T) {
	surgery := codeset.PFS{Global: "090", PCTC: "0", Multiple: "2", Bilateral: "1", Assistant: "2", CoSurgeon: "1", Team: "0"}
	test := codeset.PFS{Global: "XXX", PCTC: "1", Multiple: "0", Bilateral: "0", Assistant: "0", CoSurgeon: "0", Team: "0"}
	minor := codeset.PFS{Global: "000", PCTC: "0", Multiple: "2", Bilateral: "2", Assistant: "1", CoSurgeon: "0", Team: "0"}
	addon := codeset.PFS{Global: "ZZZ", PCTC: "0", Multiple: "0", Bilateral: "0", Assistant: "1", CoSurgeon: "0", Team: "0"}
	w := newWorld().schedule("27447", surgery).schedule("93000", test).schedule("20610", minor).schedule("99213", test).schedule("80053", test).
		schedule("11045", addon).addon("11045", "1", "11042").schedule("J3301", test).drug("J3301", 10, "mg").valid("10060").dx("M17.11")
	w.schedule("33533", codeset.PFS{Global: "090", PCTC: "0", Multiple: "2", Bilateral: "0", Assistant: "2", CoSurgeon: "2", Team: "2"})
	w.put(code.CPT, "99214", nil)
	for c, want := range map[string]string{
		"cpt 27447":      "fits: 22 50 51 54 55 56 58 59 78 79 80 81 82 AS LT RT XE XP XS XU; documentation: 62; does_not_fit: 24 25 26 27 57 66 TC",
		"cpt 33533":      "fits: 22 51 54 55 56 58 59 62 66 78 79 80 81 82 AS XE XP XS XU; does_not_fit: 24 25 26 27 50 57 TC",
		"cpt 93000":      "fits: 26 59 TC XE XP XS XU; does_not_fit: 24 25 27 50 57",
		"cpt 20610":      "fits: 22 51 58 59 78 79 LT RT XE XP XS XU; does_not_fit: 24 25 26 27 50 57 62 66 80 81 82 AS TC",
		"cpt 80053":      "fits: 26 59 91 TC XE XP XS XU; does_not_fit: 24 25 27 50 57",
		"cpt 11045":      "fits: 22 58 59 78 79 XE XP XS XU; does_not_fit: 24 25 26 27 50 51 57 62 66 80 81 82 AS TC",
		"cpt 99213":      "fits: 24 25 26 27 57 TC; does_not_fit: 22 50 51 54 55 56 58 59 62 66 78 79 80 81 82 AS XE XP XS XU",
		"cpt 99214":      "fits: 24 25 27 57; does_not_fit: 22 51 54 55 56 58 59 62 66 78 79 80 81 82 AS XE XP XS XU",
		"cpt 10060":      "does_not_fit: 24 25 27 57",
		"hcpcs J3301":    "does_not_fit: 24 25 27 57",
		"icd10cm M17.11": "",
	} {
		if got := fitting(w.Codes[c]); got != want {
			t.Errorf("%s:\n%s, want\n%s", c, got, want)
		}
	}
}

// TestFittingAgrees holds each verdict to what Check says of a line with the
// modifier, and each to its reason or its row.
func TestFittingAgrees(t *testing.T) {
	w := newWorld().schedule("27447", codeset.PFS{Global: "090", PCTC: "0", Multiple: "2", Bilateral: "1", Assistant: "2", CoSurgeon: "1", Team: "0"})
	for _, f := range Fitting(w.Codes["cpt 27447"]) {
		refused := false
		for _, found := range w.check(t, "27447-"+f.Modifier).Findings {
			refused = refused || found.Verdict == "invalid" || strings.HasPrefix(found.Rule, "pfs.") && found.Verdict == "conflict"
		}
		if refused != (f.Verdict == "does_not_fit") {
			t.Errorf("%s: %s, but refused on a line: %v", f.Modifier, f.Verdict, refused)
		}
		if f.Verdict != "fits" && f.Why == "" {
			t.Errorf("%s: %s without a reason", f.Modifier, f.Verdict)
		}
		if slices.Contains([]string{"50", "26", "62", "66", "80", "LT"}, f.Modifier) && (f.Source == nil || f.Source.Row != "27447") {
			t.Errorf("%s rests on %+v, want the fee-schedule row", f.Modifier, f.Source)
		}
	}
}

// TestFittingCoSurgeon: indicator 2 fits by its condition, which it names.
func TestFittingCoSurgeon(t *testing.T) {
	w := newWorld().schedule("33533", codeset.PFS{Global: "090", CoSurgeon: "2"})
	i := slices.IndexFunc(Fitting(w.Codes["cpt 33533"]), func(f Fit) bool { return f.Modifier == "62" && f.Verdict == "fits" })
	if i < 0 || Fitting(w.Codes["cpt 33533"])[i].Why != "where the two surgeons are of different specialties, co-surgeon indicator 2" {
		t.Errorf("%+v", Fitting(w.Codes["cpt 33533"]))
	}
}

// TestIndicators: each column has words, a value of no known layout none.
func TestIndicators(t *testing.T) {
	row := codeset.PFS{Status: "A", Global: "090", PCTC: "0", Multiple: "3", Bilateral: "1", Assistant: "2", CoSurgeon: "0", Team: "9", EndoBase: "45378"}
	var got []string
	for _, i := range Indicators(row) {
		got = append(got, i.Name+" "+i.Value)
		if i.Meaning == "" {
			t.Errorf("%s %s has no words", i.Name, i.Value)
		}
	}
	want := "status A, global days 090, PC/TC 0, multiple procedures 3, bilateral 1, assistant 2, co-surgeons 0, team surgery 9, endoscopic base 45378"
	if strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", got, want)
	}
	for _, i := range Indicators(codeset.PFS{Status: "?", Global: "?", PCTC: "?", Multiple: "?", Bilateral: "?", Assistant: "?", CoSurgeon: "?", Team: "?"}) {
		if i.Meaning != "" {
			t.Errorf("%s ? means %q", i.Name, i.Meaning)
		}
	}
}

// TestIndicatorWords: every value of the layout has words (RVU25D, record layout).
func TestIndicatorWords(t *testing.T) {
	for name, values := range map[string]string{
		"status": "A B C E I J M N P R T X", "global days": "000 010 090 MMM XXX YYY ZZZ", "PC/TC": "0 1 2 3 4 5 6 7 8 9",
		"multiple procedures": "0 1 2 3 4 5 6 7 9", "bilateral": "0 1 2 3 9", "assistant": "0 1 2 9", "co-surgeons": "0 1 2 9", "team surgery": "0 1 2 9",
	} {
		for v := range strings.FieldsSeq(values) {
			all := Indicators(codeset.PFS{Status: v, Global: v, PCTC: v, Multiple: v, Bilateral: v, Assistant: v, CoSurgeon: v, Team: v})
			i := slices.IndexFunc(all, func(i codeset.Indicator) bool { return i.Name == name })
			if all[i].Meaning == "" {
				t.Errorf("%s %s has no words", name, v)
			}
		}
	}
}
