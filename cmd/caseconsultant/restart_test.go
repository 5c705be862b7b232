package main

import (
	"syscall"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

// TestRestartAndUIDValidity runs the product while its mail server is stopped
// and started, numbers every mail anew and loses its processes, with mails
// before, during and after: each mail becomes one case with one draft.
func TestRestartAndUIDValidity(t *testing.T) {
	t.Parallel()
	s, d := newStore(t), dovecottest.Start(t)
	startService(t, s, testConfig(t, d, ""), "poll", "work")
	sent := 0
	deliver := func(n int) {
		t.Helper()
		for range n {
			d.Deliver(t, caseMail(sent, 0))
			sent++
		}
	}
	drafted := func() { t.Helper(); await(t, s.pool, time.Minute, sent, countDrafted) }

	deliver(5)
	drafted()
	d.Restart(t)
	deliver(5)
	drafted()

	d.Stop(t)
	fill := make([][]byte, 5) // what another delivery agent brings meanwhile
	for i := range fill {
		fill[i] = caseMail(sent, 0)
		sent++
	}
	d.Fill(t, fill)
	d.Resume(t)
	drafted()

	before := uidvalidity(t, s)
	deliver(3) // some of them may be fetched under the old number, some under the new
	d.ChangeUIDValidity(t)
	deliver(5)
	drafted()
	if after := uidvalidity(t, s); after == before {
		t.Errorf("UIDVALIDITY is %d still: the test shows nothing", after)
	}

	for range 3 {
		if d.KillIMAP(t) == 0 {
			t.Error("no IMAP process to kill: the test shows nothing")
		}
		deliver(3)
		drafted()
	}
	checkOnce(t, s, sent)
}

// TestDatabaseRestart ends Postgres at once, as a crash does, under a running
// product: it comes back by itself and no mail is lost or drafted twice.
func TestDatabaseRestart(t *testing.T) {
	t.Parallel()
	s, err := databaseFlags{Data: t.TempDir()}.openPrivate(t.Context(), 24)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	d := dovecottest.Start(t)
	startService(t, s, testConfig(t, d, ""), "poll", "work")
	sent := 0
	deliver := func() {
		t.Helper()
		for range 10 {
			d.Deliver(t, caseMail(sent, 0))
			sent++
		}
	}
	var postmaster int
	err = s.pool.QueryRow(t.Context(), `select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int`).Scan(&postmaster)
	if err != nil {
		t.Fatal(err)
	}
	deliver()
	await(t, s.pool, time.Minute, 1, countDrafted) // it runs; the others are cut anywhere
	if _, err := s.pool.Exec(t.Context(), `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	deliver()
	if err := syscall.Kill(postmaster, syscall.SIGQUIT); err != nil { // immediate shutdown: nothing is written any more
		t.Fatal(err)
	}
	deliver()
	await(t, s.pool, 2*time.Minute, sent, countDrafted)
	checkOnce(t, s, sent)
}

// uidvalidity is what the product last read.
func uidvalidity(t *testing.T, s *store) (v int64) {
	t.Helper()
	if err := s.pool.QueryRow(t.Context(), `select uidvalidity from mailboxes`).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// checkOnce wants n mails, each in a case of its own with one machine draft.
func checkOnce(t *testing.T, s *store, n int) {
	t.Helper()
	for what, sql := range map[string]string{
		"mails":                 `select count(*) from messages`,
		"mails that are a case": `select count(*) from messages where state = 'case'`,
		"cases":                 `select count(*) from cases`,
		"drafted cases":         `select count(*) from cases where state = 'drafted'`,
		"drafts":                `select count(*) from drafts`,
		"first questions":       `select count(distinct subject) from cases where subject like 'question %'`,
	} {
		var got int
		if err := s.pool.QueryRow(t.Context(), sql).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got != n {
			t.Errorf("%d %s, want %d", got, what, n)
		}
	}
}
