package edit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// multiple reads PPRRVU MULT PROC where 51, a second code of the same rule or
// a second therapy unit make it bear.
func (k *checker) multiple() {
	for _, c := range k.codes {
		row := k.pfs(c)
		r := k.reducedWith(c, row)
		if !r.marked && len(r.family)+len(r.rest) == 0 && r.units < 2 || k.forHospital("pfs.multiple", c) {
			continue
		}
		if row == nil {
			k.skip("pfs.multiple", c, k.noRow(codeset.KindPFS))
			continue
		}
		if why := unread(row.Multiple, "012345679"); why != "" {
			k.skip("pfs.multiple", c, why)
			continue
		}
		f := Finding{Rule: "pfs.multiple", Verdict: "applies", Codes: []string{c}, Lines: k.linesOf(c), Indicator: row.Multiple, Source: row.Source}
		meaning := k.reduction(r, &f)
		beside := ""
		if others := r.others(); len(others) > 0 {
			beside = " beside " + strings.Join(others, ", ")
		}
		f.Statement = k.closeMedicare(row.Source, c+" has multiple procedure indicator "+row.Multiple+" in "+k.whose("physician fee schedule")+beside+": "+meaning)
		k.add(f)
	}
}

// A reduced is one code and what its payment is reduced beside.
type reduced struct {
	code, base string   // base: the base endoscopy of its family, or ""
	family     []string // other endoscopies of that family, its base among them; of a base, the endoscopies that stand on it
	rest       []string // other codes under the same rule
	marked     bool     // a line bears 51
	units      int      // of a therapy service (MULT PROC 5), whose own units count
}

func (r reduced) others() []string { return slices.Concat(r.family, r.rest) }

// reducedWith gathers the other codes of the claim that fall under the same
// multiple procedure rule. A code that is offered as the other choice, that an
// edit of indicator 0 leaves unpaid or that belongs to another day is none.
func (k *checker) reducedWith(c string, row *codeset.PFS) reduced {
	r := reduced{code: c, marked: k.bears(c, "51")}
	if row == nil {
		return r
	}
	r.base = row.EndoBase
	if row.Multiple == "5" {
		for _, i := range k.linesOf(c) {
			r.units += max(1, k.c.Lines[i].Units)
		}
	}
	for _, o := range k.codes {
		other := k.pfs(o)
		edit, _ := k.pairRows(c, o)
		switch {
		case o == c || other == nil || edit != nil && edit.Indicator == "0" || k.c.Alternatives(c, o),
			slices.Contains(k.earlier, c) != slices.Contains(k.earlier, o):
		case row.EndoBase != "" && (other.EndoBase == row.EndoBase || o == row.EndoBase), other.EndoBase == c:
			r.family = append(r.family, o)
		case ranked(row.Multiple) && ranked(other.Multiple), reduces(row.Multiple) && row.Multiple == other.Multiple:
			r.rest = append(r.rest, o)
		}
	}
	return r
}

// ranked says whether an indicator ranks surgical procedures with each other.
func ranked(indicator string) bool {
	return indicator == "1" || indicator == "2" || indicator == "3"
}

func reduces(indicator string) bool {
	_, ok := multipleMeaning[indicator]
	return ok
}

// reduction says what the indicator does to the code beside the others, and
// judges where 51 stands.
func (k *checker) reduction(r reduced, f *Finding) string {
	ind := f.Indicator
	switch {
	case !reduces(ind):
		f.Verdict = "does_not_apply"
		return "no multiple procedure reduction applies and modifier 51 has no effect"
	case !ranked(ind):
		return k.component(r, f)
	}
	meaning := multipleMeaning[ind]
	if ind == "3" || len(r.family) > 0 {
		meaning = r.endoscopy(ind)
	}
	return meaning + k.marks51(r, f)
}

// component words the reductions of a part of the payment: imaging,
// cardiovascular and ophthalmology by the technical component, imaging also by
// the professional one, therapy by practice expense. Lines with 26 bill no
// technical component.
func (k *checker) component(r reduced, f *Finding) string {
	lines := k.linesOf(r.code)
	every := func(m string) bool {
		return !slices.ContainsFunc(lines, func(i int) bool { return !k.has(i, m) })
	}
	switch ind := f.Indicator; {
	case ind == "4" && every("26"):
		return "the lower professional component of imaging the same day is paid at 95 percent"
	case ind == "4" && every("TC"):
		return "the lower technical component of imaging the same day is paid at 50 percent"
	case (ind == "6" || ind == "7") && every("26"):
		f.Verdict = "does_not_apply"
		return "only technical components are reduced, and the line bears 26"
	case ind == "5" && r.units > 1:
		return fmt.Sprintf("%s, and %d units of it are on the claim", multipleMeaning[ind], r.units)
	default:
		return multipleMeaning[ind]
	}
}

