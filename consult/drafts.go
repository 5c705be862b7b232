package consult

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult/compose"
	"github.com/caseconsultant/caseconsultant/consult/draft"
)

// A Draft is one version of a reply.
type Draft struct {
	CaseID    int64
	Version   int
	Author    int64 // 0: the machine
	Status    string
	Kind      string
	Template  string
	Subject   string
	To, Cc    []compose.Address
	Markdown  string
	Needs     []string
	Reason    string // of a failed draft
	CreatedAt time.Time
}

// Statuses of a draft. A case has at most one current draft. A machine draft
// beside a coder's version waits until that person takes or drops it.
const (
	DraftCurrent    = "current"
	DraftWaiting    = "waiting"
	DraftSuperseded = "superseded"
	DraftDropped    = "dropped"
)

// Proposal is what the consult step made for a case.
type Proposal struct {
	CaseID      int64
	LastMessage int64 // the newest mail it took into account
	Reply       draft.Reply
	Input       *draft.Input // nil for a failed draft
	To, Cc      []compose.Address
	Failed      string // reason, when no draft could be made
	At          time.Time
}

// StoreDraft stores a machine draft as the next version. It becomes current
// where the present draft is the machine's own or none, and waits beside a
// coder's. A proposal that does not know the newest mail is dropped: the mail's
// own consult step follows. It reports whether it stored anything.
func StoreDraft(ctx context.Context, tx pgx.Tx, p Proposal) (stored bool, err error) {
	c, err := lock(ctx, tx, p.CaseID)
	if err != nil {
		return false, err
	}
	return StoreDraftOn(ctx, tx, c, p)
}

// StoreDraftOn is StoreDraft for a case whose row this transaction holds
// already, as the one that it has just opened.
func StoreDraftOn(ctx context.Context, tx pgx.Tx, c *Case, p Proposal) (stored bool, err error) {
	if p.LastMessage < c.LastMessage {
		return false, nil
	}
	cur, err := currentDraft(ctx, tx, c)
	if err != nil {
		return false, err
	}
	d := Draft{CaseID: c.ID, Status: DraftCurrent, Kind: string(p.Reply.Kind), Template: p.Reply.Template,
		Subject: p.Reply.Subject, To: p.To, Cc: p.Cc, Markdown: p.Reply.Markdown, Needs: p.Reply.Needs, CreatedAt: p.At}
	if p.Failed != "" {
		d.Kind, d.Reason = string(draft.Failed), p.Failed
	}
	if cur != nil && cur.Author != 0 || c.State != Open && c.State != Drafted {
		d.Status = DraftWaiting
	}
	if d.Status == DraftCurrent && c.DraftVersion != 0 {
		if err := supersede(ctx, tx, c.ID); err != nil {
			return false, err
		}
	}
	version, err := insertDraft(ctx, tx, d, p.Input)
	if err != nil {
		return false, err
	}
	if err := Audit(ctx, tx, c.ID, p.At, Machine, "drafted", fmt.Sprintf("version %d %s %s", version, d.Kind, d.Template)); err != nil {
		return false, err
	}
	if d.Status == DraftWaiting {
		if c.State == Open {
			return true, move(ctx, tx, c.ID, Open, Drafted)
		}
		return true, notify(ctx, tx, c.ID)
	}
	return true, present(ctx, tx, c, version, d, p.Input)
}

// present makes a machine draft the one that the queue shows: one update of the
// case, whose row is written often enough.
func present(ctx context.Context, tx pgx.Tx, c *Case, version int, d Draft, in *draft.Input) error {
	codes, intents := []string{}, []string{}
	if in != nil {
		for _, l := range in.Claim.Lines {
			codes = append(codes, l.Code)
		}
		codes = append(codes, in.Claim.Dx...)
		for _, i := range in.Intents {
			intents = append(intents, string(i))
		}
	}
	tag, err := tx.Exec(ctx, `-- name: PresentDraft
		with presented as (
			update cases set state = 'drafted', version = version + 1, closed_at = null, draft_version = $3, draft_kind = $4,
				codes = $5, intents = $6
			where id = $1 and state = $2 returning id)
		select pg_notify('case', id::text) from presented`, c.ID, c.State, version, d.Kind, codes, intents)
	if err == nil && tag.RowsAffected() == 0 {
		return conflict(ctx, tx, c.ID, fmt.Sprintf("the case is no longer %s", c.State))
	}
	return err
}

// supersede puts every draft of a case away that was current or waiting.
func supersede(ctx context.Context, tx pgx.Tx, caseID int64) error {
	_, err := tx.Exec(ctx, `-- name: SupersedeDrafts
		update drafts set status = 'superseded' where case_id = $1 and status in ('current', 'waiting')`, caseID)
	return err
}

