package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// mostQuestions is how many facts one reply may ask for (DOMAIN.md C.5).
const mostQuestions = 4

// catalogue is the closed list of facts that a reply may ask for, in the order
// of DOMAIN.md C.5, which decides between facts that close as many branches.
// words.toml has the question of each.
var catalogue = []string{
	"date_of_service", "payer", "contractor", "state", "place_of_service", "setting", "specialty", "same_provider",
	"same_group", "billed_by", "new_patient", "carc", "rarc", "group_code", "laterality", "level", "lesion_count", "size_cm",
	"length_cm", "depth", "area_cm2", "technique", "same_site", "same_session", "site", "surgery_date", "surgery_code", "relation_to_surgery", "minutes",
	"start_stop", "mdm", "drug", "dose", "strength", "vial", "wasted", "route", "units", "pathology", "primary_code", "other_code",
	"patient_age", "patient_sex", "diagnosis", "underlying_condition", "documentation",
}

// ask chooses the questions: facts that the findings, the choice and the kind of
// question lack, ordered by how many branches each closes.
func (s *Set) ask(c *caseView, d *decision, p *Page, name string) (needs []string, asked []Question) {
	needs = []string{} // never null in JSON
	closes := map[string]int{}
	for _, f := range c.findings {
		if f.Rule == "ncci.ptp" && f.Verdict != edit.Undecided && within(f.Codes, d.codes()) {
			continue // the choice asks for what decides between them
		}
		if f.Rule == "coverage.lcd" && !c.asksCoverage() {
			continue // named below, not asked: the question is another
		}
		if p.Decided && (f.Rule == "icd10cm.code_first" || f.Rule == "drug.waste" && !c.asksWaste()) {
			continue // it orders codes, or adds to the units; its branches are told
		}
		for _, m := range f.Missing {
			closes[m] += max(1, len(f.Branches))
		}
	}
	own := d.lacks(c, closes)
	if name, _ := c.undosed(); name != "" {
		closes["dose"] += 5
	}
	open, stated, _ := c.doseOrUnits()
	each, _ := c.perSide()
	if each != "" {
		closes["dose"] += 5
	}
	lacking(c, p, name, closes)
	for _, fact := range catalogue {
		if _, stated := c.fact(fact); closes[fact] > 0 && (!stated || fact == own || fact == "dose" && each != "") && !(fact == "payer" && c.payerKnown()) {
			needs = append(needs, fact)
		}
	}
	slices.SortStableFunc(needs, func(a, b string) int { return closes[b] - closes[a] })
	needs = needs[:min(len(needs), mostQuestions)]
	for _, fact := range needs {
		q := cmp.Or(s.words.Questions[name+" "+fact], s.words.Questions[fact])
		if fact == own {
			q = d.family.Question
		}
		if open != "" && fact == "dose" {
			q = strings.ReplaceAll(strings.ReplaceAll(s.words.Questions["either dose"], "{units}", strconv.Itoa(stated)), "{code}", open)
		}
		if fact == "dose" && each != "" {
			q = s.words.Questions["both dose"]
		}
		q = strings.ReplaceAll(q, "{primary}", c.primaries())
		asked = append(asked, Question{Text(strconv.Itoa(len(asked) + 1)), esc(q)})
	}
	return needs, asked
}

// open names the facts that an undecided finding waits for and the reply does not
// ask for: those beyond the four questions, and those of another matter than the
// one that was asked about.
func (s *Set) open(c *caseView, needs []string) Text {
	waits := map[string]bool{}
	for _, f := range c.in.Result.Findings {
		alternatives := f.Rule == "ncci.ptp" && len(f.Codes) == 2 && c.in.Claim.Alternatives(f.Codes[0], f.Codes[1])
		if f.Verdict == edit.Undecided && !alternatives {
			for _, m := range f.Missing {
				waits[m] = !slices.Contains(needs, m)
			}
		}
	}
	var out []string
	for _, fact := range catalogue {
		if waits[fact] {
			out = append(out, s.words.Facts[fact])
		}
	}
	return esc(strings.Join(out, "; "))
}

