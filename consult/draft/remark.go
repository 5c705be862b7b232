package draft

import (
	"slices"
)

// A remark is a rule beside the tables that bears on a code, or on two codes
// that stand together.
type remark struct {
	First    [2]string `toml:"first"`    // the code, both ends included; a procedure or a diagnosis
	Second   [2]string `toml:"second"`   // a code of the same claim; empty: none is needed
	Modifier string    `toml:"modifier"` // that some line bears; empty: none is needed
	Fact     [2]string `toml:"fact"`     // a stated fact and its value; empty: none is needed
	Asks     string    `toml:"asks"`     // fact that must be stated, with any value
	Medicare bool      `toml:"medicare"` // holds for Medicare only
	Objects  bool      `toml:"objects"`  // the diagnoses are not right as written
	Included bool      `toml:"included"` // the first code is part of the second
	From     string    `toml:"from"`     // first day that it holds; empty: always
	Until    string    `toml:"until"`    // last day; empty: still
	Rule     string    `toml:"rule"`
	Record   []string  `toml:"record"`
	Source   string    `toml:"source"`
	Sure     string    `toml:"sure"`
}

// remarks are those that bear on the case, in the order of choices.toml.
func (s *Set) remarks(c *caseView) []remark {
	var out []remark
	for _, r := range s.choices.Remarks {
		if r.bears(c) != "" {
			out = append(out, r)
		}
	}
	return out
}

// bears returns the code that r is about, empty where it does not bear.
func (r remark) bears(c *caseView) string {
	on := c.on()
	v, _ := c.fact(r.Fact[0])
	_, stated := c.fact(r.Asks)
	switch {
	case on < r.From, r.Until != "" && on > r.Until, r.Medicare && !c.medicare():
		return ""
	case r.Fact[0] != "" && v != r.Fact[1], r.Asks != "" && !stated:
		return ""
	case r.Modifier != "" && !slices.ContainsFunc(c.codes(), func(n string) bool { return slices.Contains(c.modifiers(n), r.Modifier) }):
		return ""
	}
	all := append(c.codes(), c.in.Claim.Dx...)
	at := slices.IndexFunc(all, func(n string) bool { return between(n, r.First) })
	if at < 0 {
		return ""
	}
	if r.Second[0] != "" && !slices.ContainsFunc(all, func(n string) bool { return n != all[at] && between(n, r.Second) }) {
		return ""
	}
	return all[at]
}

// between compares codes of any length: "E11.65" lies in E11.00 to E11.8.
func between(name string, r [2]string) bool {
	kind := name[0] == r[0][0] || name[0] <= '9' && r[0][0] <= '9'
	return kind && name >= r[0] && name <= r[1] && len(name) >= len(r[0])-1
}

// included is the first code of the claim that a remark counts as part of
// another, empty where none is.
func (s *Set) included(c *caseView) string {
	for _, r := range s.remarks(c) {
		if r.Included {
			return r.bears(c)
		}
	}
	return ""
}

// objected tells whether a remark speaks against the diagnoses as written.
func (s *Set) objected(c *caseView) bool {
	return slices.ContainsFunc(s.remarks(c), func(r remark) bool { return r.Objects })
}

// remark puts the remarks into the page: into the short answer where nothing
// else answers, else among the reasons.
func (s *Set) remark(c *caseView, p *Page, name string) {
	worded := slices.Contains([]string{"coverage", "telehealth", "incident-to", "payment", "missing", "preventive"}, name)
	open := !p.Decided && !worded || p.By.Nothing || p.By.Dx || p.By.Included || p.By.Denial && p.Denial.Cause == ""
	for _, r := range s.remarks(c) {
		for _, item := range r.Record {
			p.record(item)
		}
		if open && len(p.Remarks) == 0 {
			p.Remarks = append(p.Remarks, esc(r.Rule))
			p.remarked = append(p.remarked, r.Source)
			continue
		}
		p.Why = append(p.Why, Reason{esc(r.Rule), esc(r.Source), 4})
	}
}
