package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/compose"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/consult/edit"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// zoneName is the zone of "today" where no configuration says another.
const zoneName = "America/New_York"

// today is the calendar day in the zone of the command line.
func today() (time.Time, error) {
	zone, err := time.LoadLocation(zoneName)
	if err != nil {
		return time.Time{}, fmt.Errorf("time zone data is missing on this machine: %w", err)
	}
	return code.Day(time.Now().In(zone)), nil
}

// parseOn reads --on; empty is the zero time.
func parseOn(s string) (time.Time, error) { return parseDate("--on", s) }

// parseDate reads the date of a flag; none is the zero time.
func parseDate(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := code.ParseDay(s)
	if err != nil {
		return t, usagef("%s %s: a date is YYYY-MM-DD", flag, s)
	}
	return t, nil
}

type askCmd struct {
	File  string `arg:"" optional:"" help:"The question: a mail or plain text; none or - is standard input."`
	On    string `help:"Date of service; wins over a date in the text, that over today." placeholder:"DATE"`
	Payer string `help:"Payer; wins over the text." placeholder:"NAME"`
	JSON  bool   `help:"One JSON document."`
	databaseFlags
}

// Help shows an example.
func (askCmd) Help() string {
	return `Example: echo "9 lesions injected: 96405 or 96406? Medicare" | caseconsultant ask --on 2024-08-15`
}

// Run answers one question.
func (c *askCmd) Run(ctx context.Context, std streams) error {
	on, err := parseOn(c.On)
	if err != nil {
		return err
	}
	if c.File == "" {
		c.File = "-"
	}
	ins, err := inputs([]string{c.File}, std)
	if err != nil {
		return err
	}
	day, err := today()
	if err != nil {
		return err
	}
	set, err := draft.Default()
	if err != nil {
		return err
	}
	subject, regions := ins[0].regions()
	var answer *consult.Answer
	err = withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		answer, err = consult.Consult(ctx, tx, set, consult.Question{Subject: subject, Regions: regions, On: on, Payer: c.Payer, Today: day})
		return err
	})
	if err != nil {
		return err
	}
	return c.print(std, answer)
}

func (c *askCmd) print(std streams, a *consult.Answer) error {
	plain, html, err := compose.Render(a.Reply.Markdown)
	if err != nil {
		return err
	}
	if !c.JSON {
		_, err := fmt.Fprint(std.out, plain)
		return err
	}
	return printJSON(std.out, struct {
		On         string         `json:"on"`
		Payer      string         `json:"payer"`
		Mentions   []code.Mention `json:"mentions"`
		Facts      []code.Fact    `json:"facts"`
		Intents    []code.Intent  `json:"intents"`
		Findings   []edit.Finding `json:"findings"`
		NotChecked []string       `json:"not_checked"`
		Needs      []string       `json:"needs"`
		Template   string         `json:"template"`
		Subject    string         `json:"subject"`
		Text       string         `json:"text"`
		HTML       string         `json:"html"`
	}{a.Input.Claim.On.Format(time.DateOnly), a.Input.Claim.Payer, list(a.Input.Mentions), list(a.Input.Stated),
		list(a.Input.Intents), list(a.Input.Result.Findings), list(a.Input.Result.NotChecked), list(a.Reply.Needs),
		a.Reply.Template, a.Reply.Subject, plain, html})
}

// list makes an empty JSON array of a nil slice.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

type recognizeCmd struct {
	Files []string `arg:"" optional:"" help:"Mails or plain texts; none or - is standard input."`
	On    string   `help:"Date of service for the status of codes, with a database named." placeholder:"DATE"`
	JSON  bool     `help:"One JSON document an input."`
	databaseFlags
}

// Help shows an example.
func (recognizeCmd) Help() string {
	return `Prints the codes that each input names, the facts that it states and the places that may say who the patient is.
Example: echo "99213-25 and 20610RT" | caseconsultant recognize --json`
}

// Run prints what each input names and states. It starts no database; with one
// named, mentions carry their status on the date, which enters their confidence.
func (c *recognizeCmd) Run(ctx context.Context, std streams) error {
	on, err := parseOn(c.On)
	if err != nil {
		return err
	}
	if on.IsZero() {
		if on, err = today(); err != nil {
			return err
		}
	}
	ins, err := inputs(c.Files, std)
	if err != nil {
		return err
	}
	if !c.named() {
		return c.recognize(ins, std, func([]code.Code) (func(code.Code) code.Status, error) { return nil, nil })
	}
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		return c.recognize(ins, std, func(codes []code.Code) (func(code.Code) code.Status, error) {
			rows, err := codeset.Gather(ctx, tx, codeset.Query{On: on, Codes: codes})
			return rows.Status, err
		})
	})
}

