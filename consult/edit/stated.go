package edit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// apart asks for the fact that sets two procedures apart, if it is not stated.
// Where the stated fact leaves one way open, its branches ask for that.
func (k *checker) apart(p codeset.PTP) ([]string, []Branch) {
	s := k.setting(p)
	yes := k.is(s.fact, "yes")
	if k.is("same_session", "no") || k.is(s.fact, "no") || yes && s.still == "" {
		return nil, nil
	}
	missing, branches := []string{s.fact}, s.branches
	if yes {
		missing, branches = nil, [2]string{"the record shows " + s.still, "it does not"}
		if s.stillFact != "" {
			missing = []string{s.stillFact}
		}
	}
	with := "59"
	if len(s.modifiers) > 1 {
		with = "59 or the X modifier that fits"
	}
	report := fmt.Sprintf("Report %s with %s.", p.Column2, with)
	if s.anatomic {
		with = strings.Replace(with, "the X modifier that fits", "X", 1)
		report = fmt.Sprintf("Report %s with a modifier that shows it (%s, or an anatomic one).", p.Column2, with)
	}
	return missing, []Branch{
		{branches[0], "modifier_present", report},
		{branches[1], "bundled", fmt.Sprintf("Report %s alone.", p.Column1)},
	}
}

// refuted holds the stated facts against the modifiers that are there, 59 and
// X before places of the body: only a place that the other code does not have is
// contradicted by the same site.
func (k *checker) refuted(p codeset.PTP, b bypass) string {
	if em, _ := k.visitOf(p); em != "" {
		return ""
	}
	for _, anatomical := range []bool{false, true} {
		for _, m := range b.mods {
			if slices.Contains(anatomic, m) != anatomical {
				continue
			}
			if clause := k.against59(p, m); clause != "" {
				return "; " + clause
			}
			if clause := k.againstPlace(p, b, m); anatomical && clause != "" {
				return "; " + clause
			}
		}
	}
	s := k.setting(p)
	if k.is(s.fact, "yes") && !k.is("same_session", "no") {
		return "" // 58, 78, 79, 91 and XU say nothing of site or session
	}
	return k.siteStated(p)
}

// against59 is what the stated facts say against one of 59, XE, XP and XS.
func (k *checker) against59(p codeset.PTP, m string) string {
	s := k.setting(p)
	site, session := k.is("same_site", "yes") && s.fact == "same_site", k.is("same_session", "yes")
	unless := ""
	if s.still != "" {
		unless = " unless the record shows " + s.still
	}
	switch {
	case m == "59" && site && session:
		return "the same site and session are stated, which contradicts 59" + unless
	case m == "59" && site && s.still != "" && !k.is("same_session", "no"):
		return "the same site is stated, which contradicts 59" + unless
	case m == "59" && site && !k.is("same_session", "no"):
		return "the same site is stated, which contradicts 59 unless the sessions differ"
	case m == "XS" && site:
		return "the same site is stated, which contradicts XS"
	case m == "XE" && session:
		return "the same session is stated, which contradicts XE"
	case m == "59" && s.fact == "same_session" && session:
		return "the same session is stated, which contradicts 59" + unless
	case m == "XP" && k.is("same_provider", "yes"):
		return "the same provider is stated, which contradicts XP"
	}
	return ""
}

// againstPlace is what the same site says against a place of the body.
func (k *checker) againstPlace(p codeset.PTP, b bypass, m string) string {
	switch {
	case k.setting(p).fact != "same_site" || !k.is("same_site", "yes") || k.is("same_session", "no"):
		return ""
	case k.covers(b.other(p), m) != "" || !k.located(b.other(p)):
		return "the same site is stated, so that " + m + " shows no separate one"
	}
	return "the same site is stated, which contradicts " + m
}

