package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
	"github.com/caseconsultant/caseconsultant/jobs"
)

// canary stands in every place of a mail where a patient could be named.
const canary = "kanarienvogel"

// canaryMails meet every way that a mail can take: a case, one that the
// database refuses, broken ones, automatic ones.
var canaryMails = map[string]string{
	"case": "From: \"Kanarienvogel From\" <kanarienvogel.from@ridge-ortho.example>\r\nReply-To: \"Kanarienvogel Reply\" <kanarienvogel.reply@ridge-ortho.example>\r\n" +
		"To: \"Kanarienvogel To\" <consult@practice.example>\r\nCc: kanarienvogel.cc@ridge-ortho.example\r\nSubject: 20610 for kanarienvogel-subject\r\n" +
		"Message-ID: <kanarienvogel-id@ridge-ortho.example>\r\nReferences: <kanarienvogel-ref@ridge-ortho.example>\r\nX-Patient: kanarienvogel-header\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=kanarienvogel\r\n\r\n" +
		"--kanarienvogel\r\nContent-Type: text/plain\r\n\r\nKanarienvogel Body: 99213-25 and 20610-RT, DOS 11/15/2025, Medicare?\r\n" +
		"--kanarienvogel\r\nContent-Type: application/pdf; name=\"kanarienvogel.pdf\"\r\nContent-Disposition: attachment; filename=\"kanarienvogel.pdf\"\r\n\r\n%PDF kanarienvogel\r\n--kanarienvogel--\r\n",
	"refused by the database": "From: kanarienvogel@ridge-ortho.example\r\nTo: consult@practice.example\r\nSubject: kanarienvogel fails\r\n" +
		"Message-ID: <kanarienvogel-2@ridge-ortho.example>\r\n\r\nKanarienvogel: 20610?\r\n",
	"broken": "From: =?kanarienvogel?Q?kanarienvogel?= <kanarienvogel\r\nSubject: =?utf-8?B?kanarienvogel\r\nkanarienvogel without a colon\r\n" +
		"Content-Type: multipart/mixed; boundary=\"kanarienvogel\r\nContent-Transfer-Encoding: kanarienvogel\r\n\r\n--kanarienvogel\r\nContent-Type: text/plain; charset=kanarienvogel\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\nkanarienvogel!!\x01\xff\r\n",
	"no mail at all": "kanarienvogel kanarienvogel\r\nkanarienvogel\r\n",
	"out of office": "From: kanarienvogel@ridge-ortho.example\r\nTo: consult@practice.example\r\nSubject: Out of office: kanarienvogel\r\n" +
		"Auto-Submitted: auto-replied\r\nMessage-ID: <kanarienvogel-3@ridge-ortho.example>\r\n\r\nKanarienvogel is away.\r\n",
	"bounce": "From: MAILER-DAEMON@ridge-ortho.example\r\nTo: consult@practice.example\r\nSubject: Undelivered: kanarienvogel\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
		"Reporting-MTA: dns; kanarienvogel\r\n\r\nFinal-Recipient: rfc822; kanarienvogel@ridge-ortho.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 kanarienvogel\r\n--b--\r\n",
}

// TestNoContentLeaks sends mails full of one word through the product at its
// most talkative, has steps fail with that word in their errors, and looks for
// it wherever operators look.
func TestNoContentLeaks(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	s, err := databaseFlags{Data: data}.openPrivate(t.Context(), 24)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	// A step that fails with content in the database's own words.
	if _, err := s.pool.Exec(t.Context(), `create function refuse() returns trigger language plpgsql as $$ begin
			raise exception 'no room for % of %', new.subject, new.from_address using detail = new.preview, hint = new.subject; end $$;
		create trigger refuse before insert on cases for each row when (new.subject like '%fails%') execute function refuse()`); err != nil {
		t.Fatal(err)
	}
	coder := addCoder(t, s, coderEmail, coderPassword)
	d, log := dovecottest.Start(t), new(lockedBuffer)
	cfg := testConfig(t, d, startRefusing(t))
	addr := startTalkative(t, s, cfg, log)
	for name, raw := range canaryMails {
		d.Deliver(t, []byte(raw))
		t.Log("delivered:", name)
	}
	await(t, s.pool, time.Minute, len(canaryMails)-1, `select count(*) from messages where state <> 'received'`)
	await(t, s.pool, time.Minute, 1, `select count(*) from river_job where errors is not null`)
	await(t, s.pool, time.Minute, 1, countDrafted)
	queue, err := jobs.NewQueue(s.pool, nil)
	if err != nil {
		t.Fatal(err)
	}
	approveAll(t, s, queue, coder)
	await(t, s.pool, time.Minute, 1, `select count(*) from attempts where state = 'refused'`)

	var kept int
	err = s.pool.QueryRow(t.Context(), `select count(*) from cases where subject ilike '%' || $1 || '%' and preview ilike '%' || $1 || '%'`, canary).Scan(&kept)
	if err != nil || kept == 0 {
		t.Fatalf("%d cases hold the word (%v): the test shows nothing", kept, err)
	}
	places := map[string]string{"log": log.String(), "river_job": riverRows(t, s)}
	for _, path := range []string{"/metrics", "/readyz", "/healthz"} {
		places[path] = httpGet(t, "http://"+addr+path)
	}
	server, err := os.ReadFile(filepath.Join(data, "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	places["Postgres's log"] = string(server)
	for place, text := range places {
		if text == "" {
			t.Errorf("%s is empty: the test shows nothing of it", place)
		}
		for line := range strings.Lines(text) {
			if strings.Contains(strings.ToLower(line), canary) {
				t.Errorf("%s: %s", place, line)
			}
		}
	}
}

// startTalkative is startService with the log kept, debug lines included.
func startTalkative(t *testing.T, s *store, cfg *config, log io.Writer) (addr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	go func() {
		done <- serve(ctx, s, cfg, []string{"poll", "work", "web"}, false, logger, func(addr string) { ready <- addr })
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	select {
	case addr = <-ready:
	case <-time.After(time.Minute):
		t.Fatal("the product does not start")
	}
	return addr
}

func riverRows(t *testing.T, s *store) (text string) {
	t.Helper()
	if err := s.pool.QueryRow(t.Context(), `select coalesce(string_agg(j::text, E'\n'), '') from river_job j`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func httpGet(t *testing.T, url string) string {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// startRefusing runs an SMTP server that refuses every recipient and says more
// than it should.
func startRefusing(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return refusing{}, nil }))
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

type refusing struct{}

func (refusing) Mail(string, *smtp.MailOptions) error { return nil }
func (refusing) Rcpt(to string, _ *smtp.RcptOptions) error {
	return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no patient " + canary + " at " + to}
}
func (refusing) Data(io.Reader) error { return errors.New("nobody came so far") }
func (refusing) Reset()               {}
func (refusing) Logout() error        { return nil }

// lockedBuffer takes lines of many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
