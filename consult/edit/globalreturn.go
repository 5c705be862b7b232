package edit

import (
	"fmt"
	"slices"
	"time"
)

// relations are the values of the fact relation_to_surgery and their modifiers.
var relations = map[string]string{"planned": "58", "complication": "78", "unrelated": "79"}

// procedureIn judges a procedure by the day of the period that it falls on.
// Modifiers 58, 78 and 79 speak of the days after the surgery (CMS IOM 100-04
// chapter 12, section 40.2).
func (k *checker) procedureIn(s surgery, c string) {
	row, m, d := k.pfs(c), k.returns(c), s.day(k.on)
	if m == "" && (row == nil || row.Global == "XXX" || row.Global == "ZZZ") {
		return // tests and add-ons follow their own rules
	}
	misfit := ""
	if m != "" {
		misfit = ", and modifier " + m + " does not apply"
	}
	switch {
	case !s.holds(d):
		k.outside(s, c, c, misfit)
	case d < 0:
		k.outside(s, c, c, ", which holds the visits of that day and no procedures: modifiers 58, 78 and 79 speak of the days after"+misfit)
	case d == 0 && !k.is("same_session", "no"):
		k.sameSession(s, c, m)
	default:
		k.bound(s, c, c, func(name string) Finding { return k.returnIn(s, c, name) })
	}
}

// sameSession judges a procedure on the surgery's own day, of which no separate
// session is stated: two procedures of one session need no 58, 78 or 79.
func (k *checker) sameSession(s surgery, c, m string) {
	if m == "" {
		k.skip("pfs.global", s.code+"/"+c, "on one day, where the pair's edit and the multiple procedure rule decide")
		return
	}
	f := k.against(s, c, Undecided)
	f.Modifiers, f.ModifierOn = []string{m}, c
	if k.is("same_session", "yes") {
		f.Verdict, f.Modifiers, f.ModifierOn = "outside", nil, ""
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s and in the same session, where modifier %s does not apply", c, k.span(s), m)
		k.add(f)
		return
	}
	f.Missing = []string{"same_session"}
	f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and its modifier %s can be right only in a later session of that day", c, k.span(s), m)
	f.Branches = []Branch{
		{"a later session of that day", "modifier_" + m, "Modifier " + m + " is right if the record bears it out."},
		{"the same session", "outside", "Report " + c + " without modifier " + m + "."},
	}
	k.add(f)
}

// returnIn judges a procedure of the surgeon inside the period.
func (k *checker) returnIn(s surgery, c, name string) Finding {
	relation, _ := k.fact("relation_to_surgery")
	present, stated := k.returns(c), relations[relation]
	m := stated
	if m == "" {
		m = present
	}
	f := k.against(s, c, "modifier_"+m)
	f.Modifiers, f.ModifierOn, f.Present = []string{m}, c, present == m
	when := map[string]string{
		"58": "it was staged, more extensive or therapy after a diagnostic procedure; " + k.opens(c),
		"78": "it was a return to the operating room for a complication, which opens no new global period and leaves that of " + s.code + " as it is",
		"79": "it was unrelated to the surgery; " + k.opens(c),
	}[m]
	switch {
	case m == "":
		f.Verdict, f.Modifiers, f.ModifierOn, f.Present, f.Missing = Undecided, nil, "", false, []string{"relation_to_surgery"}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and which of modifiers 58, 78 and 79 it needs depends on its relation to the surgery", name, k.span(s))
		f.Branches = k.returnBranches(c)
	case f.Present && m == "78" && k.noTheatre() != "":
		f.Verdict, f.Modifiers, f.ModifierOn, f.Present, f.Missing = Undecided, nil, "", false, []string{"documentation"}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and its modifier 78 speaks of a return to the operating room, but %s: a room is one to Medicare only if it is equipped and staffed for procedures alone, "+
			"as a laser suite can be, and a minor treatment room is none", name, k.span(s), k.noTheatre())
		f.Branches = []Branch{
			{"the room was equipped and staffed for procedures alone", "modifier_78", "Modifier 78 is right; no new global period begins."},
			k.returnBranches(c)[3],
		}
	case f.Present:
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and its modifier %s is right if %s", name, k.span(s), m, when)
	case present != "":
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and its modifier %s contradicts the relation that is stated: it needs modifier %s if %s", name, k.span(s), present, m, when)
	default:
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and needs modifier %s if %s", name, k.span(s), m, when)
	}
	if m == "78" && !f.Present && f.Verdict != Undecided {
		f.Branches = []Branch{k.returnBranches(c)[1], k.returnBranches(c)[3]}
	}
	return f
}

