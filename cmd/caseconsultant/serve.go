package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/compose"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/consult/outbox"
	"github.com/caseconsultant/caseconsultant/inbox"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
	"github.com/caseconsultant/caseconsultant/jobs"
)

type serveCmd struct {
	Roles    []string `help:"What this process does." default:"poll,work,web" enum:"poll,work,web"`
	Restored bool     `help:"The database was restored from a backup or snapshot: pause sending until 'sending resume'."`
	databaseFlags
}

// Help shows an example.
func (serveCmd) Help() string {
	return `Example: caseconsultant serve --config /etc/caseconsultant.toml --roles poll,work,web

Processes are equal: start more of them on the same database, with other roles if you like.
A mailbox is watched by one process at a time; another takes over when it dies.`
}

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context, std streams) error {
	slog.SetDefault(slog.New(slog.NewTextHandler(std.err, nil)))
	if len(c.Roles) == 0 {
		return usagef("--roles is empty: name one or more of poll, work, web")
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if err := cfg.check(ctx); err != nil {
		return cfg.inFile(err)
	}
	s, err := c.openFor(ctx, cfg, 24)
	if err != nil {
		return err
	}
	defer s.close()
	return serve(ctx, s, cfg, c.Roles, c.Restored, slog.Default(), nil)
}

// A service is what one process of the product is made of. Here, and only here,
// every package meets every other.
type service struct {
	cfg     *config
	store   *store
	log     *slog.Logger
	queue   *jobs.Queue
	metrics *jobs.Metrics
	letter  consult.Letterhead
}

// gcPercent trades memory, of which a burst takes some 50 MB, for a seventh of
// the processor time of a mail.
const gcPercent = 400

// serve runs the roles until ctx ends or one of them fails for good. Nothing
// starts before every address is bound. ready, if given, is called with the web
// address once everything runs.
func serve(ctx context.Context, s *store, cfg *config, roles []string, restored bool, log *slog.Logger, ready func(addr string)) error {
	debug.SetGCPercent(gcPercent)
	doors, err := cfg.listen(slices.Contains(roles, "web"), log)
	if err != nil {
		return err
	}
	defer doors.close()
	v := &service{cfg: cfg, store: s, log: log, metrics: jobs.NewMetrics(s.pool)}
	if err := v.prepare(ctx, restored); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	group, ctx := errgroup.WithContext(ctx)
	if err := v.start(ctx, group, roles, doors, ready); err != nil {
		cancel()
		_ = group.Wait() // the first error is the one to tell
		return err
	}
	err = group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// start starts the roles in the group.
func (v *service) start(ctx context.Context, group *errgroup.Group, roles []string, doors doors, ready func(addr string)) error {
	group.Go(func() error { return v.store.revive(ctx) })
	if slices.Contains(roles, "work") {
		if err := v.work(ctx, group); err != nil {
			return err
		}
	} else if err := v.insertOnly(); err != nil {
		return err
	}
	if slices.Contains(roles, "poll") {
		v.poll(ctx, group)
	}
	if doors.health != nil {
		v.health(ctx, group, doors.health)
	}
	if doors.web == nil {
		return nil
	}
	if err := v.web(ctx, group, doors.web); err != nil {
		return err
	}
	if ready != nil {
		ready(doors.web.Addr().String())
	}
	return nil
}

func (v *service) prepare(ctx context.Context, restored bool) error {
	for i := range v.cfg.Mailbox {
		m := &v.cfg.Mailbox[i]
		if err := jobs.Register(ctx, v.store.pool, m.Name); err != nil {
			return fmt.Errorf("register mailbox %s: %w", m.Name, err)
		}
	}
	v.letter = v.cfg.letterhead()
	if err := jobs.Partitions(ctx, v.store.pool, time.Now()); err != nil {
		return err
	}
	return v.store.tx(ctx, func(tx pgx.Tx) error {
		paused, err := consult.GuardRestore(ctx, tx, restored, time.Now())
		if paused {
			v.log.Warn("the database was restored: sending is paused; look at what is approved, then 'caseconsultant sending resume'")
		}
		return err
	})
}

// letterhead is what outgoing mail looks like.
func (c *config) letterhead() consult.Letterhead {
	first := c.Mailbox[0]
	l := consult.Letterhead{From: compose.Address{Address: first.Address}, Plus: first.Plus, Undo: c.Undo.Duration}
	if c.SMTP != nil {
		if c.SMTP.From != "" {
			l.From.Address = c.SMTP.From
		}
		l.From.Name = c.SMTP.Name
	}
	_, l.Domain, _ = strings.Cut(l.From.Address, "@")
	l.Own = []string{strings.ToLower(l.From.Address)}
	for _, m := range c.Mailbox {
		l.Own = append(l.Own, strings.ToLower(m.Address))
	}
	return l
}

// sender returns how answers leave, or nil where nothing is configured.
func (c *config) sender() (*outbox.Sender, error) {
	if c.SMTP == nil {
		return nil, nil
	}
	o := outbox.Config{Host: c.SMTP.Host, Security: c.SMTP.Security, Auth: c.SMTP.Auth, Username: c.SMTP.User}
	var err error
	switch {
	case c.SMTP.TokenFile != "":
		file := tokenFile(c.SMTP.TokenFile)
		o.TokenSource = func(context.Context) (string, error) {
			t, err := file.Token()
			if err != nil {
				return "", err
			}
			return t.AccessToken, nil
		}
	case o.Username != "":
		if o.Password, err = c.SMTP.password("smtp"); err != nil {
			return nil, err
		}
	}
	return outbox.New(o)
}

func (v *service) insertOnly() (err error) {
	v.queue, err = jobs.NewQueue(v.store.pool, quiet(v.log))
	return err
}

// quiet keeps River's own info lines out of the log.
func quiet(log *slog.Logger) *slog.Logger {
	return slog.New(levelHandler{log.Handler(), slog.LevelWarn})
}

type levelHandler struct {
	slog.Handler
	min slog.Level
}

// Enabled holds back what is below min.
func (h levelHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= h.min && h.Handler.Enabled(ctx, l)
}

// work starts the workers.
func (v *service) work(ctx context.Context, group *errgroup.Group) error {
	set, err := draft.Default()
	if err != nil {
		return err
	}
	sender, err := v.cfg.sender()
	if err != nil {
		return err
	}
	if sender == nil {
		v.log.Warn("no [smtp] is configured: approved answers wait, nothing leaves")
	} else {
		v.log.Info("approved answers leave", "smtp", v.cfg.SMTP.Host)
	}
	v.queue, err = jobs.NewWorkers(v.store.pool, jobs.Config{
		Log: quiet(v.log), Zone: v.cfg.zone, Own: casemail.Own{Addresses: v.letter.Own, Domain: v.letter.Domain},
		Trust: v.trust(), LookupTXT: v.lookupTXT(), Templates: set, From: v.letter.From.Address, Sender: sender, Sent: v.sent(), Metrics: v.metrics,
		Workers: v.cfg.Work.Workers, JobTimeout: v.cfg.Work.JobTimeout.Duration,
		RescueAfter: v.cfg.Work.RescueAfter.Duration, Lease: v.cfg.Work.AttemptLease.Duration,
	})
	if err != nil {
		return err
	}
	if err := v.queue.Start(ctx); err != nil {
		return fmt.Errorf("start workers: %w", err)
	}
	group.Go(func() error {
		<-ctx.Done()
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		return v.queue.Stop(stop)
	})
	return nil
}

func (v *service) trust() casemail.AuthConfig {
	return casemail.AuthConfig{AuthservID: v.cfg.Mailbox[0].AuthservID}
}

// lookupTXT asks DNS for the keys of signatures, or is nil where the
// configuration does not want that.
func (v *service) lookupTXT() func(domain string) ([]string, error) {
	if !v.cfg.Mailbox[0].VerifyDKIM {
		return nil
	}
	return lookupTXT(net.DefaultResolver)
}

// lookupTimeout is short: a mail's intake holds its transaction while it asks,
// up to five times.
const lookupTimeout = 2 * time.Second

func lookupTXT(r *net.Resolver) func(domain string) ([]string, error) {
	return func(domain string) ([]string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
		defer cancel()
		return r.LookupTXT(ctx, domain)
	}
}

// sent hands the Sent folder of a mailbox to the workers.
func (v *service) sent() jobs.Sent {
	return jobs.Sent{
		Mode: v.cfg.Mailbox[0].SentCopy,
		Append: func(ctx context.Context, mailbox string, raw []byte, date time.Time) error {
			box, err := v.box(mailbox)
			if err != nil {
				return err
			}
			return inbox.Append(ctx, box, "", raw, date)
		},
		Find: func(ctx context.Context, mailbox, messageID string) (bool, error) {
			box, err := v.box(mailbox)
			if err != nil {
				return false, err
			}
			found, err := inbox.FindSent(ctx, box, messageID)
			if errors.Is(err, inbox.ErrNoFolder) {
				return false, nil // the first copy makes it
			}
			return found, err
		},
	}
}

// box returns a configured mailbox with its secret as it is now.
func (v *service) box(name string) (inbox.Config, error) {
	for i := range v.cfg.Mailbox {
		if v.cfg.Mailbox[i].Name == name {
			return v.cfg.Mailbox[i].inbox()
		}
	}
	return inbox.Config{}, fmt.Errorf("mailbox %s is not configured here", name)
}

// poll watches every mailbox until ctx ends.
func (v *service) poll(ctx context.Context, group *errgroup.Group) {
	for i := range v.cfg.Mailbox {
		group.Go(func() error { return v.watch(ctx, &v.cfg.Mailbox[i]) })
	}
}

// credentialsEvery is how often a refused mailbox is looked at for a new secret.
const credentialsEvery = time.Minute

// watch reads one mailbox until ctx ends. Refused credentials end the watching,
// so that the account is not locked, and leave the rest of the process running;
// it begins again when the secret has changed.
func (v *service) watch(ctx context.Context, m *mailboxConfig) error {
	for {
		box, err := m.inbox()
		if err != nil {
			return err
		}
		err = inbox.Watch(ctx, box, v.inboxStore(), v.log)
		if ctx.Err() != nil {
			return nil
		}
		class := inbox.Class(err)
		if class == inbox.ClassConfig {
			return err
		}
		v.log.Error("a mailbox is not watched until its secret changes", "mailbox", m.Name, "class", class)
		if !m.secretChanged(ctx, box) {
			return nil
		}
	}
}

// secretChanged waits until the secret is another one than was; false: ctx ended.
func (m *mailboxConfig) secretChanged(ctx context.Context, was inbox.Config) bool {
	old := secretOf(was)
	tick := time.NewTicker(credentialsEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
			if box, err := m.inbox(); err == nil && secretOf(box) != old {
				return true
			}
		}
	}
}

func secretOf(c inbox.Config) string {
	if c.Tokens == nil {
		return c.Password
	}
	t, err := c.Tokens.Token()
	if err != nil {
		return ""
	}
	return t.AccessToken
}

// inboxStore fills inbox's store from package jobs.
func (v *service) inboxStore() inbox.Store {
	pool := v.store.pool
	return inbox.Store{
		Lease: func(ctx context.Context, mailbox string) (context.Context, func(), error) {
			return jobs.Lease(ctx, pool, mailbox)
		},
		Cursor: func(ctx context.Context, mailbox string) (inbox.Cursor, error) {
			validity, last, err := jobs.Cursor(ctx, pool, mailbox)
			return inbox.Cursor{UIDValidity: validity, LastUID: last}, err
		},
		Deliver: func(ctx context.Context, mailbox string, b inbox.Batch) error {
			return v.queue.Deliver(ctx, mailbox, batch(b))
		},
		Unseen: func(ctx context.Context, mailbox string, validity uint32, uids []uint32) ([]uint32, error) {
			return jobs.Unseen(ctx, pool, mailbox, validity, uids)
		},
		Missing: func(ctx context.Context, mailbox string, validity uint32) ([]uint32, error) {
			return jobs.Missing(ctx, pool, mailbox, validity)
		},
		Polled: func(ctx context.Context, mailbox string, at time.Time, errClass string) error {
			return jobs.Polled(ctx, pool, mailbox, at, errClass)
		},
	}
}

func batch(b inbox.Batch) jobs.Batch {
	j := jobs.Batch{UIDValidity: b.UIDValidity, LastUID: b.LastUID, Missing: map[uint32]string{}}
	for _, m := range b.Messages {
		j.UIDs, j.Bodies = append(j.UIDs, m.UID), append(j.Bodies, m.Body)
	}
	for _, g := range b.Missing {
		j.Missing[g.UID] = g.Reason
	}
	return j
}

type migrateCmd struct {
	databaseFlags
}

// Help shows an example.
func (migrateCmd) Help() string {
	return `Example: caseconsultant migrate --config /etc/caseconsultant.toml`
}

// Run migrates and says what it did.
func (c *migrateCmd) Run(ctx context.Context, std streams) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	url, _, err := c.place(cfg)
	if err != nil {
		return err
	}
	if url == "" {
		s, err := c.openFor(ctx, cfg, 4)
		if err != nil {
			return err
		}
		defer s.close()
		return say(std.out, "the private database is up to date")
	}
	s := &store{url: url}
	defer s.close()
	if err := s.connect(ctx, 4); err != nil {
		return err
	}
	done, err := s.migrate(ctx)
	if err != nil {
		return err
	}
	if len(done) == 0 {
		return say(std.out, "nothing to do: the database is up to date")
	}
	return say(std.out, "applied: "+strings.Join(done, ", "))
}

func say(w io.Writer, line string) error {
	_, err := fmt.Fprintln(w, line)
	return err
}
