package edit

import (
	"slices"
	"strings"
	"time"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// portions are the modifiers that divide a global package between physicians
// (CMS IOM 100-04 chapter 12, sections 40.2 and 40.4).
var portions = []string{"54", "55", "56"}

// informal is the day from which 54 on a 90-day package is also right without a
// written transfer, where the surgeon does not expect to give the follow-up (CY
// 2025 physician fee schedule final rule, global surgery payment accuracy).
var informal = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// takenOver says whether every line of the code is the portion before or after
// the surgery and none of them the surgery.
func (k *checker) takenOver(c string) bool {
	for _, i := range k.linesOf(c) {
		mods := k.c.Lines[i].Modifiers
		if slices.Contains(mods, "54") || !slices.Contains(mods, "55") && !slices.Contains(mods, "56") {
			return false
		}
	}
	return true
}

// split says of 54, 55 and 56 who provides which portion of the package, which
// stands on the transfer of care. A package of one day has nothing to divide,
// which modifier.valid says.
func (k *checker) split() {
	for _, c := range k.codes {
		mods := slices.DeleteFunc(slices.Clone(portions), func(m string) bool { return !k.bears(c, m) })
		row := k.pfs(c)
		switch {
		case len(mods) == 0 || IsEM(c):
		case row == nil:
			k.skip("pfs.global", c, k.noRow(codeset.KindPFS))
		case globalDays[row.Global] > 0:
			k.portions(c, *row, mods)
		case row.Global != "000":
			k.noDays(surgery{c, *row, k.on})
		}
	}
}

func (k *checker) portions(c string, row codeset.PFS, mods []string) {
	s := surgery{c, row, k.on}
	f := k.against(s, "", Undecided)
	f.Modifiers, f.ModifierOn, f.Missing = mods, c, []string{"documentation"}
	f.Statement = k.sayMedicare(row.Source, "%s", k.portion(s, mods))
	f.Branches = []Branch{{"the transfer of care is in the record in writing", "included", "Each physician reports the portion of " + c + " that he or she gave, with the date of surgery, and tells from when to when."}}
	before := k.own("The surgeon reports " + c + " without modifier 54, and another physician who sees the patient before the surgery reports the visits without 56")
	if slices.Equal(mods, []string{"56"}) {
		f.Branches = append(f.Branches, Branch{"no transfer was agreed in writing", "outside", before})
	} else {
		without := "The surgeon reports " + c + " without modifier 54, and another physician who sees the patient reports the visits without 55"
		if k.expected(row) {
			without = "The surgeon reports " + c + "-54 where the follow-up was expected of another physician, who reports the visits without 55"
		}
		f.Branches = append(f.Branches, Branch{"no transfer was agreed in writing", "outside", k.own(without)})
	}
	k.add(f)
}

// portion begins the sentence on a code's lines with 54, 55 or 56.
func (k *checker) portion(s surgery, mods []string) string {
	c := s.code
	written := "; that stands on a transfer of care in writing"
	switch one := k.onOneLine(c); {
	case slices.Equal(one, []string{"54", "56"}):
		return "Modifiers 54 and 56 on one line of " + c + " report the care before the surgery and the surgery without the follow-up, which whoever takes it over reports as " + c +
			"-55" + k.dates(s) + written + "; the fee schedule's row does not say whether the payer counts the care before the surgery within 54"
	case slices.Equal(one, []string{"55", "56"}):
		return "Modifiers 55 and 56 on one line of " + c + " report the care before and after the surgery, where the surgeon reports " + c + "-54" + k.dates(s) +
			written + "; the fee schedule's row does not say whether the payer pays 56 apart"
	case len(one) > 0:
		return "Modifiers " + strings.Join(mods, " and ") + " stand on one line of " + c +
			", where they contradict each other: whoever gives the whole package reports " + c + " without them, and whoever gives part of the follow-up reports that on a line of its own"
	case len(mods) > 1:
		return "The lines of " + c + " with modifiers " + strings.Join(mods, " and ") + " report the portions apart, as where the surgeon keeps part of the follow-up" + written
	case mods[0] == "54" && k.expected(s.row):
		return "Modifier 54 on " + c + " reports the surgery without the follow-up, which whoever takes it over reports as " + c + "-55" + k.dates(s) +
			"; 54 stands on the follow-up being expected of another physician, and 55 on a transfer of care in writing"
	case mods[0] == "54":
		return "Modifier 54 on " + c + " reports the surgery without the follow-up, which whoever takes it over reports as " + c + "-55" + k.dates(s) + written
	case mods[0] == "55":
		return "Modifier 55 on " + c + " reports the follow-up alone, after the first visit and then from the day on which it was taken over, where the surgeon reports " + c + "-54" + k.dates(s) + written
	}
	return "Modifier 56 on " + c + " reports the care before the surgery alone, where the surgeon reports " + c +
		"-54, and the fee schedule's row does not say whether the payer pays it apart" + written
}

// onOneLine returns the portions that stand together on a line of the code, in
// their order, or nil.
func (k *checker) onOneLine(c string) []string {
	for _, i := range k.linesOf(c) {
		if on := k.among(i, portions); len(on) > 1 {
			return on
		}
	}
	return nil
}

// expected says whether 54 is right without a written transfer.
func (k *checker) expected(row codeset.PFS) bool {
	return row.Global == "090" && !k.on.Before(informal)
}

// dates says that both portions bear the date of surgery, and where that is
// stated until when the follow-up lasts.
func (k *checker) dates(s surgery) string {
	on, dated := k.surgeryDay()
	if !dated {
		return ", both with the date of surgery"
	}
	s.on = on
	return ", both with the date of surgery, " + on.Format(time.DateOnly) + ", and the follow-up lasts until " + s.last().Format(time.DateOnly)
}
