package edit

import (
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// visitIn judges an E/M service, or with "" a visit that is no line, by the day
// that it falls on.
func (k *checker) visitIn(s surgery, v string) {
	name := v
	if v == "" {
		name = "A visit on " + k.date()
	}
	if !s.holds(s.day(k.on)) {
		k.outside(s, v, name, k.pointless(s, v))
		return
	}
	if p := k.closed(s, v); p != nil && p.Column2 == s.code {
		k.skip("pfs.global", s.code+"/"+v, "NCCI denies "+s.code+" beside "+v+" on that day (indicator 0), so that "+v+" needs no modifier for it")
		return
	}
	k.bound(s, v, name, func(name string) Finding { return k.visit(s, v, name) })
}

// visit judges a visit of the surgeon inside the period.
func (k *checker) visit(s surgery, v, name string) Finding {
	switch p := k.closed(s, v); {
	case p != nil:
		return k.closedVisit(s, v, name, *p)
	case s.day(k.on) > 0:
		return k.followUp(s, v, name)
	case s.row.Global == "090":
		return k.decision(s, v, name, "57", "the visit made the decision for surgery, on its day or the day before")
	}
	return k.decision(s, v, name, "25", "the visit was significant and separate from the procedure and the decision to do it")
}

// closed returns the row of indicator 0 that binds a surgery of the day and a visit
// of the claim: whatever the package says of modifiers, such a row takes none.
func (k *checker) closed(s surgery, v string) *codeset.PTP {
	if v == "" || !s.on.Equal(k.on) || k.supplier() {
		return nil
	}
	if p, _ := k.pairRows(s.code, v); p != nil && p.Indicator == "0" {
		return p
	}
	return nil
}

// closedVisit judges a visit that NCCI denies beside the surgery for good.
func (k *checker) closedVisit(s surgery, v, name string, p codeset.PTP) Finding {
	f, more := k.against(s, v, "included"), ""
	if mods := k.borne(v, "24", "25", "57"); len(mods) > 0 {
		more = "; modifier " + strings.Join(mods, ", ") + " does not change that"
	}
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and no modifier makes it payable beside that, because NCCI denies %s beside %s with indicator %s%s",
		name, k.span(s), p.Column2, p.Column1, p.Indicator, more)
	return f
}

// outside reports a service on a day that the period does not reach; so may add
// what that means for the line.
func (k *checker) outside(s surgery, service, name, so string) {
	f := k.against(s, service, "outside")
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, so it is outside the package%s", name, k.span(s), so)
	k.add(f)
}

// pointless says which modifiers of the visit are not for a day outside the
// package: 24, and 57 where no other procedure of the claim calls for it.
func (k *checker) pointless(s surgery, v string) string {
	mods := k.borne(v, "24")
	if k.misplaced(s, v, "25") != "" {
		mods = append(mods, "57")
	}
	if len(mods) == 0 {
		return ""
	}
	return ", and modifier " + strings.Join(mods, ", ") + " does not apply"
}

// bound adds what the package makes of a service of the surgeon, unless another
// provider gave it: physicians of one group and one specialty count as one, and
// no others do, but for whoever takes over the follow-up (CMS IOM 100-04 chapter
// 12, sections 40.1 and 40.2). A colleague's service is judged like the surgeon's
// own, so that its modifiers are read.
func (k *checker) bound(s surgery, service, name string, judge func(name string) Finding) {
	group, _ := k.fact("same_group")
	specialty := k.specialtyTold()
	other := k.is("same_provider", "no") || group == "no" && !k.is("same_provider", "yes")
	transferred := k.bears(s.code, "54") && s.day(k.on) > 0
	switch {
	case k.yesAndNo("same_provider") && !transferred:
		k.eitherProvider(s, service, name, judge(name))
	case !other, transferred:
		k.add(judge(name))
	case group == "no":
		f := k.against(s, service, "outside")
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, but is stated to be by another provider of another group, whom the package does not bind", name, k.span(s))
		k.add(f)
	case specialty == "different":
		f := k.against(s, service, "outside")
		which := ""
		if two := k.different("specialty"); len(two) > 1 {
			which = " (" + strings.Join(two, ", ") + ")"
		}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, but is stated to be by a provider of another specialty%s, whom the package does not bind", name, k.span(s), which)
		k.add(f)
	case group == "yes" && specialty == "same":
		k.add(judge(name + ", by a provider of the surgeon's own group and specialty who counts as the surgeon,"))
	default:
		as := judge(name)
		f := k.against(s, service, Undecided)
		f.Missing = []string{"same_group"}
		depends := "group and specialty"
		switch {
		case group == "yes" && !k.stated("specialty"):
			f.Missing, depends = []string{"specialty"}, "the specialty, which is not stated: one of the surgeon's own group counts as the surgeon where it is the same"
		case group == "yes":
			f.Missing, depends = []string{"specialty"}, "the two specialties, of which it is not stated that they are one: one of the surgeon's own group counts as the surgeon where they are"
		}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and whether the package binds the other provider depends on %s", name, k.span(s), depends)
		f.Branches = []Branch{
			{"same group and specialty", as.Verdict, "The other provider counts as the surgeon" + asSurgeon(as) + "."},
			{"another group or specialty", "outside", "The package does not bind the other provider."},
		}
		k.add(f)
	}
}

