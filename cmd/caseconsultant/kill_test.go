package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
	"github.com/caseconsultant/caseconsultant/jobs"
)

// killSteps are the failpoints of package jobs: every place between two steps
// where a process can die with the world half changed.
var killSteps = []string{"deliver", "intake", "consult", "send-begun", "attempt-started", "attempt-answered",
	"attempt-finished", "sent-copy"}

// TestKilled kills the product (SIGKILL) at each step, over and over, on one
// database: no mail may be lost and no answer may arrive twice.
func TestKilled(t *testing.T) {
	const runs, mailsARun = 24, 2
	start := time.Now()
	s, d, k := newStore(t), dovecottest.Start(t), startSink(t)
	coder := addCoder(t, s, "coder@practice.example", "a long enough password")
	bin := buildBinary(t, "failpoints")
	cfg := killConfig(t, d, k.addr)
	queue, err := jobs.NewQueue(s.pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	died, cases := map[string]int{}, runs*mailsARun
	for run := range runs {
		step := killSteps[run%len(killSteps)]
		first := caseMail(run*mailsARun, 0)
		d.Deliver(t, first)
		if step == "consult" { // a mail that joins a case is drafted by a job of its own
			d.Deliver(t, followUp(t, first))
			cases--
		} else {
			d.Deliver(t, caseMail(run*mailsARun+1, 0))
		}
		p := startProcess(t, bin, s.url, cfg, fmt.Sprintf("%s:%d", step, 1+run%2))
		if p.runUntilKilled(t, func() { approveAll(t, s, queue, coder) }, 20*time.Second) {
			died[step]++
		}
		t.Logf("%s run %d, %s: %s", time.Since(start).Round(time.Second), run, step, caseStates(t, s))
	}
	for _, step := range killSteps {
		if died[step] == 0 {
			t.Errorf("no run died at %s: the test shows nothing about it", step)
		}
	}

	p := startProcess(t, bin, s.url, cfg, "")
	defer p.stop(t)
	await(t, s.pool, 3*time.Minute, cases, `select count(distinct case_id) from drafts where kind <> 'failed'`)
	t.Logf("%s all drafted", time.Since(start).Round(time.Second))
	settled := `select count(*) from cases where state in ('answered', 'unknown')`
	deadline := time.Now().Add(3 * time.Minute)
	for n := 0; n < cases; {
		approveAll(t, s, queue, coder)
		if err := s.pool.QueryRow(t.Context(), settled).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d cases settled: %s", n, cases, caseStates(t, s))
		}
	}
	checkNothingLost(t, s, k, runs*mailsARun, cases)
}

// followUp is the asker's next mail after raw.
func followUp(t *testing.T, raw []byte) []byte {
	t.Helper()
	_, id, _ := strings.Cut(string(raw), "Message-ID: ")
	id, _, found := strings.Cut(id, "\r\n")
	if !found {
		t.Fatal("the mail has no Message-ID")
	}
	return []byte(strings.Replace(strings.Replace(string(raw), id, "<more."+id[1:], 1), "Subject: ", "In-Reply-To: "+id+"\r\nSubject: Re: ", 1))
}

