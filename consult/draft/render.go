package draft

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"time"
	"unicode"

	"github.com/caseconsultant/caseconsultant/consult/code"
)

// Render writes the reply from the shipped templates. It reads no clock and no
// database: the same Input gives the same Reply byte for byte. An error means a
// fault of the program or its templates, never of the Input.
func Render(in Input) (Reply, error) {
	s, err := Default()
	if err != nil {
		return Reply{}, err
	}
	return s.Render(in)
}

// Render writes the reply from the templates of s; see the function Render.
func (s *Set) Render(in Input) (Reply, error) {
	c := view(in)
	d := s.decide(c)
	if d != nil && len(d.lines) == 0 && c.badDx() {
		d = nil
	}
	if d != nil && d.family != nil && d.family.Reply != "" {
		c.drop("ncci.ptp", d.family.Codes)
	}
	c.reported(d)
	c.dosed()
	name := s.choose(c, d)
	p, needs := s.page(c, d, name)
	subject, body, err := s.fill(name, p)
	if err != nil {
		return Reply{}, err
	}
	kind := Complete
	switch {
	case name == "missing", name == "thanks":
		kind = Nothing
	case len(needs) > 0:
		kind = Asks
	case !p.Decided:
		kind = Nothing
	}
	return Reply{Template: name, Kind: kind, Subject: subject, Markdown: body, Needs: needs}, nil
}

// choose names the template for the question: what is asked and what was found
// decide together, because a mail often carries two intents.
func (s *Set) choose(c *caseView, d *decision) string {
	claim := c.in.Claim
	switch {
	case c.thanks():
		return "thanks"
	case c.asks(code.NotOurs) && (c.in.Intents[0] == code.NotOurs || len(claim.Lines)+len(claim.Dx) == 0):
		return "not-ours"
	case len(c.in.Mentions)+len(claim.Lines)+len(claim.Dx) == 0 && !c.asks(code.IncidentTo, code.TelehealthPOS), len(c.in.Intents) == 0:
		return "missing"
	case len(c.find("code.status", "deleted", "replaced", "not_yet_effective")) > 0 && len(claim.Lines) > 0,
		c.asks(code.NewDeletedCode):
		return "code-status"
	case c.asks(code.Denial) && (c.in.Intents[0] == code.Denial || len(s.denial(c).Codes) > 0):
		return "denial"
	case d.leads(c):
		return cmp.Or(d.reply(), "code-select")
	case c.asks(code.GlobalPeriod):
		return "global"
	case c.badDx():
		return "diagnosis"
	}
	return chooseByIntent(c)
}

// chooseByIntent is the second half of choose: kinds of question that need no
// more than what they are about.
func chooseByIntent(c *caseView) string {
	claim := c.in.Claim
	pairs := len(c.find("ncci.ptp")) > 0 || len(c.codes()) > 1
	for _, r := range []struct {
		name   string
		intent code.Intent
		ready  bool
	}{
		{"add-on", code.AddOn, len(c.find("ncci.addon")) > 0},
		{"units", code.UnitsMUEDrug, len(claim.Lines) > 0},
		{"telehealth", code.TelehealthPOS, true},
		{"preventive", code.PreventiveScreening, !pairs},
		{"coverage", code.CoverageNecessity, true},
		{"incident-to", code.IncidentTo, true},
		{"payment", code.PaymentRVU, true},
		{"em-level", code.EMLevel, !pairs || !c.asks(code.BundlingPair, code.ModifierChoice)},
		{"bundling", code.BundlingPair, pairs},
		{"modifier", code.ModifierChoice, len(claim.Lines) > 0},
		{"diagnosis", code.DxCode, len(claim.Dx) > 0},
		{"preventive", code.PreventiveScreening, true},
	} {
		if c.asks(r.intent) && r.ready {
			return r.name
		}
	}
	return "general"
}

// wordLimit is how many words a reply may have before its sources (DOMAIN.md
// C.1).
const wordLimit = 400

// fill executes one reply with its blocks. When the reply is longer than the
// limit, what bears least is left out of it, and the reply says so.
func (s *Set) fill(name string, p Page) (subject, body string, err error) {
	for {
		subject, body, err = s.execute(name, p)
		if err != nil || wordsBefore(body, sourcesHeading) <= wordLimit || !p.shorten() {
			return subject, body, err
		}
	}
}

// sourcesHeading begins the sources in the reply; block-sources.md has it too.
const sourcesHeading = "## Sources"

func wordsBefore(body, heading string) int {
	before, _, _ := strings.Cut(body, heading)
	return len(strings.FieldsFunc(before, func(r rune) bool { return unicode.IsSpace(r) || r == '|' }))
}

func (s *Set) execute(name string, p Page) (subject, body string, err error) {
	for _, b := range []struct {
		name string
		to   *string
	}{
		{"header", &p.Block.Header}, {"answer", &p.Block.Answer}, {"claim", &p.Block.Claim}, {"why", &p.Block.Why}, {"record", &p.Block.Record},
		{"changes", &p.Block.Changes}, {"payers", &p.Block.Payers}, {"questions", &p.Block.Questions},
		{"denied", &p.Block.Denied}, {"sources", &p.Block.Sources}, {"notices", &p.Block.Notices},
	} {
		if *b.to, err = run(s.blocks[b.name], p); err != nil {
			return "", "", err
		}
	}
	p.Block.Answer = strings.Join(strings.Fields(p.Block.Answer), " ") // one paragraph, whatever its conditions leave
	r, ok := s.replies[name]
	if !ok {
		return "", "", fmt.Errorf("draft: no template %q", name)
	}
	if subject, err = run(r.subject, p); err != nil {
		return "", "", err
	}
	if body, err = run(r.body, p); err != nil {
		return "", "", err
	}
	if p.Case != "" {
		body += "\n\n" + p.tag
	}
	return flatten(subject), body + "\n", nil
}

var manyLines = regexp.MustCompile(`\n{3,}`)

// run executes a template and tidies the empty lines that its conditions leave.
func run(t *template.Template, p Page) (string, error) {
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return "", err
	}
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	return strings.TrimSpace(manyLines.ReplaceAllString(strings.Join(lines, "\n"), "\n\n")), nil
}

// day prints a date as the reply shows it.
func day(t time.Time) Text {
	if t.IsZero() {
		return ""
	}
	return Text(t.Format(time.DateOnly))
}
