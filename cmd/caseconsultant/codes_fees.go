package main

import (
	"fmt"
	"slices"
	"strings"
)

// feeSchedule writes the indicators in plain words and the figures of each row.
func (s *sheet) feeSchedule(e shownEntry) {
	for _, p := range e.PFS {
		if p.Mod == "" {
			s.cite(p.Source)
		}
	}
	for _, i := range e.Indicators {
		s.indicator(i)
	}
	if len(e.Figures) == 0 {
		for _, p := range e.PFS {
			s.row(strings.TrimSpace("work RVU "+p.Mod), p.Work)
		}
	}
	s.section("Physician fee schedule")
	for _, f := range e.Figures {
		label := f.Mod
		if label == "" {
			label = "all"
		}
		text := fmt.Sprintf("work %s, practice expense %s office / %s facility, malpractice %s, total %s office%s / %s facility%s",
			f.Work, f.NonfacPE, f.FacPE, f.MP, f.NonfacTotal, notDone(f.NonfacNA), f.FacTotal, notDone(f.FacNA))
		if f.Pre+f.Intra+f.Post != "" && f.Pre+f.Intra+f.Post != "0.000.000.00" {
			text += fmt.Sprintf("\nof the package %s before, %s during, %s after", f.Pre, f.Intra, f.Post)
		}
		if f.Supervision != "" && f.Supervision != "09" {
			text += "\nphysician supervision " + f.Supervision + supervision[f.Supervision]
		}
		if f.Conversion != "" {
			text += "\nconversion factor " + f.Conversion
			if f.QPP != "" {
				text += ", for qualifying participants (QPP) " + f.QPP
			}
		}
		s.row(label, text)
		s.cite(f.Source)
	}
	s.section("Relative value units")
}

// supervision reads the usual values of PPRRVU PHYSICIAN SUPERVISION OF
// DIAGNOSTIC PROCEDURES.
var supervision = map[string]string{"01": " (general)", "02": " (direct)", "03": " (personal)"}

func notDone(na string) string {
	if na == "" {
		return ""
	}
	return " (NA: rarely done there)"
}

// modifiers groups the modifiers by what is said of them.
func (s *sheet) modifiers(e shownEntry) {
	names := map[string]string{"fits": "fit", "documentation": "with documentation", "does_not_fit": "do not fit"}
	for len(e.Modifiers) > 0 {
		m := e.Modifiers[0]
		var same []string
		rest := e.Modifiers[:0:0]
		for _, o := range e.Modifiers {
			if o.Verdict == m.Verdict && o.Why == m.Why {
				same = append(same, o.Modifier)
				if o.Source != nil {
					s.cite(*o.Source)
				}
			} else {
				rest = append(rest, o)
			}
		}
		slices.Sort(same)
		text := strings.Join(same, " ")
		if m.Why != "" {
			text += ": " + strings.TrimPrefix(m.Why, "does not fit: ")
		}
		s.row(names[m.Verdict], text)
		e.Modifiers = rest
	}
	s.section("Modifiers that the rules can judge")
}
