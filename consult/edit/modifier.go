package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// A judgement is what one modifier on one line amounts to.
type judgement struct {
	verdict   string // "" where a missing row keeps it open
	why       string // behind the verdict; the reason for not_checked where verdict is ""
	indicator string
	src       codeset.Source
}

// legal says whether the modifier may stay where it is.
func (j judgement) legal() bool {
	return j.verdict == "valid" || j.verdict == "unproved" || j.verdict == "order"
}

// modifiers judges each modifier on each line.
func (k *checker) modifiers() {
	for i, l := range k.c.Lines {
		for j, m := range l.Modifiers {
			if l.Code == "" {
				continue
			}
			g := k.judge(i, j)
			if g.verdict == "" {
				k.skip("modifier.valid", l.Code+"-"+m, g.why)
				continue
			}
			k.add(Finding{
				Rule: "modifier.valid", Verdict: g.verdict, Codes: []string{l.Code}, Lines: []int{i}, Modifiers: []string{m},
				Indicator: g.indicator, Source: g.src, Statement: k.say(g.src, "Modifier %s on %s %s", m, l.Code, g.why),
			})
		}
	}
}

// judge weighs modifier j of line i: first whether it fits the code, then
// against the line's other modifiers, last whether it is known at all.
func (k *checker) judge(i, j int) judgement {
	l := k.c.Lines[i]
	m := l.Modifiers[j]
	if g, done := k.fits(l.Code, m); done {
		return g
	}
	src, known := k.modifierSource(m, l.Code)
	if slices.Contains(l.Modifiers[:j], m) {
		return judgement{verdict: "redundant", why: "stands twice on the line", src: src}
	}
	if other := contradicts(l.Modifiers, j); other != "" {
		return judgement{verdict: "conflict", why: "contradicts " + other + " on the same line", src: src}
	}
	if later := outOfOrder(l.Modifiers, j); later != "" {
		return judgement{verdict: "order", why: "informs and belongs behind " + later + ", which decides payment", src: src}
	}
	if !known {
		return judgement{verdict: "unproved", why: "is in no loaded file, so that it can be neither confirmed nor refused", src: src}
	}
	return judgement{verdict: "valid", why: "is a known modifier, and nothing loaded speaks against it here", src: src}
}

// A fit says which codes a modifier may stand on.
type fit struct {
	modifiers []string
	bad       func(c string) bool
	why       string
	surgical  bool // they mean something only where there is a global period
}

// fits are the misfits that the code alone shows (DOMAIN.md D.3; CPT appendix
// A; NCCI Policy Manual chapter I, section E).
var fits = []fit{
	{[]string{"24", "25", "27", "57"}, func(c string) bool { return !IsEM(c) },
		"does not fit: it belongs on an evaluation and management service", false},
	{distinct, IsEM, "does not fit: it never goes on an evaluation and management service, which takes 25, 57 or 24", false},
	{[]string{"22", "51", "54", "55", "56", "58", "62", "66", "78", "79", "80", "81", "82", "AS"}, IsEM,
		"does not fit: it belongs on a procedure, not on an evaluation and management service", true},
	{[]string{"91"}, notLaboratory, "does not fit: it belongs on a repeated laboratory test", false},
}

// notLaboratory is true of numeric CPT codes outside 80000-89999.
func notLaboratory(c string) bool { return within(c, "00100", "79999") || within(c, "90000", "99999") }

// fits finds a modifier that does not fit its code, or that a missing row keeps
// from being judged; done is false where nothing speaks against it.
func (k *checker) fits(c, m string) (g judgement, done bool) {
	for _, f := range fits {
		if slices.Contains(f.modifiers, m) && f.bad(c) {
			src, _ := k.modifierSource(m, c)
			return judgement{verdict: "invalid", why: f.why, src: src}, true
		}
	}
	switch m {
	case "51":
		return k.fits51(c)
	case "26", "TC":
		return k.fitsComponent(c, m)
	case "50":
		return k.fits50(c)
	}
	return judgement{}, false
}

// fits51 refuses 51 on an add-on code.
func (k *checker) fits51(c string) (judgement, bool) {
	const why = "does not fit: add-on codes are exempt from the multiple procedure rule"
	cf, _ := k.procedure(c)
	row := k.pfs(c)
	switch {
	case len(cf.AddOn) > 0:
		return judgement{verdict: "invalid", why: why, src: cf.AddOn[0].Source}, true
	case row != nil && row.Global == "ZZZ":
		return judgement{verdict: "invalid", why: why, indicator: "ZZZ", src: row.Source}, true
	case row == nil && k.silent(codeset.KindAddOn) != "":
		return judgement{why: k.silent(codeset.KindAddOn)}, true
	}
	return judgement{}, false
}