// primaries names the primary codes that a question about an add-on code without
// one means, for a sentence.
func (c *caseView) primaries() string {
	var out []string
	for _, f := range c.find("ncci.addon", "primary_missing", edit.Undecided) {
		for _, a := range c.rows(f.Codes[0]).AddOn {
			once(&out, a.Primary)
		}
	}
	if len(out) == 0 || len(out) > 4 {
		return "a primary code of it"
	}
	slices.Sort(out)
	return strings.ReplaceAll(and(out), " and ", " or ") + ", the primary code,"
}

// asksWaste: the mail speaks of what was discarded, or of the modifiers for it.
func (c *caseView) asksWaste() bool {
	_, wasted := c.fact("wasted")
	return wasted || slices.ContainsFunc(c.in.Mentions, func(m code.Mention) bool {
		return m.System == code.Modifier && (m.Code == "JW" || m.Code == "JZ") ||
			slices.Contains(m.Modifiers, "JW") || slices.Contains(m.Modifiers, "JZ")
	})
}

// payerKnown: a payer is named, or a Medicare contractor, which makes it Medicare.
func (c *caseView) payerKnown() bool {
	_, contractor := c.fact("contractor")
	return contractor || c.in.Claim.Payer != ""
}

// lacks adds what an undecided choice needs, and returns the fact whose question
// the family words itself.
func (d *decision) lacks(c *caseView, closes map[string]int) (own string) {
	switch {
	case d == nil || len(d.lines) > 0:
		return ""
	case d.combo != nil:
		closes[d.combo.Fact] += 2
		return ""
	}
	closes[d.family.Fact] += max(2, len(d.left))
	return d.family.Fact
}

// lacking adds the facts that a kind of question cannot be answered without.
func lacking(c *caseView, p *Page, name string, closes map[string]int) {
	add := func(n int, facts ...string) {
		for i, f := range facts {
			closes[f] += max(1, n-i)
		}
	}
	switch name {
	case "missing":
		add(3, "date_of_service", "payer", "place_of_service")
		if _, after := c.fact("days_after_surgery"); after && len(c.codes()) == 0 {
			add(9, "surgery_code")
		}
		if lesion(c) {
			add(9, "size_cm", "site", "pathology")
		}
	case "coverage":
		add(4, "contractor", "date_of_service", "payer")
	case "telehealth":
		add(4, "payer", "technique", "place_of_service", "date_of_service")
	case "incident-to":
		add(4, "place_of_service", "payer", "same_group", "new_patient")
	case "payment":
		add(3, "state", "place_of_service", "date_of_service")
	case "em-level":
		if !p.Decided {
			add(4, "mdm", "minutes", "new_patient", "place_of_service")
		}
	case "global":
		if p.Global == nil && !p.Decided {
			add(2, "surgery_date")
		}
	case "denial":
		if len(p.Denial.Codes) == 0 && p.Denial.Cause == "" {
			add(3, "carc")
		}
		if p.Denial.Cause == "" {
			add(2, "rarc")
		}
	}
	if !p.Decided && c.choice() && len(closes) == 0 {
		add(1, "documentation")
	}
	if p.By.Alone && (len(p.Remarks) == 0 || c.asks(code.BundlingPair)) {
		add(9, "other_code")
	}
	if dated := name == "code-status" && !p.Decided || p.OnSeveral || len(p.Recent) > 0 || changes(c); dated && !c.in.Claim.OnStated {
		add(2, "date_of_service")
	}
	for _, st := range p.found.statuses {
		if (st.NotForMedicare || st.NotCovered) && c.in.Claim.Payer == "" {
			closes["payer"] += 2
		}
	}
	for _, a := range p.found.addOns {
		if a.Missing && a.Beside == "" {
			closes["primary_code"] += 2
		}
	}
	if c.in.Claim.OnStated {
		delete(closes, "date_of_service")
	}
}

// lesion reports a question about a lesion that was taken off: what decides its
// code can be asked for although no code is named.
func lesion(c *caseView) bool {
	_, path := c.fact("pathology")
	how, _ := c.fact("technique")
	return c.asks(code.CodeSelect) && (path || how == "excision" || how == "shave")
}

// changes reports that a code of the question is not valid on the assumed date,
// so that another date may give another answer.
func changes(c *caseView) bool {
	return len(c.find("code.status", "deleted", "replaced", "not_yet_effective")) > 0
}

