package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

// An undoBar tells what becomes of the answer that the person approved last.
type undoBar struct {
	Case    int64
	Version int64
	Left    int // seconds of the undo window; 0: over
	State   consult.State
	Text    string
	Class   string
}

// undoFor is how long the bar stays after the undo window has ended.
const undoFor = 2 * time.Minute

func (s *Server) undoBar(ctx context.Context, tx pgx.Tx, v *visit) (*undoBar, error) {
	id := s.sessions.GetInt64(v.session.ctx, keySent)
	if id == 0 {
		return nil, nil
	}
	c, err := consult.Load(ctx, tx, id)
	if errors.Is(err, consult.ErrNotFound) { // the session outlived a restore of the database
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, err := consult.LastDecision(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	trouble := c.State == consult.Refused || c.State == consult.UnknownIf
	if d.Withdrawn != "" && d.Withdrawn != "undone" {
		return &undoBar{Case: id, State: c.State, Class: "bad",
			Text: fmt.Sprintf("The answer to case %d did not go out: %s.", id, d.Withdrawn)}, nil
	}
	if d.Withdrawn != "" || d.Verdict == consult.VerdictReject || v.now.After(d.ReleaseAt.Add(undoFor)) && !trouble {
		return nil, nil
	}
	bar := &undoBar{Case: id, Version: c.Version, State: c.State, Class: stateClass(c.State),
		Left: max(0, int(d.ReleaseAt.Sub(v.now).Round(time.Second).Seconds()))}
	bar.Text = undoWords(c, bar.Left)
	why, err := consult.SendingPaused(ctx, tx)
	if why != "" && c.State == consult.Approved {
		bar.Text, bar.Left = fmt.Sprintf("The answer to case %d waits: sending is paused.", id), 0
	}
	return bar, err
}

// paused says that nothing leaves and what to do, or "".
func paused(ctx context.Context, tx pgx.Tx) (string, error) {
	why, err := consult.SendingPaused(ctx, tx)
	if why == "" {
		return "", err
	}
	return fmt.Sprintf("Sending is paused: %s. Nothing leaves until an administrator runs “caseconsultant sending resume”.", why), err
}

func undoWords(c *consult.Case, left int) string {
	switch c.State {
	case consult.Approved:
		if left == 0 {
			return fmt.Sprintf("The answer to case %d is about to leave.", c.ID)
		}
		return fmt.Sprintf("The answer to case %d leaves", c.ID)
	case consult.Sending:
		return fmt.Sprintf("The answer to case %d is being sent.", c.ID)
	case consult.Refused:
		return fmt.Sprintf("The answer to case %d was refused. It waits under “Refused or unknown”.", c.ID)
	case consult.UnknownIf:
		return fmt.Sprintf("Nobody knows whether the answer to case %d arrived. It waits under “Refused or unknown”.", c.ID)
	}
	return fmt.Sprintf("The answer to case %d was sent.", c.ID)
}
