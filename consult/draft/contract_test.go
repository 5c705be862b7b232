package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// contract holds a reply to what every reply keeps (docs/reply.md).
func contract(t *testing.T, in Input, r Reply) {
	t.Helper()
	if n := wordsBefore(r.Markdown, sourcesHeading); n > wordLimit {
		t.Errorf("%d words before the sources", n)
	}
	if open := verdictOf(r.Markdown) == cannotDecide; open && r.Kind == Complete {
		t.Error("nothing is decided or asked, and the reply passes for complete")
	} else if hand := strings.Contains(r.Markdown, "look this up by hand"); hand != (open && len(r.Needs) == 0 && !strings.Contains(r.Markdown, "CDT code")) {
		t.Errorf("by hand: %v, with %d questions", hand, len(r.Needs))
	}
	if len(r.Needs) > mostQuestions {
		t.Errorf("%d questions", len(r.Needs))
	}
	if !strings.HasSuffix(r.Markdown, fmt.Sprintf("\n\\[case-%d\\]\n", in.CaseID)) {
		t.Errorf("the case tag is not the last line: %q", r.Markdown[len(r.Markdown)-40:])
	}
	for _, s := range []string{"CPT © " + in.Answered.Format("2006") + " American Medical Association", "Please do not send patient identifiers."} {
		if !strings.Contains(r.Markdown, s) {
			t.Errorf("lacks %q", s)
		}
	}
	if v := verdictOf(r.Markdown); !slices.ContainsFunc(closedList, func(p *regexp.Regexp) bool { return p.MatchString(v) }) {
		t.Errorf("verdict %q is not on the closed list", v)
	}
	if untraced := untraced(in, r.Markdown); len(untraced) > 0 {
		t.Errorf("numerals without a trace: %v", untraced)
	}
	if again := render(t, in); again.Markdown != r.Markdown || again.Subject != r.Subject {
		t.Error("rendering twice gives two replies")
	}
}

// closedList is docs/reply.md's list of verdicts.
var closedList = func() (out []*regexp.Regexp) {
	for _, v := range []string{
		together, withModifier + " %s", notTogether, cannotDecide, reportX, reportXInstead, notX, notAlone, notSeparately,
		separately, separatelyWith, notModifier, notModifiers, notPaid, tooMany, dxValid, dxInvalid, dxOrder, correctClaim, appealWith, notAsWritten, noObjection, notCoding, noQuestion,
	} {
		out = append(out, regexp.MustCompile("^"+strings.ReplaceAll(v, "%s", "[^*]+")+"$"))
	}
	return out
}()

func verdictOf(markdown string) string {
	_, rest, _ := strings.Cut(markdown, "\n**")
	v, _, _ := strings.Cut(rest, ".**")
	return v
}

// answerOf is the reply without the notices.
func answerOf(markdown string) string {
	answer, _, _ := strings.Cut(markdown, "\n---\n")
	return answer
}

// numeral matches what counts as a number: codes, dates, indicators, modifiers,
// units and thresholds alike.
var numeral = regexp.MustCompile(`[A-Z]{0,4}\d[0-9A-Za-z.]*[0-9A-Za-z]|\d`)

func numerals(s string) []string { return numeral.FindAllString(s, -1) }

// untraced returns the numerals of a reply that stand in no finding, stated
// fact, stored row, entry of choices.toml, or template (DOMAIN.md G).
func untraced(in Input, markdown string) []string {
	known := map[string]bool{}
	learn := func(values ...any) {
		for _, v := range values {
			for _, n := range numerals(fmt.Sprint(v)) {
				known[n] = true
			}
		}
	}
	learn(in.CaseID, in.Answered.Format("2006-01-02"), in.Claim.On.Format("2006-01-02"), in.Claim.Payer, in.Claim.Dx, in.Claim.Facts, in.Claim.Lines)
	for _, f := range in.Result.Findings {
		learn(f.Codes, f.Statement, f.ModifierIndicator, f.MAI, f.Units, f.Indicator, f.Days, f.Successor, f.Children, f.Modifiers, f.Branches,
			f.Source.Set, f.Source.Release, f.Source.Row, f.Source.EffectiveFrom, f.Source.EffectiveTo)
		if f.Limit != nil {
			learn(*f.Limit)
		}
	}
	learn(in.Result.NotChecked)
	for _, m := range in.Mentions {
		learn(m.Note)
	}
	for _, c := range in.Rows.Codes {
		learn(c.Code.Code, c.Words, c.Title, c.Successor, c.Children, c.AddOn)
		for _, row := range c.PFS {
			learn(row.Work, row.Global, periods[row.Global])
		}
		if c.Drug != nil {
			learn(c.Drug.Amount)
		}
	}
	learn(shippedWords(), choicesTOML)
	learn(working(in)...)
	var out []string
	for _, n := range numerals(markdown) {
		if !known[n] && !listNumber(n) {
			out = append(out, n)
		}
	}
	return out
}

// working returns the steps of a choice, which are sums of what is known.
func working(in Input) []any {
	s, err := Default()
	if err != nil {
		return nil
	}
	d := s.decide(view(in))
	if d == nil {
		return nil
	}
	return []any{d.working, report(d.lines)}
}

// listNumber: claim lines and questions are counted from 1.
func listNumber(n string) bool { return len(n) == 1 && n >= "1" && n <= "9" }
