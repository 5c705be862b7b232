package review

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/caseconsultant/caseconsultant/consult"
	"github.com/caseconsultant/caseconsultant/consult/code"
	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/consult/draft"
	"github.com/caseconsultant/caseconsultant/consult/edit"
	"github.com/caseconsultant/caseconsultant/inbox/casemail"
	"github.com/caseconsultant/caseconsultant/jobs"
	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

const (
	box      = "consult"
	password = "correct horse battery"
)

// A desk is a queue page on a real database, with people and cases.
type desk struct {
	testing.TB
	pool   *pgxpool.Pool
	queue  *jobs.Queue
	server *Server
	web    *httptest.Server
	log    *logBuffer
	skew   atomic.Int64 // added to the clock
	uid    uint32
	people map[string]consult.Person
}

// logBuffer collects log lines of many goroutines.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newDesk(t testing.TB, change ...func(*Config)) *desk {
	t.Helper()
	d := &desk{TB: t, pool: pgtest.New(t), log: new(logBuffer), people: map[string]consult.Person{}}
	var err error
	logger := slog.New(slog.NewTextHandler(d.log, nil))
	if d.queue, err = jobs.NewQueue(d.pool, logger); err != nil {
		t.Fatal(err)
	}
	if err := jobs.Register(t.Context(), d.pool, box); err != nil {
		t.Fatal(err)
	}
	if err := jobs.Polled(t.Context(), d.pool, box, time.Now(), ""); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Pool: d.pool, ListenURL: d.pool.Config().ConnString(), Queue: d.queue, Log: logger, Zone: time.UTC, Now: d.now,
		Letter: consult.Letterhead{From: consult.Address{Name: "Coding Desk", Address: "consult@desk.example"}, Domain: "desk.example",
			Own: []string{"consult@desk.example"}}}
	for _, f := range change {
		f(&cfg)
	}
	if d.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	d.web = httptest.NewServer(d.server)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = d.server.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
		d.web.CloseClientConnections()
		d.web.Close()
	})
	d.person("rosa@desk.example", "Rosa Keller", "CPC", "coder")
	return d
}

func (d *desk) now() time.Time {
	return time.Now().Add(time.Duration(d.skew.Load())).Truncate(time.Microsecond)
}

// later moves the clock of the page.
func (d *desk) later(by time.Duration) { d.skew.Add(int64(by)) }

func (d *desk) tx(f func(pgx.Tx) error) {
	d.Helper()
	if err := pgx.BeginFunc(d.Context(), d.pool, f); err != nil {
		d.Fatal(err)
	}
}

// person adds somebody who signs in with password. Hashing is slow on purpose,
// so all share the first one's hash.
func (d *desk) person(email, name, credential, role string) consult.Person {
	d.Helper()
	p := consult.Person{Email: email, Name: name, Credential: credential, Role: role}
	hash := sharedHash(d)
	d.tx(func(tx pgx.Tx) error {
		return tx.QueryRow(d.Context(), `insert into people (email, name, credential, role, password_hash, password_set_at)
			values ($1, $2, $3, $4, $5, $6) returning id`, email, name, credential, role, hash, d.now()).Scan(&p.ID)
	})
	d.people[email] = p
	return p
}

var hashOnce = sync.OnceValues(func() (string, error) { return consult.HashPassword(password) })

func sharedHash(t testing.TB) string {
	hash, err := hashOnce()
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// A question is a mail and what the machine makes of it.
type question struct {
	from, name string
	subject    string
	body       string
	html       string
	age        time.Duration
	codes      []string
	intents    []code.Intent
	kind       draft.Kind
	markdown   string
	findings   []edit.Finding
	notChecked []string
	joins      int64  // message joins this case
	trust      string // what the check of the sender found
	attach     string
	on         string // date of service; "": the day of the mail, not stated
	facts      []code.Fact
	words      map[string]string
	undrafted  bool   // the machine has not drafted yet
	failed     string // or why it could not
}

func (q question) raw(at time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s <%s>\r\nTo: consult@desk.example\r\nSubject: %s\r\nMessage-ID: <%s@ortho.example>\r\nDate: %s\r\nMIME-Version: 1.0\r\n",
		q.name, q.from, q.subject, rand.Text(), at.Format(time.RFC1123Z))
	b.WriteString("Content-Type: multipart/mixed; boundary=outer\r\n\r\n")
	b.WriteString("--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n")
	fmt.Fprintf(&b, "--inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", strings.ReplaceAll(q.body, "\n", "\r\n"))
	if q.html != "" {
		fmt.Fprintf(&b, "--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n%s\r\n", q.html)
	}
	b.WriteString("--inner--\r\n")
	if q.attach != "" {
		fmt.Fprintf(&b, "--outer\r\nContent-Type: text/html; name=\"note.html\"\r\nContent-Disposition: attachment; filename=\"note.html\"\r\n\r\n%s\r\n", q.attach)
	}
	b.WriteString("--outer--\r\n")
	return []byte(b.String())
}