// eitherProvider leaves a service open that is stated both to be the surgeon's own
// and not to be.
func (k *checker) eitherProvider(s surgery, service, name string, as Finding) {
	f := k.against(s, service, Undecided)
	f.Missing = []string{"same_provider"}
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and both one provider and different providers are stated, of whom the package binds the surgeon alone", name, k.span(s))
	f.Branches = []Branch{
		{"one provider gave both", as.Verdict, as.Statement},
		{"another provider of the same group and specialty gave it", as.Verdict, "The other provider counts as the surgeon" + asSurgeon(as) + "."},
		{"another provider of another group or specialty gave it", "outside", "The package does not bind the other provider."},
	}
	k.add(f)
}

// asSurgeon says in short what a finding asks of a provider who counts as the
// surgeon.
func asSurgeon(f Finding) string {
	switch {
	case f.Verdict == Undecided:
		return ", and the procedure needs modifier 58, 78 or 79 by its relation to the surgery"
	case f.Present:
		return ", and modifier " + f.Modifiers[0] + " can be right"
	case len(f.Modifiers) > 0:
		return ", and modifier " + f.Modifiers[0] + " is needed"
	}
	return ""
}

// decision judges a visit on the day of surgery, or before a major one.
func (k *checker) decision(s surgery, v, name, modifier, when string) Finding {
	f := k.against(s, v, "modifier_"+modifier)
	f.Modifiers, f.ModifierOn, f.Present = []string{modifier}, v, v != "" && k.bears(v, modifier)
	verb := "is paid only with modifier " + modifier + " and a record that shows that"
	if f.Present {
		verb = "its modifier " + modifier + " is right if the record shows that"
	} else if wrong := k.misplaced(s, v, modifier); wrong != "" {
		verb = "is paid only with modifier " + modifier + ", for which modifier " + wrong + " does not stand, and a record that shows that"
	}
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and %s %s", name, k.span(s), verb, when)
	return f
}

// misplaced is the 57 of a visit that needs 25, or the 25 of one that needs 57,
// where no other procedure of the claim calls for it.
func (k *checker) misplaced(s surgery, v, modifier string) string {
	wrong := map[string]string{"25": "57", "57": "25"}[modifier]
	if v == "" || !k.bears(v, wrong) {
		return ""
	}
	for _, c := range k.codes {
		row := k.pfs(c)
		if c == s.code || IsEM(c) {
			continue
		}
		if row == nil || (row.Global == "090") == (wrong == "57") {
			return ""
		}
	}
	return wrong
}