// noTheatre says that the stated place is an office, which has no operating room
// as a rule (CMS IOM 100-04 chapter 12, section 40.1 B), or "".
func (k *checker) noTheatre() string {
	if at, why := k.place(); why == "" && at.code == "11" {
		return "an office is stated (" + at.words + ")"
	}
	return ""
}

// opens says which global period a procedure with 58 or 79 begins.
func (k *checker) opens(c string) string {
	row := k.pfs(c)
	if row == nil {
		return "a new global period begins"
	}
	switch days, ok := globalDays[row.Global]; {
	case !ok:
		return "its own global days are " + row.Global
	case days == 0:
		return "its own package is that day alone"
	default:
		return fmt.Sprintf("a new global period begins and ends on %s", k.on.AddDate(0, 0, days).Format(time.DateOnly))
	}
}

func (k *checker) returnBranches(c string) []Branch {
	return []Branch{
		{"staged, more extensive or planned at the first surgery", "modifier_58", "Report " + c + " with modifier 58; " + k.opens(c) + "."},
		{"a return to the operating room for a complication", "modifier_78", "Report " + c + " with modifier 78; no new global period begins."},
		{"unrelated to the first surgery", "modifier_79", "Report " + c + " with modifier 79; " + k.opens(c) + "."},
		{"a complication treated outside the operating room", "included", k.own("Medicare does not pay " + c + " apart, where CPT's own package holds only typical follow-up")},
	}
}

// sided says whether a line gives the code a side or a place, or the facts speak
// of two sides, as where the other eye or joint is operated on.
func (k *checker) sided(c string) bool {
	sides := k.different("laterality")
	return len(sides) > 1 || slices.ContainsFunc(anatomic, func(m string) bool { return k.bears(c, m) })
}

// maybeAgain says whether the surgery's own code, standing alone, may be the
// procedure of the date: it has a side, or its relation to the surgery is stated.
func (k *checker) maybeAgain(c string) bool {
	_, stated := k.fact("relation_to_surgery")
	return stated || k.sided(c)
}

// again judges the code of the surgery itself on a later day of its period,
// where it stands alone: it may be the procedure on the other side, or the
// surgery that a visit follows.
func (k *checker) again(s surgery) {
	relation, _ := k.fact("relation_to_surgery")
	m := relations[relation]
	if m != "" && k.sided(s.code) {
		k.procedureIn(s, s.code)
		return
	}
	k.bound(s, s.code, s.code, func(name string) Finding {
		f := k.against(s, s.code, Undecided)
		f.Missing = []string{"relation_to_surgery"}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and if it was done again it needs modifier 79 where that was unrelated, as on the other side, 58 where staged, 78 where for a complication",
			name, k.span(s))
		branches := k.returnBranches(s.code)
		visit := Branch{"the line is the first surgery and the date is that of a visit", "included", "Report 99024 without charge."}
		f.Branches = []Branch{{"done again and unrelated, as on the other side", "modifier_79", branches[2].Statement}, branches[0], branches[1], visit}
		if m == "" {
			return f
		}
		f.Missing = []string{"other_code"}
		f.Statement = k.sayMedicare(s.row.Source, "%s is %s, and whether it was done again, with modifier %s, or a visit was on that day is not said", name, k.span(s), m)
		if m == "79" {
			visit.Verdict, visit.Statement = "modifier_24", "Report the visit with modifier 24."
		}
		done := Branch{"it was done again", "modifier_" + m, ""}
		for _, b := range branches {
			if b.Verdict == done.Verdict {
				done.Statement = b.Statement
			}
		}
		f.Branches = []Branch{done, visit}
		return f
	})
}

// returns is the modifier by which a line says that its procedure falls into
// the period of an earlier one.
func (k *checker) returns(c string) string {
	for _, m := range []string{"58", "78", "79"} {
		if k.bears(c, m) {
			return m
		}
	}
	return ""
}
