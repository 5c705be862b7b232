package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// bypassable judges a row of indicator 1: a modifier is there, or may be.
func (k *checker) bypassable(p codeset.PTP) {
	b := k.bypass(p)
	if b.on == "" {
		k.modifierAllowed(p, b)
		return
	}
	f := k.edit(p, "modifier_present")
	f.Modifiers, f.ModifierOn = b.mods, b.on
	closing := k.refuted(p, b) + k.columnOne(p, b) + k.history(&f, p) + k.oneProvider() + k.either(p)
	if s := k.short(p, b); s.why != "" {
		f.Missing, f.Branches = k.shortBranches(p, b)
		f.Statement = k.sayMedicare(p.Source, "%s, indicator 1: modifier %s bypasses the edit, but %s, so that both are rightly paid only if the record shows %s%s",
			k.pairText(p), s.mods, s.why, s.needs, k.closing(p)+closing)
	} else {
		f.Statement = k.sayMedicare(p.Source, "%s, indicator 1: modifier %s on %s lets both be paid if the record shows %s%s",
			k.pairText(p), k.named(p, b), b.on, k.criteria(p, b), k.closing(p)+closing)
	}
	k.add(f)
}

// named writes the modifiers of the bypass; of several on one line that say what
// sets the pair apart any one is enough.
func (k *checker) named(p codeset.PTP, b bypass) string {
	if k.choice(p, b) {
		return strings.Join(b.mods, " or ")
	}
	return strings.Join(b.mods, ", ")
}

// choice says whether the bypass is of two or more of 59 and X on every line.
func (k *checker) choice(p codeset.PTP, b bypass) bool {
	if em, _ := k.visitOf(p); em != "" || len(b.mods) < 2 {
		return false
	}
	for _, i := range k.linesOf(b.on) {
		for _, m := range b.mods {
			if !slices.Contains(distinct, m) || !slices.Contains(k.c.Lines[i].Modifiers, m) {
				return false
			}
		}
	}
	return true
}

// modifierAllowed advises on a row of indicator 1 that no modifier bypasses yet.
func (k *checker) modifierAllowed(p codeset.PTP, b bypass) {
	f := k.edit(p, "modifier_allowed")
	s := k.setting(p)
	f.ModifierOn, f.Modifiers = p.Column2, slices.Clone(s.modifiers)
	which, shows, unheard := s.which(), s.criterion, k.closing(p)
	if em, procedure := k.visitOf(p); em != "" {
		m := k.visitModifier(procedure)
		f.ModifierOn, f.Modifiers, which, shows = em, []string{m}, m, k.criterion(p, m)
		if !IsEM(procedure) && k.pfs(procedure) == nil && k.c.Setting != "outpatient" {
			which = "25, or 57 beside 90 global days,"
		}
		f.Branches = k.visitBranches(p, em, procedure, m)
	} else {
		f.Missing, f.Branches = k.apart(p)
	}
	for _, why := range b.unheard {
		unheard += "; " + why
	}
	f.Statement = k.sayMedicare(p.Source, "%s, indicator 1: %s is denied on the same day unless modifier %s stands on %s and the record shows %s%s%s%s",
		k.pairText(p), p.Column2, which, f.ModifierOn, shows, unheard, k.siteStated(p), k.history(&f, p)+k.oneProvider()+k.either(p))
	k.add(f)
}

// visitBranches are what the record may show of a visit (CMS IOM 100-04 chapter
// 12, sections 30.6.6 and 40.2; NCCI Policy Manual chapter I, section D).
func (k *checker) visitBranches(p codeset.PTP, em, procedure, m string) []Branch {
	report := fmt.Sprintf("Report %s with modifier %s.", em, m)
	alone := fmt.Sprintf("Report %s alone.", p.Column1)
	switch {
	case office(p.Column1) && office(p.Column2):
		return []Branch{
			{"the visits were for unrelated problems that one visit could not deal with", "modifier_present", report},
			{"they were not", "bundled", "Report one visit whose level counts the work of both."},
		}
	case m != "57" && k.testBeside(p):
		return []Branch{
			{procedure + " was done apart from " + em + " and is no part of its work", "modifier_present", fmt.Sprintf("Report %s with modifier %s, and %s.", em, m, procedure)},
			{procedure + " was done for or during " + em, "bundled", alone},
		}
	case m == "57":
		return []Branch{
			{"the visit made the decision for " + procedure, "modifier_present", report},
			{"the decision was made before, and the visit prepared for it", "bundled", alone},
		}
	case k.daysOf(procedure) == "000" || k.daysOf(procedure) == "010":
		return []Branch{
			{"the record shows a significant, separate visit", "modifier_present", report},
			{"the visit was only the decision to do the procedure", "bundled", alone},
		}
	}
	return []Branch{
		{"the record shows a significant, separate visit", "modifier_present", report},
		{"the visit was only the work that belongs to " + procedure, "bundled", alone},
	}
}