// checkNothingLost holds what arrived against what the database says.
func checkNothingLost(t *testing.T, s *store, k *sink, mails, cases int) {
	t.Helper()
	var stored, opened int
	if err := s.pool.QueryRow(t.Context(), `select (select count(*) from messages where state = 'case'), (select count(*) from cases)`).Scan(&stored, &opened); err != nil {
		t.Fatal(err)
	}
	if stored != mails || opened != cases {
		t.Errorf("%d mails of %d cases went in, %d are stored, in %d cases", mails, cases, stored, opened)
	}
	rows, err := s.pool.Query(t.Context(), `select '<' || d.message_id || '>', a.state from attempts a join decisions d on d.id = a.decision_id`)
	if err != nil {
		t.Fatal(err)
	}
	type attempt struct{ ID, State string }
	attempts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[attempt])
	if err != nil {
		t.Fatal(err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	sent, unknown := 0, 0
	for _, a := range attempts {
		switch {
		case a.State == "sent" && k.seen[a.ID] != 1:
			t.Errorf("%s: marked sent, arrived %d times", a.ID, k.seen[a.ID])
		case a.State == "unknown" && k.seen[a.ID] > 1:
			t.Errorf("%s: arrived %d times", a.ID, k.seen[a.ID])
		case a.State == "started":
			t.Errorf("%s: still started", a.ID)
		}
		if a.State == "sent" {
			sent++
		} else {
			unknown++
		}
	}
	for id, n := range k.seen {
		if n != 1 {
			t.Errorf("%s arrived %d times", id, n)
		}
	}
	t.Logf("%d mails: %d sent, %d left to a person, %d arrived", mails, sent, unknown, len(k.seen))
	if sent == 0 {
		t.Error("nothing was sent: the test shows nothing")
	}
}

func caseStates(t *testing.T, s *store) string {
	t.Helper()
	var text string
	if err := s.pool.QueryRow(t.Context(), `select coalesce(string_agg(state || ' ' || n, ', '), 'no case') from
		(select state, count(*) as n from cases group by state) t`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// approveAll approves every drafted case as it stands. One that moves meanwhile
// is left for the next time.
func approveAll(t *testing.T, s *store, queue *jobs.Queue, coder consult.Person) {
	t.Helper()
	var page *consult.Page
	err := s.tx(t.Context(), func(tx pgx.Tx) (err error) {
		page, err = consult.List(t.Context(), tx, consult.Filter{View: consult.ViewUnclaimed, Now: time.Now(), Today: time.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range page.Cases {
		if c.State != consult.Drafted {
			continue
		}
		var moved *consult.Conflict
		err := s.tx(t.Context(), func(tx pgx.Tx) error { return approveOne(t.Context(), tx, queue, coder, c) })
		if err != nil && !errors.As(err, &moved) {
			t.Fatal(err)
		}
	}
}

func approveOne(ctx context.Context, tx pgx.Tx, queue *jobs.Queue, coder consult.Person, c consult.Case) error {
	text, err := consult.LoadDraft(ctx, tx, c.ID, c.DraftVersion)
	if err != nil {
		return err
	}
	d, err := consult.Approve(ctx, tx, consult.Approval{
		Edit: consult.Edit{CaseID: c.ID, Person: coder, Base: text.Version, Subject: text.Subject, To: text.To, Cc: text.Cc,
			Markdown: text.Markdown, Now: time.Now().Add(-time.Minute)}, // its undo window is over
		Version: c.Version, Verdict: consult.VerdictApprove, Key: rand.Text(),
		Letter: consult.Letterhead{From: consult.Address{Address: "consult@practice.example"}, Domain: "practice.example",
			Undo: time.Millisecond},
	})
	if err != nil {
		return err
	}
	return queue.Send(ctx, tx, d)
}

func killConfig(t *testing.T, d *dovecottest.Server, smtpAddr string) string {
	t.Helper()
	dir := t.TempDir()
	secret, file := filepath.Join(dir, "password"), filepath.Join(dir, "config.toml")
	text := fmt.Sprintf(`undo = "1ms"
[work]
job_timeout = "2s"
rescue_after = "3s"
attempt_lease = "4s"
[[mailbox]]
name = "consult"
address = "consult@practice.example"
imap = %q
security = "plain"
user = %q
password_file = %q
watch = "noop"
pace = "20ms"
sent_copy = "append"
[smtp]
host = %q
security = "plain"
auth = "none"
`, d.Addr(), d.User, secret, smtpAddr)
	for name, content := range map[string]string{secret: d.Password, file: text} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

type process struct {
	cmd  *exec.Cmd
	out  *bytes.Buffer
	done chan struct{}
}

func startProcess(t *testing.T, bin, database, config, failpoint string) *process {
	t.Helper()
	p := &process{out: new(bytes.Buffer), done: make(chan struct{})}
	p.cmd = exec.CommandContext(context.WithoutCancel(t.Context()), bin, "serve", "--config", config, "--database", database, "--roles", "poll,work")
	p.cmd.Env = append(os.Environ(), "CASECONSULTANT_FAILPOINT="+failpoint)
	p.cmd.Stderr = p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // killed on purpose
		close(p.done)
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // may have died as it was meant to
		<-p.done
	})
	return p
}

// runUntilKilled calls during until the process dies at its failpoint, or kills
// it itself after limit. It reports whether the failpoint was met.
func (p *process) runUntilKilled(t *testing.T, during func(), limit time.Duration) bool {
	t.Helper()
	end := time.NewTimer(limit)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.done:
			if p.cmd.ProcessState.Exited() {
				t.Fatalf("serve ended by itself: %s", p.out)
			}
			return true
		case <-end.C:
			_ = p.cmd.Process.Kill() // waited for below
			<-p.done
			return false
		case <-tick.C:
			during()
		}
	}
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	<-p.done
	if !p.cmd.ProcessState.Success() {
		t.Errorf("serve did not stop in order: %s\n%s", p.cmd.ProcessState, p.out)
	}
}
