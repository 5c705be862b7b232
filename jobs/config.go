package jobs

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/consult/outbox"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
)

// Config is what the workers need to know. The zero value of a duration or
// count means its default.
type Config struct {
	Log       *slog.Logger
	Zone      *time.Location // of dates and business hours
	Own       casemail.Own   // our addresses and Message-ID domain
	Trust     casemail.AuthConfig
	LookupTXT func(domain string) ([]string, error) // DNS for the sender check; nil: only Authentication-Results
	Templates *draft.Set
	From      string         // envelope sender of answers
	Sender    *outbox.Sender // nil: nothing leaves; approved answers wait
	Sent      Sent
	Metrics   *Metrics         // nil: none
	Now       func() time.Time // nil: time.Now

	Workers       int           // at once in each queue; default: twice the cores
	FetchCooldown time.Duration // least time between two fetches; default 2 ms
	JobTimeout    time.Duration // default 30 s; sending has its own
	RescueAfter   time.Duration // a job of a dead process runs again; default 1 min
	Lease         time.Duration // of an attempt; default consult.AttemptLease
}

// Sent says how an answer gets into the Sent folder, and holds the functions
// that package inbox provides for the mailbox of a case.
type Sent struct {
	Mode   string // auto: look first, append what is missing; append; server: the server does it
	Append func(ctx context.Context, mailbox string, raw []byte, date time.Time) error
	Find   func(ctx context.Context, mailbox, messageID string) (bool, error)
}

func (c Config) complete() Config {
	c.Workers = cmp.Or(c.Workers, 2*runtime.GOMAXPROCS(0))
	c.FetchCooldown = cmp.Or(c.FetchCooldown, 2*time.Millisecond)
	c.JobTimeout = cmp.Or(c.JobTimeout, 30*time.Second)
	c.RescueAfter = cmp.Or(c.RescueAfter, time.Minute)
	c.Lease = cmp.Or(c.Lease, consult.AttemptLease)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	return c
}

func (c Config) queues() map[string]river.QueueConfig {
	return map[string]river.QueueConfig{
		queueIntake:  {MaxWorkers: c.Workers},
		queueConsult: {MaxWorkers: c.Workers},
		queueSend:    {MaxWorkers: c.Workers},
		queueCare:    {MaxWorkers: 2},
	}
}

func (c Config) middleware() []rivertype.Middleware {
	return []rivertype.Middleware{&scrubber{log: c.Log, metrics: c.Metrics}}
}