// followUp judges a visit in the days after surgery: included unless unrelated.
// Care for a complication without a return to the operating room is included
// too (CMS IOM 100-04 chapter 12, section 40.1 A); CPT's own package holds
// typical follow-up only.
func (k *checker) followUp(s surgery, v, name string) Finding {
	f := k.against(s, v, "included")
	relation, _ := k.fact("relation_to_surgery")
	mark, bears := k.unrelatedMark(v)
	has24, so := len(bears) > 0, ""
	switch {
	case k.bears(s.code, "54") && !has24:
		so = "so it belongs to the follow-up, which whoever took that over reports as " + s.code + "-55 and not as a visit"
		f.Branches = []Branch{
			{"the follow-up was transferred in writing", "included", "It is paid with " + s.code + "-55 to whoever took it over."},
			{"no transfer was agreed and another physician saw the patient", "outside", k.own("That physician reports the visit")},
			{"the visit is unrelated to the surgery", "modifier_24", "Report the visit with " + mark.words + "."},
		}
	case relation == "complication":
		so = "so it is included, as all care for a complication without a return to the operating room is to Medicare, where CPT's own package holds only typical follow-up"
		if has24 {
			so += ", and modifier 24, which is for unrelated visits, does not fit"
		}
	case relation == "related":
		so = "so it is included in the surgery's payment, because it is stated to belong to the surgery"
		if has24 {
			so += ", and modifier 24, which is for unrelated visits, does not fit"
		}
	case has24:
		f.Verdict, f.Present, f.Modifiers, f.ModifierOn = "modifier_24", true, bears, v
		so = "and modifier " + strings.Join(bears, ", ") + " is right if the visit is unrelated to the surgery"
		if slices.Contains(mark.mods, "FT") && !slices.Contains(bears, "FT") {
			so += ", where critical care takes FT too"
		}
	case relation == "unrelated":
		f.Verdict, f.Modifiers, f.ModifierOn = "modifier_24", mark.mods, v
		so = "and needs " + mark.words + " if the visit is unrelated to the surgery, as is stated"
	default:
		so = "so it is included in the surgery's payment unless it is unrelated"
		f.Branches = followUpBranches(v, mark)
	}
	useless := k.borne(v, "25", "57")
	switch today := k.minorToday(s); {
	case today != "" && !has24 && slices.Equal(useless, []string{"25"}) && f.Verdict != "modifier_24" && relation == "":
		so += "; its modifier 25 speaks of " + today + " on this day, and an unrelated visit needs " + mark.words + " beside it"
	case f.Verdict == "included" && len(useless) > 0:
		so += "; modifier " + strings.Join(useless, ", ") + " does not change that"
	}
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, %s", name, k.span(s), so)
	return f
}

// minorToday returns a procedure of the claim's own day, beside a surgery of
// another, whose 000 or 010 global days ask for 25 on a visit.
func (k *checker) minorToday(s surgery) string {
	for _, c := range k.codes {
		row := k.pfs(c)
		if row != nil && !IsEM(c) && !slices.Contains(k.earlier, c) && (c != s.code || k.returns(c) != "") && (row.Global == "000" || row.Global == "010") {
			return c
		}
	}
	return ""
}

// A visitMark is what says that a visit in the days after surgery is unrelated.
type visitMark struct {
	words string
	mods  []string
}

// unrelatedMark returns the mark that the visit takes, and what of it stands on
// the visit. On critical care Medicare takes FT since it began (HCPCS file; CY
// 2022 physician fee schedule final rule); contractors differ on 24 beside it
// (docs/rules.md).
func (k *checker) unrelatedMark(v string) (mark visitMark, bears []string) {
	mark = visitMark{"modifier 24", []string{"24"}}
	if (v == "99291" || v == "99292") && k.date() >= "2022-01-01" {
		mark = visitMark{"modifier FT, which marks unrelated critical care, and 24 beside it where the contractor asks for both", []string{"FT", "24"}}
	}
	return mark, k.borne(v, mark.mods...)
}

// borne returns those of the modifiers that stand on a line of the visit.
func (k *checker) borne(v string, mods ...string) []string {
	return slices.DeleteFunc(slices.Clone(mods), func(m string) bool { return v == "" || !k.bears(v, m) })
}

func followUpBranches(v string, mark visitMark) []Branch {
	branches := []Branch{
		{"the visit is unrelated to the surgery", "modifier_24", "Report the visit with " + mark.words + "."},
		{"the visit is related", "included", "Report 99024 without charge."},
	}
	if v == "" {
		branches = append(branches, Branch{"it is another procedure", Undecided,
			"Modifier 58 for a staged or more extensive one, 78 for a return to the operating room for a complication, 79 for an unrelated one."})
	}
	return branches
}

// own closes the sentence of a branch that is Medicare's own rule: it names the
// payer that may do otherwise.
func (k *checker) own(text string) string { return k.sayMedicare(codeset.Source{}, "%s", text) }

// followUpCode reports a visit inside the package, without charge.
const followUpCode = "99024"

// freeVisit judges a line of 99024 against the period of a surgery.
func (k *checker) freeVisit(s surgery) {
	d := s.day(k.on)
	if !s.holds(d) {
		k.outside(s, followUpCode, followUpCode, ", and the visit is reported as what it was and not with "+followUpCode)
		return
	}
	k.bound(s, followUpCode, followUpCode, func(name string) Finding {
		f := k.against(s, followUpCode, "included")
		so := "so it rightly reports the follow-up, without charge and without payment"
		if d < 0 {
			so = "so the visit is included, but is no follow-up, which is what " + followUpCode + " reports"
		}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, %s", name, k.span(s), so)
		return f
	})
}