// branches are the outcomes that a missing fact leaves open.
func branches(c *caseView, d *decision) []Branch {
	var out []Branch
	var told [][]string // pairs of diagnoses whose branches are there already
	add := func(cond, then string) {
		b := Branch{esc(clause(cond)), esc(clause(then))}
		if cond != "" && then != "" && !slices.Contains(out, b) && len(out) < 5 {
			out = append(out, b)
		}
	}
	switch {
	case d == nil:
	case d.combo != nil && d.combo.Otherwise != "":
		lines, _ := option{Lines: d.combo.Lines}.lines(0)
		if len(d.lines) == 0 {
			add(d.combo.When, "report "+report(lines))
		}
		if cond, then, ok := strings.Cut(d.combo.Otherwise, ": "); ok && d.when != d.combo.Otherwise {
			add(cond, then)
		}
	case d.family != nil && len(d.lines) == 0:
		for _, o := range d.left {
			add(o.When, "report "+o.report(d.family.Unit))
		}
	}
	if d != nil && d.family != nil && len(d.lines)+len(d.left) == 0 {
		for _, b := range d.family.Mixes {
			add(b.When, b.Then)
		}
	}
	if name, units := c.perSide(); name != "" {
		add("the dose stated is the total of both sides", fmt.Sprintf("report %s ×%d", name, units))
		add("each side had it", "report twice as many units")
	}
	if slices.Contains(c.in.Claim.Facts["setting"], "outpatient") && c.in.Claim.Setting != "outpatient" {
		add("the claim is the hospital's own", "its outpatient tables hold, which may differ; say so, and we look there")
	}
	open, stated, billed := c.doseOrUnits()
	if open != "" {
		add(fmt.Sprintf("the %d units of %s are the dose of the drug", stated, open), fmt.Sprintf("report %s ×%d", open, billed))
		add("they are units as billed", "say the dose: it decides their number")
	}
	for _, f := range c.findings {
		if open != "" && f.Rule == "drug.units" && f.Codes[0] == open {
			continue
		}
		if f.Rule == "ncci.ptp" && f.Verdict != edit.Undecided && within(f.Codes, d.codes()) || f.Rule == "coverage.lcd" && !c.asksCoverage() {
			continue
		}
		if f.Rule == "icd10cm.code_first" && len(c.codes()) > 0 {
			continue // the order of diagnoses is not what a question about procedures waits for
		}
		if f.Rule == "icd10cm.excludes1" {
			key := slices.Sorted(slices.Values(f.Codes))
			if slices.ContainsFunc(told, func(k []string) bool { return slices.Equal(k, key) }) {
				continue
			}
			told = append(told, key)
		}
		if f.Verdict == edit.Undecided || f.Severity == edit.Warning {
			for _, b := range f.Branches {
				add(b.If, b.Statement)
			}
		}
	}
	return out
}

// clause makes a stored sentence fit behind "if" or "then".
func clause(s string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), ".")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "If "), "if ")
	if r, n := utf8.DecodeRuneInString(s); unicode.IsUpper(r) && n < len(s) && unicode.IsLower(rune(s[n])) && !strings.HasPrefix(s, "Medicare") {
		return string(unicode.ToLower(r)) + s[n:]
	}
	return s
}

// payers tells which known differences between payers bear on the codes
// (DOMAIN.md C.4).
func payers(c *caseView, d *decision) Payers {
	kind := edit.PayerOf(c.in.Claim.Payer)
	p := Payers{Medicaid: kind == edit.Medicaid, Commercial: kind == edit.Other}
	for _, f := range c.find("ncci.ptp", "modifier_allowed", "modifier_present") {
		if within(f.Codes, d.codes()) {
			continue
		}
		p.Modifier59 = p.Modifier59 || !slices.ContainsFunc(f.Codes, isVisit)
	}
	p.Bilateral = len(c.find("pfs.bilateral", "applies")) > 0
	for _, n := range c.codes() {
		p.Consultation = p.Consultation || n >= "99242" && n <= "99255"
		p.Preventive = p.Preventive || n >= "99381" && n <= "99397"
		p.Prolonged = p.Prolonged || n == "99417" || n == "G2212"
		p.VaccineAdmin = p.VaccineAdmin || n >= "90460" && n <= "90474"
		p.Telephone = p.Telephone || n >= "98000" && n <= "98016" || n >= "99441" && n <= "99443"
	}
	return p
}
