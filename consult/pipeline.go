package consult

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/consult/edit"
)

// A Region is one part of what was written, under its contract name.
type Region struct {
	Name string // code.Subject, code.Body, code.Quote, code.Signature
	Text string
}

// A Question is one case as the pipeline sees it.
type Question struct {
	CaseID  int64 // 0: asked on the command line
	Subject string
	Regions []Region
	On      time.Time // date of service that outranks the text; zero: the text's, else Today
	Payer   string    // payer that outranks the text; "": the text's
	Today   time.Time // the calendar day in the configured zone, midnight UTC
}

// An Answer is a drafted reply and everything it was made of.
type Answer struct {
	Input draft.Input
	Reply draft.Reply
}

// Consult answers a question: recognise, gather, resolve, check, render. The
// database is read once. The same question and the same releases give the same
// answer byte for byte.
func Consult(ctx context.Context, tx pgx.Tx, set *draft.Set, q Question) (*Answer, error) {
	in := draft.Input{CaseID: q.CaseID, Subject: q.Subject, Answered: q.Today}
	found := make([][]code.Mention, len(q.Regions))
	var codes []code.Code
	for i, r := range q.Regions {
		found[i] = code.Find(r.Name, r.Text)
		for _, m := range found[i] {
			codes = append(codes, m.Key())
		}
		if r.Name != code.Quote && r.Name != code.Signature {
			in.Stated = append(in.Stated, code.Facts(r.Name, r.Text, found[i])...)
		}
	}
	in.Claim = edit.Claim{Payer: q.Payer, Setting: "practitioner", Facts: map[string][]string{}}
	setDate(&in.Claim, q, in.Stated)
	for _, f := range in.Stated {
		if !slices.Contains(in.Claim.Facts[f.Name], f.Value) {
			in.Claim.Facts[f.Name] = append(in.Claim.Facts[f.Name], f.Value)
		}
	}
	if p := in.Claim.Facts["payer"]; in.Claim.Payer == "" && len(p) > 0 {
		in.Claim.Payer = p[0]
	}
	in.Claim.Lines, in.Claim.Dx = code.Lines(slices.Concat(found...))
	codes = slices.Concat(codes, edit.Codes(in.Claim), draft.Related(in.Claim))
	contractor, state := edit.Jurisdiction(in.Claim)
	rows, err := codeset.Gather(ctx, tx, codeset.Query{On: in.Claim.On, Codes: codes, Setting: in.Claim.Setting, Contractor: contractor, State: state})
	if err != nil {
		return nil, fmt.Errorf("gather: %w", err)
	}
	in.Rows = rows
	var text string
	for i, r := range q.Regions {
		in.Mentions = append(in.Mentions, code.Resolve(r.Text, found[i], rows.Status)...)
		if r.Name == code.Subject || r.Name == code.Body {
			text += r.Text + "\n"
		}
	}
	in.Intents = code.Intents(text, in.Mentions, in.Stated)
	in.Claim.Lines, in.Claim.Dx = code.Lines(in.Mentions)
	in.Result = edit.Check(in.Rows, in.Claim)
	reply, err := set.Render(in)
	if err != nil {
		return nil, fmt.Errorf("render: %w", err)
	}
	return &Answer{in, reply}, nil
}

// setDate settles the date of service: the question's own, the text's when it
// names exactly one, else today, which the reply says.
func setDate(c *edit.Claim, q Question, stated []code.Fact) {
	c.On, c.OnStated = q.On, true
	if !q.On.IsZero() {
		return
	}
	days := map[time.Time]bool{}
	for _, f := range stated {
		if f.Name == "date_of_service" {
			if day, err := code.ParseDay(f.Value); err == nil {
				days[day] = true
				c.On = day
			}
		}
	}
	if len(days) != 1 {
		c.On, c.OnStated = q.Today, false
	}
}
