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
	var named []code.Code
	var text string // what the sender wrote now
	for i, r := range q.Regions {
		found[i] = code.Find(r.Name, r.Text)
		for _, m := range found[i] {
			named = append(named, m.Key())
			for _, mod := range m.Modifiers {
				named = append(named, code.Code{System: code.Modifier, Code: mod})
			}
		}
		if r.Name != code.Quote && r.Name != code.Signature {
			in.Stated = append(in.Stated, code.Facts(r.Name, r.Text, found[i])...)
		}
		if r.Name == code.Subject || r.Name == code.Body {
			text += r.Text + "\n"
		}
	}
	all := slices.Concat(found...)
	in.Claim = claimOf(q, in.Stated, hospitals(text, all))
	in.Claim.Lines, in.Claim.Dx = code.Lines(all)
	rows, err := codeset.Gather(ctx, tx, Lookup(in.Claim, slices.Concat(named, draft.Related(in.Claim))...))
	if err != nil {
		return nil, fmt.Errorf("gather: %w", err)
	}
	in.Rows = rows
	for i, r := range q.Regions {
		in.Mentions = append(in.Mentions, code.Resolve(r.Text, found[i], rows.Status)...)
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

// claimOf is the claim that the stated facts make, without its lines.
func claimOf(q Question, stated []code.Fact, hospital bool) edit.Claim {
	c := edit.Claim{Facts: map[string][]string{}}
	for _, f := range stated {
		if !slices.Contains(c.Facts[f.Name], f.Value) {
			c.Facts[f.Name] = append(c.Facts[f.Name], f.Value)
		}
	}
	ApplyFacts(&c, q.On, q.Payer, q.Today)
	if !hospital {
		c.Setting = practitioner
	}
	return c
}