// A recognition is what the recogniser makes of one input.
type recognition struct {
	File        string            `json:"file"`
	Mentions    []code.Mention    `json:"mentions"`
	Facts       []code.Fact       `json:"facts"`
	Identifiers []code.Identifier `json:"identifiers"`
}

func (c *recognizeCmd) recognize(ins []input, std streams, statuses func([]code.Code) (func(code.Code) code.Status, error)) error {
	for _, in := range ins {
		doc := recognition{in.name, []code.Mention{}, []code.Fact{}, []code.Identifier{}}
		_, regions := in.regions()
		for _, r := range regions {
			found := code.Find(r.Name, r.Text)
			var codes []code.Code
			for _, m := range found {
				codes = append(codes, m.Key())
			}
			status, err := statuses(codes)
			if err != nil {
				return err
			}
			mentions := code.Resolve(r.Text, found, status)
			doc.Mentions = append(doc.Mentions, mentions...)
			doc.Facts = append(doc.Facts, code.Facts(r.Name, r.Text, mentions)...)
			doc.Identifiers = append(doc.Identifiers, code.Identifiers(r.Name, r.Text)...)
		}
		write := doc.print
		if c.JSON {
			write = func(std streams) error { return printJSON(std.out, doc) }
		}
		if err := write(std); err != nil {
			return err
		}
	}
	return nil
}

// print writes the mentions, then the facts, then the identifiers, a line each.
func (d recognition) print(std streams) error {
	w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	for _, m := range d.Mentions {
		through := ""
		if m.Through != "" {
			through = " to " + m.Through
		}
		units := ""
		if m.Units > 0 {
			units = fmt.Sprintf("x%d", m.Units)
		}
		_, _ = fmt.Fprintf(w, "%s\t%s%s\t%s\t%s\t%s %d-%d\t%.2f\t%s\t%s\n", m.System, m.Code, through, strings.Join(m.Modifiers, ","),
			units, m.Region, m.Start, m.End, m.Confidence, m.Status, m.Note)
	}
	for _, f := range d.Facts {
		_, _ = fmt.Fprintf(w, "fact\t%s\t%s\t\t%s %d-%d\t%q\n", f.Name, f.Value, f.Region, f.Start, f.End, f.Text)
	}
	for _, i := range d.Identifiers {
		_, _ = fmt.Fprintf(w, "identifier\t%s\t\t\t%s %d-%d\t%q\n", i.Kind, i.Region, i.Start, i.End, i.Text)
	}
	return w.Flush()
}

type mailCmd struct {
	Inspect mailInspectCmd `cmd:"" help:"What the pipeline makes of each mail."`
}

type mailInspectCmd struct {
	Files []string `arg:"" optional:"" help:"Mails as raw bytes; none or - is standard input."`
	JSON  bool     `help:"One JSON document an input."`
	Own   []string `help:"Addresses of ours: mail from them is a loop." placeholder:"ADDRESS"`
}

// Help shows an example.
func (mailInspectCmd) Help() string {
	return `Example: caseconsultant mail inspect --json question.eml`
}

// Run inspects each mail. Any bytes whatever are fine; damage is in problems.
func (c *mailInspectCmd) Run(std streams) error {
	ins, err := inputs(c.Files, std)
	if err != nil {
		return err
	}
	for _, in := range ins {
		m := casemail.Parse(in.data)
		kind, reason := casemail.Classify(m, casemail.Own{Addresses: c.Own})
		doc := inspection{File: in.name, Kind: kind, Reason: reason, Message: m}
		if c.JSON {
			err = printJSON(std.out, doc)
		} else {
			err = doc.print(std)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type inspection struct {
	File   string        `json:"file"`
	Kind   casemail.Kind `json:"kind"`
	Reason string        `json:"reason"`
	*casemail.Message
}

func (d inspection) print(std streams) error {
	w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			_, _ = fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("file", d.File)
	row("kind", string(d.Kind))
	row("reason", d.Reason)
	row("message id", d.MessageID)
	row("from", strings.TrimSpace(d.From.Name+" <"+d.From.Address+">"))
	row("subject", d.Subject)
	row("new text", fmt.Sprintf("%d characters", len([]rune(d.NewText))))
	row("quote", fmt.Sprintf("%d characters", len([]rune(d.Quote))))
	for _, a := range d.Attachments {
		row("attachment", fmt.Sprintf("%s, %s, %d bytes", a.Name, a.Type, a.Size))
	}
	for _, p := range d.Problems {
		row("problem", p)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(std.out)
	return err
}