// deliver stores a mail and returns its row.
func (d *desk) deliver(raw []byte) int64 {
	d.Helper()
	d.uid++
	err := d.queue.Deliver(d.Context(), box, jobs.Batch{UIDValidity: 7, LastUID: d.uid, UIDs: []uint32{d.uid}, Bodies: [][]byte{raw}})
	if err != nil {
		d.Fatal(err)
	}
	var id int64
	if err := d.pool.QueryRow(d.Context(), `select max(id) from messages`).Scan(&id); err != nil {
		d.Fatal(err)
	}
	return id
}

// ask delivers a question and stores a machine draft for it, as package jobs
// would, and returns the case.
func (d *desk) ask(q question) int64 {
	d.Helper()
	at := d.now().Add(-q.age)
	id := d.deliver(q.raw(at))
	var caseID int64
	d.tx(func(tx pgx.Tx) error {
		m, err := jobs.LoadMail(d.Context(), tx, id)
		if err != nil {
			return err
		}
		preview, _, _ := strings.Cut(strings.TrimSpace(m.NewText), "\n")
		in := consult.Incoming{Row: id, Mailbox: box, Subject: m.Subject, Preview: preview, FromName: m.From.Name, FromAddress: m.From.Address,
			At: at, Trust: q.trust, Tag: q.joins, Attachments: len(m.Attachments), Zone: time.UTC}
		c, _, err := consult.Join(d.Context(), tx, in)
		if err != nil {
			return err
		}
		caseID = c.ID
		_, err = tx.Exec(d.Context(), `update messages set state = 'case', kind = 'case', case_id = $2, from_address = $3, received_at = $4, trust = $5 where id = $1`,
			id, c.ID, m.From.Address, at, q.trust)
		if err != nil {
			return err
		}
		// The bytes lie under the month of their arrival.
		if _, err = tx.Exec(d.Context(), `update raw set month = date_trunc('month', $2::timestamptz at time zone 'UTC')::date where message_id = $1`, id, at); err != nil {
			return err
		}
		if q.undrafted {
			return nil
		}
		return d.storeDraft(tx, c.ID, id, q, m.NewText, at)
	})
	return caseID
}

func (d *desk) storeDraft(tx pgx.Tx, caseID, mail int64, q question, text string, at time.Time) error {
	p := consult.Proposal{CaseID: caseID, LastMessage: mail, To: []consult.Address{{Name: q.name, Address: q.from}}, At: at.Add(time.Second)}
	p.Reply = draft.Reply{Kind: draft.Complete, Template: "test", Subject: "Re: " + q.subject, Markdown: q.markdown}
	if q.kind != "" {
		p.Reply.Kind = q.kind
	}
	if q.markdown == "" {
		p.Reply.Markdown = "The pair is bundled.\n\nSource: NCCI."
	}
	if q.failed != "" {
		p.Failed, p.Reply.Markdown = q.failed, ""
		_, err := consult.StoreDraft(d.Context(), tx, p)
		return err
	}
	in := &draft.Input{CaseID: caseID, Subject: q.subject, Intents: q.intents}
	in.Claim = edit.Claim{On: code.Day(at), Setting: "practitioner"}
	if day, err := code.ParseDay(q.on); err == nil {
		in.Claim.On, in.Claim.OnStated, in.Claim.Payer = day, true, "Medicare"
	}
	in.Stated, in.Rows.Codes = q.facts, map[string]codeset.CodeFacts{}
	for c, words := range q.words {
		in.Rows.Codes[codeset.Key(code.Code{System: code.CPT, Code: c})] = codeset.CodeFacts{Words: words}
	}
	for _, c := range q.codes {
		in.Claim.Lines = append(in.Claim.Lines, code.Line{Code: c})
		if i := strings.Index(text, c); i >= 0 {
			in.Mentions = append(in.Mentions, code.Mention{System: code.CPT, Code: c, Text: c, Start: i, End: i + len(c),
				Region: code.Body, Confidence: 0.98, Status: code.Valid})
		}
	}
	in.Result = edit.Result{Findings: q.findings, NotChecked: q.notChecked}
	p.Input = in
	_, err := consult.StoreDraft(d.Context(), tx, p)
	return err
}