// insertDraft stores d as the next version and returns its number. What was
// current must be superseded, and the case told, by the caller.
func insertDraft(ctx context.Context, tx pgx.Tx, d Draft, in *draft.Input) (int, error) {
	var input []byte
	if in != nil {
		var err error
		if input, err = json.Marshal(in); err != nil {
			return 0, fmt.Errorf("case %d: draft input: %w", d.CaseID, err)
		}
	}
	var author *int64
	if d.Author != 0 {
		author = &d.Author
	}
	if d.Needs == nil {
		d.Needs = []string{}
	}
	var version int
	err := tx.QueryRow(ctx, `-- name: InsertDraft
		with next as (select coalesce(max(version), 0) + 1 as v from drafts where case_id = $1)
		insert into drafts (case_id, version, author, status, kind, template, subject, to_addrs, cc_addrs,
			markdown, needs, input, reason, created_at)
		select $1, next.v, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from next returning version`,
		d.CaseID, author, d.Status, d.Kind, d.Template, d.Subject, addresses(d.To), addresses(d.Cc),
		d.Markdown, d.Needs, input, d.Reason, d.CreatedAt).Scan(&version)
	if err != nil {
		return 0, fmt.Errorf("case %d: store draft: %w", d.CaseID, err)
	}
	return version, nil
}

func addresses(a []compose.Address) []compose.Address {
	if a == nil {
		return []compose.Address{}
	}
	return a
}

const draftColumns = `case_id, version, coalesce(author, 0), status, kind, template, subject, to_addrs, cc_addrs,
	markdown, needs, reason, created_at`

// LoadDraft returns one version of a case's drafts, or ErrNotFound.
func LoadDraft(ctx context.Context, tx pgx.Tx, caseID int64, version int) (*Draft, error) {
	rows, err := tx.Query(ctx, `-- name: LoadDraft
		select `+draftColumns+` from drafts where case_id = $1 and version = $2`, caseID, version)
	if err != nil {
		return nil, err
	}
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByPos[Draft])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("draft %d of case %d: %w", version, caseID, ErrNotFound)
	}
	return d, err
}

// Drafts returns all versions of a case, newest first.
func Drafts(ctx context.Context, tx pgx.Tx, caseID int64) ([]Draft, error) {
	rows, err := tx.Query(ctx, `-- name: Drafts
		select `+draftColumns+` from drafts where case_id = $1 order by version desc`, caseID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Draft])
}