// fitsComponent refuses 26 and TC where the service is not split (PPRRVU
// PCTC IND other than 1; 26 also fits 6).
func (k *checker) fitsComponent(c, m string) (judgement, bool) {
	row := k.pfs(c)
	switch {
	case row == nil:
		return judgement{why: k.noRow(codeset.KindPFS)}, true
	case unread(row.PCTC, "0123456789") != "":
		return judgement{why: "PC/TC " + unread(row.PCTC, "")}, true
	case splits(row.PCTC, m):
		return judgement{}, false
	}
	return judgement{verdict: "invalid", indicator: row.PCTC, src: row.Source,
		why: fmt.Sprintf("does not fit: PC/TC indicator %s, %s", row.PCTC, pctcMeaning(row.PCTC))}, true
}

// fits50 refuses 50 where the bilateral indicator is 0, 2 or 9.
func (k *checker) fits50(c string) (judgement, bool) {
	row := k.pfs(c)
	switch {
	case row == nil:
		return judgement{why: k.noRow(codeset.KindPFS)}, true
	case unread(row.Bilateral, "01239") != "":
		return judgement{why: "bilateral " + unread(row.Bilateral, "")}, true
	case row.Bilateral == "1" || row.Bilateral == "3":
		return judgement{}, false
	}
	return judgement{verdict: "invalid", indicator: row.Bilateral, src: row.Source,
		why: fmt.Sprintf("does not fit: bilateral indicator %s, %s", row.Bilateral, bilateralMeaning(row.Bilateral))}, true
}

// contradictions are pairs of modifiers that cannot both be true of one line.
var contradictions = [][2]string{
	{"LT", "RT"}, {"50", "LT"}, {"50", "RT"}, {"59", "XE"}, {"59", "XP"}, {"59", "XS"}, {"59", "XU"}, {"26", "TC"},
	{"JW", "JZ"}, {"58", "78"}, {"76", "77"}, {"GA", "GZ"}, {"62", "66"}, {"80", "81"}, {"80", "82"}, {"81", "82"},
	{"93", "95"}, {"73", "74"},
}

// contradicts returns the modifiers of the line that contradict modifier j.
func contradicts(mods []string, j int) string {
	var found []string
	for _, p := range contradictions {
		switch {
		case mods[j] == p[0] && slices.Contains(mods, p[1]):
			found = append(found, p[1])
		case mods[j] == p[1] && slices.Contains(mods, p[0]):
			found = append(found, p[0])
		}
	}
	return strings.Join(found, " and ")
}

// pricing modifiers decide payment and go first, informing ones behind them
// (CMS IOM 100-04 chapter 23, section 20.3; contractors' claim instructions).
var (
	pricing = []string{"22", "24", "25", "26", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "62", "66", "73", "74",
		"78", "79", "80", "81", "82", "AS", "TC", "XE", "XP", "XS", "XU", "AA", "AD", "QK", "QX", "QY", "QZ"}
	informing = slices.Concat(anatomic, []string{"GP", "GO", "GN", "GA", "GX", "GY", "GZ", "KX", "Q7", "Q8", "Q9", "93", "95", "GT", "GQ", "32", "AT"})
)

// outOfOrder returns the first pricing modifier behind an informing one.
func outOfOrder(mods []string, j int) string {
	if !slices.Contains(informing, mods[j]) {
		return ""
	}
	for _, m := range mods[j+1:] {
		if slices.Contains(pricing, m) {
			return m
		}
	}
	return ""
}

// cptModifiers are CPT's own, which no free file lists (DOMAIN.md D.1).
var cptModifiers = strings.Fields(`22 23 24 25 26 27 32 33 47 50 51 52 53 54 55 56 57 58 59 62 63 66 73 74
	76 77 78 79 80 81 82 90 91 92 93 95 96 97 99 1P 2P 3P 8P P1 P2 P3 P4 P5 P6`)

// modifierSource returns where a modifier is known from.
func (k *checker) modifierSource(m, procedure string) (codeset.Source, bool) {
	cf, ok := k.f.Codes[codeset.Key(code.Code{System: code.Modifier, Code: m})]
	if ok && cf.Status == code.Valid {
		return cf.Source, true
	}
	if slices.Contains(cptModifiers, m) || ambulance(m, procedure) {
		return codeset.Source{
			Set: codeset.KindStarter, Release: k.f.Answers[codeset.KindStarter].Release,
			Row: "modifier " + m + ", DOMAIN.md D.1", Via: codeset.KindStarter,
		}, true
	}
	return k.absence(codeset.KindHCPCS), false
}

// ambulance says whether m is an origin and destination pair on an ambulance
// code (CMS IOM 100-04 chapter 15, section 30).
func ambulance(m, procedure string) bool {
	const places = "DEGHIJNPRSX"
	return within(procedure, "A0021", "A0999") && len(m) == 2 &&
		strings.ContainsRune(places, rune(m[0])) && strings.ContainsRune(places, rune(m[1]))
}
