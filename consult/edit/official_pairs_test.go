package edit

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// drawnDays are around the table's changes, and around the day from which 59
// stands on either column.
var drawnDays = []string{"2010-06-01", "2019-06-30", "2019-12-31", "2020-01-01", "2024-08-15"}

// noSite are the medicine tests that XS cannot set apart, specimen the tests that
// it can.
var (
	noSite   = regexp.MustCompile(`^(93[0-2]\d\d|933(0[3-9]|[1-4]\d|5[0-6])|9378[4-9]|9379[0-3]|94\d{3}|957(8[2-9]|9\d)|958([0-2]\d|30))$`)
	infusion = regexp.MustCompile(`^96(3[67]\d|40\d|41\d|42[0-5])$`)
	specimen = regexp.MustCompile(`^8\d{4}$|^0\d{3}U$`)
)

// A drawnPair is what a plain reading of the file says of one pair on one day.
type drawnPair struct {
	day     string
	rows    []ptpLine // that began by the day and were in force once
	inForce []ptpLine // the stand-in dates leave both directions of some pairs in force
	facts   codeset.Facts
}

// drawnPairs holds pairs drawn from the whole PTP table against a plain reading
// of their rows: verdict, columns, indicator, dates and history of the row that
// is named, the modifier advised, and what each modifier on each line does.
func (o *official) drawnPairs(t *testing.T) {
	if len(o.drawn) < 1500 {
		t.Fatalf("%d pairs drawn from the table", len(o.drawn))
	}
	counts := map[string]int{}
	for _, key := range o.drawn {
		for _, day := range drawnDays {
			d := drawnPair{day: day}
			for _, l := range o.pairs[key] {
				if l.indicator != "9" && l.from <= plain(day) {
					d.rows = append(d.rows, l)
				}
				if l.inForce(plain(day)) {
					d.inForce = append(d.inForce, l)
				}
			}
			d.facts = gather(t, o.pool, d.claim(key[1]+"-25 "+key[0]+"-59"))
			bare := d.verdict(t, key[1]+" "+key[0])
			counts[bare.Verdict]++
			if len(d.inForce) == 0 {
				d.clear(t, bare)
				continue
			}
			l := d.named(t, bare)
			if len(d.inForce) == 1 {
				d.modifiers(t, l, bare, counts)
			}
		}
	}
	for v, least := range map[string]int{"clear": 1000, "bundled": 500, "modifier_allowed": 500, "visits": 20, "procedures": 500, "59 on column one": 200, "indicator 0 with a modifier": 500} {
		if counts[v] < least {
			t.Errorf("%d of %s, want %d: %v", counts[v], v, least, counts)
		}
	}
}

// plain writes a day as the file does.
func plain(day string) string { return strings.ReplaceAll(day, "-", "") }

func (d drawnPair) claim(text string) Claim {
	c := claim(text)
	c.On, _ = code.ParseDay(d.day)
	return c
}

// verdict is the finding on the pair of the claim's two lines.
func (d drawnPair) verdict(t *testing.T, text string) Finding {
	t.Helper()
	fs := of((&world{d.facts}).checkClaim(t, d.claim(text)), "ncci.ptp")
	if len(fs) != 1 {
		t.Fatalf("%s on %s: %d findings", text, d.day, len(fs))
	}
	return fs[0]
}

// same says whether the finding names the line: columns, indicator, both dates.
func (l ptpLine) same(f Finding) bool {
	return slices.Equal(f.Codes, []string{l.column1, l.column2}) && f.ModifierIndicator == l.indicator &&
		plain(f.Source.EffectiveFrom) == l.from && plain(f.Source.EffectiveTo) == strings.Trim(l.to, "*") && f.Source.Dated &&
		f.Source.Row == l.column1+"/"+l.column2+"/"+f.Source.EffectiveFrom && f.Source.Set == codeset.KindPTPPractitioner && f.Source.Release == "2024Q3"
}

// clear: no row is in force, and the last that ended is named.
func (d drawnPair) clear(t *testing.T, f Finding) {
	t.Helper()
	last := ""
	for _, l := range d.rows {
		last = max(last, l.to)
	}
	switch named := slices.ContainsFunc(d.rows, func(l ptpLine) bool { return l.to == last && l.same(f) }); {
	case f.Verdict != "clear":
		t.Errorf("%v on %s is %s, the file has no row in force", f.Codes, d.day, f.Verdict)
	case len(d.rows) == 0 && (f.Source.Row != "" || f.History != nil), len(d.rows) > 0 && (!named || len(f.History) != len(d.rows)-1):
		t.Errorf("%v on %s names %+v with history %v, the file has %v", f.Codes, d.day, f.Source, f.History, d.rows)
	}
}

