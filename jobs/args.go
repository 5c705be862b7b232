package jobs

import (
	"time"

	"github.com/riverqueue/river"
)

// Queues: one a class of work, so that a burst of one never starves another.
const (
	queueIntake  = "intake"
	queueConsult = "consult"
	queueSend    = "send"
	queueCare    = "care"
)

// IntakeArgs asks to make a case, or something set aside, of a stored message.
type IntakeArgs struct {
	MessageID int64 `json:"message_id"`
}

// Kind names the job in River's table.
func (IntakeArgs) Kind() string { return "intake" }

// InsertOpts puts the job into its queue.
func (IntakeArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueIntake, MaxAttempts: maxAttempts}
}

// ConsultArgs asks for a draft of a case as it stands.
type ConsultArgs struct {
	CaseID int64 `json:"case_id"`
}

// Kind names the job in River's table.
func (ConsultArgs) Kind() string { return "consult" }

// InsertOpts puts the job into its queue.
func (ConsultArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueConsult, MaxAttempts: maxAttempts}
}

// SendArgs asks to send what a decision approved.
type SendArgs struct {
	DecisionID int64 `json:"decision_id"`
}

// Kind names the job in River's table.
func (SendArgs) Kind() string { return "send" }

// InsertOpts puts the job into its queue. The many attempts are harmless: the
// attempt rows decide whether anything is sent.
func (SendArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueSend, MaxAttempts: 100}
}

// SentCopyArgs asks to put a copy of a sent answer into the Sent folder.
type SentCopyArgs struct {
	DecisionID int64 `json:"decision_id"`
}

// Kind names the job in River's table.
func (SentCopyArgs) Kind() string { return "sent-copy" }

// InsertOpts puts the job into its queue.
func (SentCopyArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueCare, MaxAttempts: 10}
}

// CareArgs asks for the periodic upkeep: attempts that lost their process, the
// partitions of the months to come.
type CareArgs struct{}

// Kind names the job in River's table.
func (CareArgs) Kind() string { return "care" }

// InsertOpts puts the job into its queue, once a period.
func (CareArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: queueCare, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByPeriod: careEvery}}
}

const (
	maxAttempts = 6
	careEvery   = 15 * time.Second
)