// siteStated says how the stated site and session bear on an advice.
func (k *checker) siteStated(p codeset.PTP) string {
	if IsEM(p.Column1) || IsEM(p.Column2) {
		return ""
	}
	s := k.setting(p)
	sited, what := s.fact == "same_site", "session"
	if sited {
		what = "site"
	}
	switch same := k.is(s.fact, "yes"); {
	case sited && k.is("same_site", "no"):
		return "; a different site is stated"
	case k.is("same_session", "no") && sited && same:
		return "; the same site is stated, and a different session"
	case k.is("same_session", "no"):
		return "; a different session is stated"
	case same && s.still != "":
		return "; the same " + what + " is stated, so that only this sets the two apart: " + s.still
	case same:
		return "; the same " + what + " is stated, which supports no such modifier"
	}
	return ""
}

// A shortfall is why places of the body that bypass an edit do not show that the
// two services are apart, and what the record must show then. It is empty where
// they do, or where another modifier bears the bypass.
type shortfall struct{ mods, why, needs string }

// short weighs a bypass by places of the body alone: one that the other code has
// too names no second site, and one beside a code without any tells the place of
// its own line alone.
func (k *checker) short(p codeset.PTP, b bypass) shortfall {
	other := b.other(p)
	mods, on := strings.Join(b.mods, ", "), strings.Join(b.mods, ", ")+" on "+b.on
	same, covered := true, ""
	for _, m := range b.mods {
		if !slices.Contains(anatomic, m) {
			return shortfall{}
		}
		same = same && k.bears(other, m)
		c := k.covers(other, m)
		if c == "" && covered != "" || c != "" && covered == "" && m != b.mods[0] {
			return shortfall{} // one of them names a second site
		}
		covered = c
	}
	switch wrong := k.contradictory(other); {
	case wrong != "":
		return shortfall{on, wrong + ", which leaves its site open", k.setting(p).criterion}
	case same:
		return shortfall{mods, "it stands on both codes and names no second site", "two sites there"}
	case covered == "50":
		return shortfall{on, "modifier 50 on " + other + " covers that side too", "two sites there"}
	case covered != "":
		return shortfall{on, "modifier " + covered + " on " + other + " is of the same side", "two sites there"}
	case !k.located(other):
		needs := k.setting(p).criterion
		if !k.setting(p).anatomic {
			needs = k.criteria(p, b)
		}
		return shortfall{on, "it tells the place of " + b.on + " alone", needs}
	}
	return shortfall{}
}

// shortBranches ask for what the places of the body leave open.
func (k *checker) shortBranches(p codeset.PTP, b bypass) ([]string, []Branch) {
	missing, branches := k.apart(p)
	if len(branches) > 0 && k.setting(p).anatomic {
		branches[0].Statement = fmt.Sprintf("Both are paid with modifier %s on %s.", strings.Join(b.mods, ", "), b.on)
	}
	return missing, branches
}

// covers returns the modifier of c's lines that is of the place which m names:
// m itself, 50 for either side, or a side and a part of it; else "".
func (k *checker) covers(c, m string) string {
	partly := ""
	for _, i := range k.linesOf(c) {
		for _, o := range k.c.Lines[i].Modifiers {
			switch side := sideOf(m); {
			case o == m:
				return o
			case side == "":
			case o == "50", o == side, m == side && sideOf(o) == side:
				partly = o
			}
		}
	}
	return partly
}

// sideOf is the LT or RT of a side, a digit or a lid; of a vessel it is "".
func sideOf(m string) string {
	switch {
	case m == "LT" || slices.Contains(lefts, m):
		return "LT"
	case m == "RT" || slices.Contains(rights, m):
		return "RT"
	}
	return ""
}

// located says whether every line of c bears a place of the body or 50.
func (k *checker) located(c string) bool {
	for _, i := range k.linesOf(c) {
		if !slices.ContainsFunc(k.c.Lines[i].Modifiers, func(m string) bool { return m == "50" || slices.Contains(anatomic, m) }) {
			return false
		}
	}
	return true
}

// contradictory is a clause on the first place of the body on a line of c that
// contradicts another there, or "".
func (k *checker) contradictory(c string) string {
	for _, i := range k.linesOf(c) {
		for j, m := range k.c.Lines[i].Modifiers {
			if g := k.judge(i, j); slices.Contains(anatomic, m) && g.verdict == "conflict" {
				return m + " on " + c + " " + g.why
			}
		}
	}
	return ""
}