// DraftInput returns what a machine draft was made of, or ErrNotFound for an
// edit and a failed draft.
func DraftInput(ctx context.Context, tx pgx.Tx, caseID int64, version int) (*draft.Input, error) {
	var input []byte
	err := tx.QueryRow(ctx, `-- name: DraftInput
		select input from drafts where case_id = $1 and version = $2 and input is not null`, caseID, version).Scan(&input)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("input of draft %d of case %d: %w", version, caseID, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	in := new(draft.Input)
	return in, json.Unmarshal(input, in)
}

// Evidence returns what the newest machine draft up to the current version was
// made of: the findings that the review page shows beside an edited draft. Nil
// when the machine made none.
func Evidence(ctx context.Context, tx pgx.Tx, caseID int64) (*draft.Input, error) {
	var input []byte
	err := tx.QueryRow(ctx, `-- name: Evidence
		select input from drafts where case_id = $1 and input is not null
		order by version desc limit 1`, caseID).Scan(&input)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in := new(draft.Input)
	return in, json.Unmarshal(input, in)
}

func currentDraft(ctx context.Context, tx pgx.Tx, c *Case) (*Draft, error) {
	if c.DraftVersion == 0 {
		return nil, nil
	}
	return LoadDraft(ctx, tx, c.ID, c.DraftVersion)
}

// An Edit is a person's text for a case.
type Edit struct {
	CaseID   int64
	Person   Person
	Base     int // the draft version that was edited
	Subject  string
	To, Cc   []compose.Address
	Markdown string
	Now      time.Time
}

// SaveEdit stores an edit as the next version and claims the case. An edit that
// changes nothing keeps the version. Base must be the current version: an edit
// on an older one is a *Conflict, and the text stays in the person's autosave.
func SaveEdit(ctx context.Context, tx pgx.Tx, e Edit) (version int, err error) {
	c, err := lock(ctx, tx, e.CaseID)
	if err != nil {
		return 0, err
	}
	if c.State != Drafted && c.State != Refused && c.State != UnknownIf && c.State != Open {
		return 0, conflict(ctx, tx, c.ID, "the draft can no longer be edited")
	}
	if _, err := claimLocked(ctx, tx, c, e.Person, false, e.Now); err != nil {
		return 0, err
	}
	return saveLocked(ctx, tx, c, e)
}

func saveLocked(ctx context.Context, tx pgx.Tx, c *Case, e Edit) (int, error) {
	if e.Base != c.DraftVersion {
		return 0, conflict(ctx, tx, c.ID, fmt.Sprintf("the draft is now version %d, you edited version %d", c.DraftVersion, e.Base))
	}
	cur, err := currentDraft(ctx, tx, c)
	if err != nil {
		return 0, err
	}
	if cur != nil && cur.Subject == e.Subject && cur.Markdown == e.Markdown && sameAddresses(cur.To, e.To) && sameAddresses(cur.Cc, e.Cc) {
		return cur.Version, dropAutosave(ctx, tx, c.ID, e.Person.ID)
	}
	d := Draft{CaseID: c.ID, Author: e.Person.ID, Status: DraftCurrent, Kind: string(draft.Complete),
		Subject: e.Subject, To: e.To, Cc: e.Cc, Markdown: e.Markdown, CreatedAt: e.Now}
	if cur != nil {
		d.Kind, d.Template, d.Needs = cur.Kind, cur.Template, cur.Needs
	}
	if err := supersede(ctx, tx, c.ID); err != nil {
		return 0, err
	}
	version, err := insertDraft(ctx, tx, d, nil)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `-- name: PresentEdit
		update cases set version = version + 1, draft_version = $2, draft_kind = $3 where id = $1`, c.ID, version, d.Kind); err != nil {
		return 0, err
	}
	if err := Audit(ctx, tx, c.ID, e.Now, e.Person.Email, "edited", fmt.Sprintf("version %d from %d", version, e.Base)); err != nil {
		return 0, err
	}
	if err := dropAutosave(ctx, tx, c.ID, e.Person.ID); err != nil {
		return 0, err
	}
	if c.State == Open { // written by hand before, or instead of, the machine's
		c.State = Drafted
		return version, move(ctx, tx, c.ID, Open, Drafted)
	}
	return version, notify(ctx, tx, c.ID)
}

func sameAddresses(a, b []compose.Address) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TakeWaiting makes the machine's waiting draft the current one, DropWaiting
// puts it away. Both are the word of the person who has the case.
func TakeWaiting(ctx context.Context, tx pgx.Tx, caseID int64, person Person, now time.Time) error {
	return settleWaiting(ctx, tx, caseID, person, true, now)
}

// DropWaiting puts the machine's waiting draft away; see TakeWaiting.
func DropWaiting(ctx context.Context, tx pgx.Tx, caseID int64, person Person, now time.Time) error {
	return settleWaiting(ctx, tx, caseID, person, false, now)
}

func settleWaiting(ctx context.Context, tx pgx.Tx, caseID int64, person Person, take bool, now time.Time) error {
	c, err := lock(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if c.State != Drafted && c.State != Refused && c.State != UnknownIf {
		return conflict(ctx, tx, caseID, "the draft can no longer be changed")
	}
	if _, err := claimLocked(ctx, tx, c, person, false, now); err != nil {
		return err
	}
	var version int
	err = tx.QueryRow(ctx, `select version from drafts where case_id = $1 and status = 'waiting' order by version desc limit 1`, caseID).Scan(&version)
	if errors.Is(err, pgx.ErrNoRows) {
		return conflict(ctx, tx, caseID, "no new draft waits")
	}
	if err != nil {
		return err
	}
	action := "new draft dropped"
	if take {
		action = "new draft taken"
		_, err = tx.Exec(ctx, `update drafts set status = 'superseded' where case_id = $1 and status = 'current'`, caseID)
		if err == nil {
			_, err = tx.Exec(ctx, `update drafts set status = 'current' where case_id = $1 and version = $2`, caseID, version)
		}
		if err == nil {
			_, err = tx.Exec(ctx, `update cases set version = version + 1, draft_version = $2,
				draft_kind = (select kind from drafts where case_id = $1 and version = $2) where id = $1`, caseID, version)
		}
	}
	if err == nil {
		_, err = tx.Exec(ctx, `update drafts set status = 'dropped' where case_id = $1 and status = 'waiting'`, caseID)
	}
	if err != nil {
		return fmt.Errorf("case %d: waiting draft: %w", caseID, err)
	}
	if err := Audit(ctx, tx, caseID, now, person.Email, action, fmt.Sprintf("version %d", version)); err != nil {
		return err
	}
	return notify(ctx, tx, caseID)
}