// testBeside tells a pair whose column one is the visit, of which the other code
// is a part: what can be apart is the test, not the visit (NCCI Policy Manual
// chapter I, section A).
func (k *checker) testBeside(p codeset.PTP) bool {
	return IsEM(p.Column1) && !IsEM(p.Column2)
}

// criteria joins what the record must show for each modifier of the bypass; the
// anatomic ones stand behind any other, and those that the other code's line
// bears as well name no second site.
func (k *checker) criteria(p codeset.PTP, b bypass) string {
	var out []string
	for _, anatomical := range []bool{false, true} {
		for _, m := range b.mods {
			c := k.criterion(p, m)
			if slices.Contains(anatomic, m) == anatomical && !slices.Contains(out, c) && (!anatomical || len(out) == 0 && k.covers(b.other(p), m) == "") {
				out = append(out, c)
			}
		}
	}
	if k.choice(p, b) {
		return strings.Join(out, " or ") + "; one of " + listed(b.mods) + " is enough"
	}
	return strings.Join(out, " and ")
}

// other is the code of the pair that does not bear the bypass.
func (b bypass) other(p codeset.PTP) string {
	if b.on == p.Column1 {
		return p.Column2
	}
	return p.Column1
}

// criterion is what the record must show for a modifier to bypass the edit (NCCI
// Policy Manual chapter I, sections D and E; CMS IOM 100-04 chapter 12, section
// 40.2; CMS CR 8863 for the X modifiers; CPT appendix A for 27 and 91).
func (k *checker) criterion(p codeset.PTP, m string) string {
	_, procedure := k.visitOf(p)
	switch days := k.daysOf(procedure); {
	case m == "57":
		return "that the visit made the decision for " + procedure
	case m == "25" && k.testBeside(p):
		return "that " + procedure + " was done apart from " + p.Column1 + " and is no part of its work"
	case m == "25" && (days == "000" || days == "010"):
		return "a significant, separately identifiable visit beyond the decision to do " + procedure
	case m == "25" && days == "XXX" && !IsEM(procedure):
		return "a significant, separately identifiable visit beyond the work of " + procedure
	case m == "25":
		return "a significant, separately identifiable visit"
	case m == "59":
		return k.setting(p).criterion
	case slices.Contains(anatomic, m) && !k.setting(p).anatomic:
		return k.setting(p).criterion + ", which " + m + " alone does not show"
	case slices.Contains(anatomic, m):
		return "a separate site, which " + m + " names"
	}
	return shown[m]
}

// shown are the criteria that hold for any pair.
var shown = map[string]string{
	"24": "a visit unrelated to an earlier surgery in whose global period it falls",
	"27": "separate outpatient hospital visits of one day",
	"58": "a procedure that was staged, more extensive than the first, or treatment after a diagnostic one",
	"78": "an unplanned return to the operating room for a procedure related to the first",
	"79": "a procedure unrelated to the one in whose global period it falls",
	"91": "a laboratory test repeated for a further result, not to confirm the first",
	"XE": "a separate encounter",
	"XP": "a service by another practitioner",
	"XS": "a separate organ or structure",
	"XU": "a service that does not overlap the usual parts of the other",
}

// columnOne says that a payer other than Medicare may want 59 or X elsewhere.
func (k *checker) columnOne(p codeset.PTP, b bypass) string {
	if b.on != p.Column1 || k.medicare || !slices.ContainsFunc(b.mods, func(m string) bool { return slices.Contains(distinct, m) }) {
		return ""
	}
	return "; other payers may take it on column 2 only"
}
