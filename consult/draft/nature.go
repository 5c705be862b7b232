package draft

import (
	"fmt"
	"slices"
	"strings"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// A kind is one nature of lesions that the asker counted: "5 AKs".
type kind struct {
	option option
	count  float64
	text   string // as stated
}

// kinds reads which options of a family the counted things belong to, by the
// nouns that were counted.
func (f *family) kinds(c *caseView) (out []kind) {
	for _, s := range c.in.Stated {
		if s.Name != f.Counts {
			continue
		}
		words := strings.Fields(strings.ToLower(s.Text))
		for _, o := range f.Options {
			var n float64
			known := slices.ContainsFunc(o.Nouns, func(w string) bool { return slices.Contains(words, w) })
			if _, err := fmt.Sscan(s.Value, &n); known && err == nil {
				out = append(out, kind{o, n, s.Text})
			}
		}
	}
	return out
}

// byNature decides a family whose options are natures of what was counted: one
// nature goes on to the family that counts it, several are reported together,
// each counted for itself. Nil: nothing counted tells its nature.
func (s *Set) byNature(c *caseView, f *family) *decision {
	d := &decision{first: f, family: f}
	var told []string
	for i, k := range f.kinds(c) {
		next := s.countedBy(k.option.Lines[0].Code)
		if next == nil {
			return nil
		}
		at := slices.IndexFunc(next.Options, func(o option) bool { return o.holds(k.count) })
		if at < 0 || i > 0 && next == d.family {
			return nil // the same nature twice: the sum is the asker's to make
		}
		lines, working := next.Options[at].lines(k.count)
		d.lines, d.family = append(d.lines, lines...), next
		told = append(told, number(k.count)+" "+k.option.Where[f.Fact][0])
		d.stated, d.working, d.when = d.family.said(k.count), working, next.Options[at].When
	}
	if len(told) == 0 {
		return nil
	}
	if len(told) > 1 {
		d.family, d.working, d.stated, d.when = f, "", and(told), "each kind by itself"
		d.each, d.first = true, nil
		d.apart(c)
	}
	return d
}

// countedBy finds the family that counts a code.
func (s *Set) countedBy(name string) *family {
	for i := range s.choices.Families {
		if f := &s.choices.Families[i]; f.numeric() && slices.Contains(f.Codes, name) {
			return f
		}
	}
	return nil
}

// apart puts modifier 59 on the lines that an NCCI pair with indicator 1 denies
// beside another line of the decision.
func (d *decision) apart(c *caseView) {
	for i, l := range d.lines {
		named := slices.ContainsFunc(d.lines, func(other code.Line) bool { return c.opened(other.Code, l.Code) })
		if named && !slices.Contains(l.Modifiers, "59") {
			d.lines[i].Modifiers = append(l.Modifiers, "59")
		}
	}
}

// opened reports a pair edit in force that a modifier on column two opens.
func (c *caseView) opened(one, two string) bool {
	for _, p := range c.in.Rows.Pairs {
		if p.InForce && p.Column1 == one && p.Column2 == two && p.Indicator == "1" {
			return true
		}
	}
	return slices.ContainsFunc(c.find("ncci.ptp", "modifier_allowed", "modifier_present"), func(f edit.Finding) bool {
		return f.Codes[0] == one && f.Codes[1] == two
	})
}

// said words a stated number: "5 lesions".
func (f *family) said(n float64) string { return strings.TrimSpace(number(n) + " " + f.Unit) }