// endoscopy words indicator 3 and its base (RVU25D, record layout, "Multiple
// Procedure"; CMS IOM 100-04 chapter 12, section 40.6): the family's rule needs
// a second code of the family, and beside any other surgery the standard rule
// holds.
func (r reduced) endoscopy(indicator string) string {
	var parts []string
	family := slices.DeleteFunc(slices.Clone(r.family), func(c string) bool { return c == r.base })
	switch {
	case indicator != "3" || r.base == "" && len(r.family) > 0:
		parts = append(parts, "the base endoscopy of "+strings.Join(r.family, ", ")+", whose payment includes it")
	case len(family) > 0:
		parts = append(parts, "within the endoscopy family of "+r.base+" the highest is paid in full and the others less the base endoscopy "+r.base)
	case len(r.family) > 0:
		parts = append(parts, "its payment includes the base endoscopy "+r.base+", which is not paid beside it")
	case len(r.rest) == 0:
		return "beside another endoscopy of its family it is paid less the base" + strings.TrimRight(" "+r.base, " ") + ", beside other surgery by rank in full or at 50 percent"
	}
	if len(r.rest) > 0 {
		parts = append(parts, strings.Join(r.rest, ", ")+" "+areOrIs(len(r.rest))+" outside its endoscopy family, so that the highest valued is paid in full and the next at 50 percent")
	}
	return strings.Join(parts, "; ")
}

// marks51 judges where 51 stands among ranked procedures: never on the first of
// them, which is the highest valued (CPT appendix A, modifier 51; CMS IOM 100-04
// chapter 12, section 40.6). The rows at hand tell the work value alone, which
// is not the whole amount: where it speaks against a 51, the amount decides, or
// the first procedure that is stated as primary_code.
func (k *checker) marks51(r reduced, f *Finding) string {
	others := r.others()
	if !r.marked || len(others) == 0 {
		return ""
	}
	f.Modifiers = []string{"51"}
	unmarked := slices.DeleteFunc(slices.Clone(others), func(o string) bool { return k.bears(o, "51") })
	if len(unmarked) == 0 {
		f.Verdict = "conflict"
		return "; modifier 51 stands on every one of them, and the first, paid in full, takes none"
	}
	if first, stated := k.fact("primary_code"); stated && (first == r.code || slices.Contains(others, first)) {
		if first == r.code {
			f.Verdict = "conflict"
		}
		return "; modifier 51 belongs on every one but the first, which is stated to be " + first
	}
	work, known := k.work(r.code)
	for _, o := range others {
		if w, ok := k.work(o); !known || !ok || w >= work {
			return "; modifier 51 belongs on every one but the highest valued"
		}
	}
	f.Verdict, f.Missing = Undecided, []string{"primary_code"}
	f.Branches = []Branch{
		{"its fee schedule amount is the highest too", "conflict", fmt.Sprintf("Take modifier 51 from %s and put it on %s.", r.code, strings.Join(unmarked, ", "))},
		{"another's is higher where the service was rendered", "applies", fmt.Sprintf("Modifier 51 may stay on %s.", r.code)},
	}
	return fmt.Sprintf("; modifier 51 belongs on every one but the highest valued, and %s, which bears it, has the highest work value, %s",
		r.code, k.pfs(r.code).Work)
}

// work returns PPRRVU WORK RVU, where the row has it.
func (k *checker) work(c string) (float64, bool) {
	row := k.pfs(c)
	if row == nil {
		return 0, false
	}
	w, err := strconv.ParseFloat(row.Work, 64)
	return w, err == nil
}

// multipleMeaning reads the indicators that reduce (RVU25D section "Multiple
// procedure").
var multipleMeaning = map[string]string{
	"1": "ranked with the other procedures and paid at 100, 50 and 25 percent by the older rule",
	"2": "the highest valued procedure is paid in full, the second to fifth at 50 percent",
	"3": "within one endoscopy family the highest is paid in full and the others less the base endoscopy",
	"4": "the lower technical component of imaging the same day is paid at 50 percent, the professional at 95",
	"5": "the practice expense of the second and later therapy units is paid at 50 percent",
	"6": "the technical component of the lower cardiovascular test is paid at 75 percent",
	"7": "the technical component of the lower ophthalmology test is paid at 80 percent",
}
