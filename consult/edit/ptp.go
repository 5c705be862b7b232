package edit

import (
	"slices"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// ptp looks every unordered pair of different codes up in both directions of
// the NCCI procedure-to-procedure table.
func (k *checker) ptp() {
	supplier := k.supplier()
	for i, a := range k.codes {
		for _, b := range k.codes[i+1:] {
			if supplier {
				k.skip("ncci.ptp", a+"/"+b, "the edits are published for practitioners and hospitals, not for a supplier of DME")
				continue
			}
			k.pair(a, b)
		}
	}
}

func (k *checker) pair(a, b string) {
	if slices.Contains(k.earlier, a) != slices.Contains(k.earlier, b) {
		day, _ := k.surgeryDay()
		k.skip("ncci.ptp", a+"/"+b, "not on one day: the surgery's is stated as "+day.Format(time.DateOnly))
		return
	}
	row, last := k.pairRows(a, b)
	if row == nil {
		k.noPair(a, b, last)
		return
	}
	switch {
	case row.Indicator != "0" && row.Indicator != "1":
		k.skip("ncci.ptp", row.Column1+"/"+row.Column2, "modifier "+unread(row.Indicator, ""))
	case k.unclearDay(*row):
	case k.byOthers(*row):
	case row.Indicator == "0":
		k.bundled(*row)
	default:
		k.bypassable(*row)
	}
}

func pairIndex(rows []codeset.PTP) map[[2]string][]*codeset.PTP {
	index := make(map[[2]string][]*codeset.PTP, len(rows))
	for i := range rows {
		key := inOrder(rows[i].Column1, rows[i].Column2)
		index[key] = append(index[key], &rows[i])
	}
	return index
}

func inOrder(a, b string) [2]string { return [2]string{min(a, b), max(a, b)} }

// pairRows returns the row in force for the two codes, either way round, else
// the last one that ended; a row of indicator 9 was never in force and comes
// last of all.
func (k *checker) pairRows(a, b string) (row, last *codeset.PTP) {
	for _, p := range k.pairs[inOrder(a, b)] {
		switch {
		case p.InForce && p.Indicator != "9":
			if row == nil || p.Indicator < row.Indicator {
				row = p
			}
		case last == nil, last.Indicator == "9" && p.Indicator != "9",
			(last.Indicator == "9") == (p.Indicator == "9") && p.Source.EffectiveTo > last.Source.EffectiveTo:
			last = p
		}
	}
	return row, last
}

// noPair says that a pair has no edit, where the table's silence can be taken
// at its word: a whole release, or two codes of the starter's core.
func (k *checker) noPair(a, b string, last *codeset.PTP) {
	kind := k.table(codeset.KindPTPPractitioner, codeset.KindPTPOutpatient)
	core := k.f.Answers[kind].Starter && k.f.Core[a] && k.f.Core[b]
	if why := k.silent(kind); why != "" && !core {
		k.skip("ncci.ptp", a+"/"+b, why)
		return
	}
	f := Finding{Rule: "ncci.ptp", Verdict: "clear", Codes: []string{a, b}, Lines: k.linesOf(a, b), Source: k.absence(kind)}
	ending, history := "", ""
	if last != nil {
		f.Codes, f.Source, f.ModifierIndicator = []string{last.Column1, last.Column2}, last.Source, last.Indicator
		ending, history = "; its last edit ended"+ended(last.Source, " on "), k.history(&f, *last)
		if last.Indicator == "9" {
			ending = "; its row of indicator 9 was never in force"
		}
	}
	f.Statement = k.closeMedicare(f.Source, k.beginTable()+" has no edit in force between "+a+" and "+b+" on "+k.date()+ending+
		", which alone does not make both payable"+history)
	k.add(f)
}

// beginTable names the table of pairs at the head of a sentence.
func (k *checker) beginTable() string {
	switch {
	case k.medicare && k.c.Setting == codeset.Outpatient:
		return "The NCCI outpatient hospital table"
	case k.medicare:
		return "The NCCI practitioner table"
	}
	return k.begin("NCCI " + k.tableName() + " table")
}

func (k *checker) tableName() string { return k.table("practitioner", "outpatient hospital") }

func (k *checker) bundled(p codeset.PTP) {
	f := k.edit(p, "bundled")
	f.Statement = k.sayMedicare(p.Source, "%s, indicator 0: %s is denied beside %s for the same patient, day and provider, and no modifier changes that%s",
		k.pairText(p), p.Column2, p.Column1, k.history(&f, p)+k.oneProvider()+k.either(p))
	k.add(f)
}

// edit begins the finding of a row in force.
func (k *checker) edit(p codeset.PTP, verdict string) Finding {
	return Finding{
		Rule: "ncci.ptp", Verdict: verdict, Codes: []string{p.Column1, p.Column2}, Lines: k.linesOf(p.Column1, p.Column2),
		ModifierIndicator: p.Indicator, Source: p.Source,
	}
}

func (k *checker) pairText(p codeset.PTP) string {
	return k.begin("NCCI") + " pairs " + p.Column1 + " (column 1) with " + p.Column2 + " (column 2)" + inForce(p.Source)
}

// inForce writes both dates of a row that has its own; the last one is a day in
// force.
func inForce(src codeset.Source) string {
	if src.Dated && src.EffectiveFrom != "" && src.EffectiveTo != "" {
		return ", in force from " + src.EffectiveFrom + " to " + src.EffectiveTo
	}
	return inForceSince(src) + ended(src, ", in force to ")
}

// either says that the question offers the two as a choice. The edit's verdict
// stays the table's: it speaks against both, not against the claim asked about.
func (k *checker) either(p codeset.PTP) string {
	if k.c.Alternatives(p.Column1, p.Column2) {
		return "; the question names the two as alternatives, so this stands only against reporting both"
	}
	return ""
}