// simple is a question like many others.
func simple(n int) question {
	return question{from: fmt.Sprintf("dana%d@ortho.example", n), name: "Dana Lane", subject: fmt.Sprintf("Question %d", n),
		body: "Can 20610 and 99213 be billed on one day?\n", age: time.Duration(n) * time.Minute, codes: []string{"20610", "99213"},
		intents: []code.Intent{code.BundlingPair}, findings: []edit.Finding{{Rule: "ncci.ptp", Severity: edit.Warning, Verdict: "modifier_allowed",
			Codes: []string{"20610", "99213"}, Statement: "99213 is bundled into 20610 unless a modifier applies.",
			Source: codeset.Source{Set: "ncci-ptp-practitioner", Release: "2025Q4", Row: "20610/99213/2020-01-01", EffectiveFrom: "2020-01-01"}}}}
}

// setAside delivers a mail that becomes no case.
func (d *desk) setAside(kind casemail.Kind, reason string, q question) int64 {
	d.Helper()
	id := d.deliver(q.raw(d.now()))
	_, err := d.pool.Exec(d.Context(), `update messages set state = 'set aside', kind = $2, reason = $3, from_name = $4, from_address = $5, subject = $6 where id = $1`,
		id, string(kind), reason, q.name, q.from, q.subject)
	if err != nil {
		d.Fatal(err)
	}
	return id
}

// A client is a browser without scripts.
type client struct {
	*http.Client
	d *desk
}

// client returns one that is signed in as email, or nobody for "".
func (d *desk) client(email string) *client {
	d.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.Fatal(err)
	}
	c := &client{&http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, d}
	if email != "" {
		a := c.post("/sign-in", url.Values{"email": {email}, "password": {password}})
		if a.status != http.StatusSeeOther {
			d.Fatalf("sign in as %s: status %d\n%s", email, a.status, a.body)
		}
	}
	return c
}

// An answer is a response, read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (c *client) do(req *http.Request) answer {
	c.d.Helper()
	res, err := c.Do(req)
	if err != nil {
		c.d.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.d.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func (c *client) get(path string) answer {
	c.d.Helper()
	req, err := http.NewRequestWithContext(c.d.Context(), http.MethodGet, c.d.web.URL+path, nil)
	if err != nil {
		c.d.Fatal(err)
	}
	return c.do(req)
}

func (c *client) post(path string, form url.Values) answer {
	c.d.Helper()
	req, err := http.NewRequestWithContext(c.d.Context(), http.MethodPost, c.d.web.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.d.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.do(req)
}

// form reads the fields of the page's form with that id or action, as a
// browser would send them.
func (a answer) form(t testing.TB, marker string) url.Values {
	t.Helper()
	out := url.Values{}
	for _, f := range fields(t, a.body, marker) {
		out.Add(f.name, f.value)
	}
	if len(out) == 0 {
		t.Fatalf("no form %q on the page", marker)
	}
	return out
}

func (d *desk) load(id int64) (c *consult.Case) {
	d.Helper()
	d.tx(func(tx pgx.Tx) (err error) {
		c, err = consult.Load(d.Context(), tx, id)
		return err
	})
	return c
}

// sendJobs counts the jobs that would send something.
func (d *desk) sendJobs() (n int) {
	d.Helper()
	if err := d.pool.QueryRow(d.Context(), `select count(*) from river_job where kind = 'send'`).Scan(&n); err != nil {
		d.Fatal(err)
	}
	return n
}

func at(id int64, rest ...string) string {
	return "/cases/" + strconv.FormatInt(id, 10) + strings.Join(rest, "")
}
