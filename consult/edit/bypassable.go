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
	closing := k.contradicted(p, b) + k.columnOne(p, b) + k.history(&f, p) + k.oneProvider() + k.either(p)
	if m := k.oneSide(p, b); m != "" {
		f.Statement = k.sayMedicare(p.Source, "%s, indicator 1: modifier %s bypasses the edit, but it stands on both codes and names no second site, so that both are rightly paid only if the record shows two sites there%s",
			k.pairText(p), m, closing)
	} else {
		f.Statement = k.sayMedicare(p.Source, "%s, indicator 1: modifier %s on %s lets both be paid if the record shows %s%s",
			k.pairText(p), strings.Join(b.mods, ", "), b.on, k.criteria(p, b.mods), k.closing(p)+closing)
	}
	k.add(f)
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

// criteria joins what the record must show for each modifier; the anatomic ones
// stand behind any other.
func (k *checker) criteria(p codeset.PTP, mods []string) string {
	var out []string
	for _, anatomical := range []bool{false, true} {
		for _, m := range mods {
			c := k.criterion(p, m)
			if slices.Contains(anatomic, m) == anatomical && !slices.Contains(out, c) && (!anatomical || len(out) == 0) {
				out = append(out, c)
			}
		}
	}
	return strings.Join(out, " and ")
}

// criterion is what the record must show for a modifier to bypass the edit (NCCI
// Policy Manual chapter I, sections D and E; CMS IOM 100-04 chapter 12, section
// 40.2; CMS CR 8863 for the X modifiers; CPT appendix A for 27 and 91).
func (k *checker) criterion(p codeset.PTP, m string) string {
	_, procedure := k.visitOf(p)
	switch days := k.daysOf(procedure); {
	case m == "57":
		return "that the visit made the decision for " + procedure
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

// contradicted holds the stated facts against a modifier that is there.
func (k *checker) contradicted(p codeset.PTP, b bypass) string {
	bySession := !k.setting(p).anatomic
	site, session := k.is("same_site", "yes") && !bySession, k.is("same_session", "yes")
	if em, _ := k.visitOf(p); em != "" {
		return ""
	}
	for _, m := range b.mods {
		clause := ""
		switch placed := m == "XS" || slices.Contains(anatomic, m); {
		case m == "59" && site && session:
			clause = "the same site and session are stated, which contradicts 59"
		case m == "59" && site && !k.is("same_session", "no"):
			clause = "the same site is stated, which contradicts 59 unless the sessions differ"
		case placed && site && (m == "XS" || !k.is("same_session", "no")):
			clause = "the same site is stated, which contradicts " + m
		case m == "XE" && session, m == "59" && bySession && session:
			clause = "the same session is stated, which contradicts " + m
		case m == "XP" && k.is("same_provider", "yes"):
			clause = "the same provider is stated, which contradicts XP"
		}
		if clause != "" {
			return "; " + clause
		}
	}
	if site {
		return "" // 58, 78, 79, 91 and XU say nothing of the site
	}
	return k.siteStated(p)
}

func (k *checker) siteStated(p codeset.PTP) string {
	if IsEM(p.Column1) || IsEM(p.Column2) {
		return ""
	}
	sited := k.setting(p).anatomic
	if sited && k.is("same_site", "yes") {
		return "; the same site is stated, which supports no such modifier"
	}
	if sited && k.is("same_site", "no") {
		return "; a different site is stated"
	}
	if k.is("same_session", "no") {
		return "; a different session is stated"
	}
	return ""
}