// named finds the line in force that the finding names.
func (d drawnPair) named(t *testing.T, f Finding) ptpLine {
	t.Helper()
	i := slices.IndexFunc(d.inForce, func(l ptpLine) bool { return l.same(f) })
	if i < 0 {
		t.Fatalf("%v on %s names %+v, indicator %s; the file has %v", f.Codes, d.day, f.Source, f.ModifierIndicator, d.inForce)
	}
	l := d.inForce[i]
	if want := map[string]string{"0": "bundled", "1": "modifier_allowed"}[l.indicator]; f.Verdict != want || len(f.History) != len(d.rows)-1 {
		t.Errorf("%v on %s is %s with history %v, want %s; the file has %v", f.Codes, d.day, f.Verdict, f.History, want, d.rows)
	}
	for i, h := range f.History {
		if i > 0 && cmp.Or(f.History[i-1].To, "9999") < cmp.Or(h.To, "9999") || !slices.ContainsFunc(d.rows, func(l ptpLine) bool {
			return l == ptpLine{h.Column1, h.Column2, plain(h.From), cmp.Or(plain(h.To), "*"), h.Indicator}
		}) {
			t.Errorf("%v on %s: history %v, the file has %v", f.Codes, d.day, f.History, d.rows)
		}
	}
	return l
}

// modifiers tries each column's line with 25 or 57 and with 59.
func (d drawnPair) modifiers(t *testing.T, l ptpLine, bare Finding, counts map[string]int) {
	t.Helper()
	one, two := l.column1, l.column2
	try := func(want, text, on string) {
		t.Helper()
		if f := d.verdict(t, text); f.Verdict != want || !l.same(f) || want == "modifier_present" && f.ModifierOn != on {
			t.Errorf("%s on %s is %s on %q, want %s on %q\n%s", text, d.day, f.Verdict, f.ModifierOn, want, on, f.Statement)
		}
	}
	em, other := "", ""
	switch {
	case IsEM(two):
		em, other = two, one
	case IsEM(one):
		em, other = one, two
	}
	switch {
	case l.indicator == "0":
		counts["indicator 0 with a modifier"]++
		for _, text := range []string{one + "-59 " + two, one + " " + two + "-59", one + "-25 " + two, one + " " + two + "-25", one + "-RT " + two + "-LT"} {
			try("bundled", text, "")
		}
	case em != "":
		counts["visits"]++
		m := "25"
		if row := newChecker(d.facts, d.claim(other)).pfs(other); row != nil && row.Global == "090" {
			m = "57"
		}
		if bare.ModifierOn != em || !slices.Equal(bare.Modifiers, []string{m}) {
			t.Errorf("%s/%s on %s: %v on %s advised, want %s on %s", one, two, d.day, bare.Modifiers, bare.ModifierOn, m, em)
		}
		try("modifier_present", em+"-"+m+" "+other, em)
		try("modifier_allowed", em+" "+other+"-59", "")
		try("modifier_allowed", em+"-59 "+other, "")
		if !IsEM(other) {
			try("modifier_allowed", em+" "+other+"-25", "")
		}
	default:
		counts["procedures"]++
		advised := distinct
		if noSite.MatchString(one) || noSite.MatchString(two) || strings.HasPrefix(one, "J") || slices.Contains(anesthetics, two) || strings.HasPrefix(two, "J") ||
			BySession(one) && BySession(two) || infusion.MatchString(one) && infusion.MatchString(two) {
			advised = []string{"59", "XE", "XP", "XU"}
		}
		if specimen.MatchString(one) || specimen.MatchString(two) {
			advised = distinct
		}
		if d.day < xBegins {
			advised = []string{"59"}
		}
		if bare.ModifierOn != two || !slices.Equal(bare.Modifiers, advised) {
			t.Errorf("%s/%s on %s: %v on %s advised, want %v on %s", one, two, d.day, bare.Modifiers, bare.ModifierOn, advised, two)
		}
		try("modifier_present", one+" "+two+"-59", two)
		try("modifier_allowed", one+" "+two+"-76", "")
		if d.day < eitherColumn {
			try("modifier_allowed", one+"-59 "+two, "")
			return
		}
		counts["59 on column one"]++
		try("modifier_present", one+"-59 "+two, one)
	}
}
