package review

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
)

// evidence is what a draft rests on.
type evidence struct {
	On         string // the date of service that was checked
	Payer      string
	Summary    string        // "2 errors, 1 warning"
	Class      string        // of the worst finding
	Findings   []findingView // errors and warnings, worst first
	Fine       []findingView // the rest
	NotChecked []string
	Facts      []factView
	Codes      []codeView
}

type findingView struct {
	Severity  string
	Word      string // the severity in words
	Rule      string
	Verdict   string
	Codes     string // separated by spaces
	Statement string
	Source    string
	Branches  []string
}

type factView struct{ Name, Value string }

type codeView struct{ System, Code, Text, Words, Status string }

var severityRank = map[string]int{"error": 0, "warning": 1, "info": 2}

var severityWords = map[string]string{"error": "Error", "warning": "Warning", "info": "Fine"}

// evidence reads what the case's draft was made of, and the codes that the mail
// names with their places. Nil input is a case that the machine made no draft of.
func (s *Server) evidence(ctx context.Context, tx pgx.Tx, id int64) (evidence, []code.Mention, error) {
	in, err := consult.Evidence(ctx, tx, id)
	if err != nil || in == nil {
		return evidence{Summary: "nothing checked"}, nil, err
	}
	e := evidence{On: in.Claim.On.Format("2 Jan 2006"), Payer: in.Claim.Payer, NotChecked: in.Result.NotChecked}
	if !in.Claim.OnStated {
		e.On += " (today: the mail names no date)"
	}
	count := map[string]int{}
	for _, f := range in.Result.Findings {
		sev := string(f.Severity)
		count[sev]++
		view := findingView{Severity: sev, Word: word(severityWords, sev), Rule: f.Rule,
			Verdict: strings.ReplaceAll(f.Verdict, "_", " "), Codes: strings.Join(f.Codes, " "),
			Statement: f.Statement, Source: sourceWords(f.Source)}
		for _, b := range f.Branches {
			view.Branches = append(view.Branches, fmt.Sprintf("If %s: %s", b.If, b.Statement))
		}
		e.Findings = append(e.Findings, view)
	}
	slices.SortStableFunc(e.Findings, func(a, b findingView) int { return severityRank[a.Severity] - severityRank[b.Severity] })
	worse := len(e.Findings) - count["info"]
	e.Findings, e.Fine = e.Findings[:worse], e.Findings[worse:]
	e.Summary, e.Class = severitySummary(count)
	for _, f := range in.Stated {
		e.Facts = append(e.Facts, factView{strings.ReplaceAll(f.Name, "_", " "), f.Value})
	}
	e.Codes = codeViews(in.Mentions, in.Rows)
	return e, in.Mentions, nil
}

func severitySummary(count map[string]int) (words, class string) {
	var parts []string
	for _, sev := range []string{"error", "warning"} {
		if n := count[sev]; n > 0 {
			class = cmp.Or(class, sev)
			plural := ""
			if n > 1 {
				plural = "s"
			}
			parts = append(parts, fmt.Sprintf("%d %s%s", n, sev, plural))
		}
	}
	if len(parts) == 0 {
		return fmt.Sprintf("%d checked, nothing against it", count["info"]), "info"
	}
	return strings.Join(parts, ", "), class
}

// sourceWords names set, release, row and dates of a source.
func sourceWords(src codeset.Source) string {
	if src.Set == "" {
		return ""
	}
	parts := []string{strings.TrimSpace(src.Set + " " + src.Release)}
	if src.Row != "" {
		parts = append(parts, "row "+src.Row)
	}
	switch {
	case src.EffectiveFrom != "" && src.EffectiveTo != "":
		parts = append(parts, src.EffectiveFrom+" to "+src.EffectiveTo)
	case src.EffectiveFrom != "":
		parts = append(parts, "from "+src.EffectiveFrom)
	}
	if src.Via != "" {
		parts = append(parts, "via "+src.Via)
	}
	if src.AsOf {
		parts = append(parts, "as of this release: that day's is not loaded")
	}
	return strings.Join(parts, " · ")
}

// codeViews lists each code once, in the order found. CPT words are our own.
func codeViews(mentions []code.Mention, rows codeset.Facts) []codeView {
	var out []codeView
	for _, m := range mentions {
		if slices.ContainsFunc(out, func(c codeView) bool { return c.Code == m.Code && c.System == string(m.System) }) {
			continue
		}
		view := codeView{System: string(m.System), Code: m.Code, Text: m.Text, Status: string(m.Status)}
		if f, ok := rows.Codes[codeset.Key(m.Key())]; ok {
			view.Words = cmp.Or(f.Title, f.Words)
			view.Status = cmp.Or(view.Status, string(f.Status))
		}
		out = append(out, view)
	}
	return out
}
