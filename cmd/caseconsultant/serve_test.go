package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

// TestServeRefuses: what cannot work is said in one line that names the file,
// before anything is started or the database is asked.
func TestServeRefuses(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "postgres://nobody@127.0.0.1:1/nothing?connect_timeout=5")
	const box = "[[mailbox]]\naddress = \"a@b.example\"\nimap = \"127.0.0.1:1\"\npassword_file = \"SECRET\"\n"
	for name, c := range map[string]struct{ text, words string }{
		"no mailbox":       {"undo = \"1s\"\n", "add [[mailbox]]"},
		"security":         {box + "security = \"ssl\"\n", `"a@b.example": config: security "ssl": use tls`},
		"plain":            {strings.Replace(box, "127.0.0.1", "imap.b.example", 1) + "security = \"plain\"\n", "plain is for loopback only"},
		"watch":            {box + "watch = \"sometimes\"\n", `watch "sometimes": use idle or noop`},
		"pace":             {box + "pace = \"1us\"\n", "below 1 ms"},
		"no port":          {strings.Replace(box, ":1\"", "\"", 1), `imap "127.0.0.1": write host:port`},
		"no server":        {"[[mailbox]]\naddress = \"a@b.example\"\n", "a@b.example: imap"},
		"no secret":        {strings.Replace(box, "SECRET", "/nonexistent", 1), "/nonexistent"},
		"empty variable":   {strings.Replace(box, "password_file = \"SECRET\"", "password_env = \"NOT_SET\"", 1), "NOT_SET is empty"},
		"sent copy":        {box + "sent_copy = \"maybe\"\n", "use auto, append or server"},
		"smtp without it":  {box + "[smtp]\nhost = \"smtp.b.example\"\n", "[smtp]: SMTP host: want host:port"},
		"smtp plain":       {box + "[smtp]\nhost = \"smtp.b.example:25\"\nsecurity = \"plain\"\n", "plain is for loopback only"},
		"certificate":      {box + "[web]\ntls_cert = \"SECRET\"\ntls_key = \"SECRET\"\n", "tls_cert and tls_key"},
		"half certificate": {box + "[web]\ntls_cert = \"SECRET\"\n", "go together"},
		"good so far":      {box, "127.0.0.1:1 does not answer"}, // the database
	} {
		t.Run(name, func(t *testing.T) {
			file := writeConfig(t, c.text)
			b.fails(t, exitFailed, c.words, "", "serve", "--config", file)
			if r := b.run(t, "", "serve", "--config", file); name != "good so far" && name != "no secret" && !strings.Contains(r.err, file) {
				t.Errorf("the file is not named: %s", r.err)
			}
		})
	}
}

// taken holds an address until the test ends.
func taken(t *testing.T) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// TestAddressTaken: with an address taken nothing is started or written.
func TestAddressTaken(t *testing.T) {
	t.Parallel()
	s, d := newStore(t), dovecottest.Start(t)
	for name, set := range map[string]func(*config, string){
		"[web]":    func(c *config, addr string) { c.Web.Addr = addr },
		"[health]": func(c *config, addr string) { c.Health.Addr = &addr },
	} {
		cfg := testConfig(t, d, "")
		cfg.path = "the.toml"
		set(cfg, taken(t))
		err := serve(t.Context(), s, cfg, []string{"poll", "work", "web"}, false, slog.New(slog.DiscardHandler), nil)
		if err == nil || !strings.HasPrefix(err.Error(), "the.toml: ") || !strings.HasSuffix(err.Error(), "name another with addr in "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var boxes int
	if err := s.pool.QueryRow(t.Context(), `select count(*) from mailboxes`).Scan(&boxes); err != nil || boxes != 0 {
		t.Errorf("%d mailboxes, %v: the product was started", boxes, err)
	}
}

// TestStartFails: what started before the part that fails has stopped when
// serve returns.
func TestStartFails(t *testing.T) {
	t.Parallel()
	s, d := newStore(t), dovecottest.Start(t)
	cfg := testConfig(t, d, "")
	cfg.SMTP = &smtpConfig{Host: "no port"} // the role work fails on it, after revive has started
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := serve(ctx, s, cfg, []string{"poll", "work", "web"}, false, slog.New(slog.DiscardHandler), nil)
	if err == nil || ctx.Err() != nil || !strings.Contains(err.Error(), "SMTP host") {
		t.Errorf("serve: %v, %v", err, ctx.Err())
	}
}

// TestHealth: a process without the web queue answers for itself.
func TestHealth(t *testing.T) {
	t.Parallel()
	s, d := newStore(t), dovecottest.Start(t)
	cfg, addr := testConfig(t, d, ""), freeAddress(t)
	cfg.Health.Addr = &addr
	startService(t, s, cfg, "poll", "work")
	d.Deliver(t, caseMail(1, 0))
	await(t, s.pool, time.Minute, 1, countDrafted)
	for path, words := range map[string]string{"/healthz": "ok", "/readyz": `"ready":true`, "/metrics": "caseconsultant_arrival_to_draft_seconds_count 1"} {
		if text := httpGet(t, "http://"+addr+path); !strings.Contains(text, words) {
			t.Errorf("%s: %.300q, want %q", path, text, words)
		}
	}
	if resp, err := http.Get("http://" + addr + "/"); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("more than health is served: %v, %v", resp, err)
	} else {
		_ = resp.Body.Close()
	}
}

// TestHealthAddress: where the configuration and the role put it.
func TestHealthAddress(t *testing.T) {
	t.Parallel()
	off, none, busy := "off", "", taken(t)
	for _, c := range []struct {
		addr   *string
		web    bool
		health bool
		fails  bool
	}{
		{&off, false, false, false}, {&none, false, false, false}, {nil, true, false, false}, {&busy, true, false, true}, {&busy, false, false, true},
	} {
		cfg := &config{Web: webConfig{Addr: "127.0.0.1:0"}, Health: healthConfig{Addr: c.addr}}
		d, err := cfg.listen(c.web, slog.New(slog.DiscardHandler))
		if (err != nil) != c.fails || err == nil && ((d.web != nil) != c.web || (d.health != nil) != c.health) {
			t.Errorf("%+v: %+v, %v", c, d, err)
		}
		d.close()
	}
	var log bytes.Buffer
	first, err := (&config{}).listen(false, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer first.close()
	second, err := (&config{}).listen(false, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil || second.health != nil || !strings.Contains(log.String(), "[health]") { // two workers on one machine
		t.Errorf("the default address twice: %+v, %v, %s", second, err, log.String())
	}
}

// TestLookupTXT: a name server that is silent holds an intake for two seconds.
func TestLookupTXT(t *testing.T) {
	t.Parallel()
	silent, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", silent.LocalAddr().String())
	}}
	start := time.Now()
	if _, err := lookupTXT(r)("key._domainkey.b.example"); err == nil {
		t.Error("an answer from nobody")
	}
	if took := time.Since(start); took > 2*lookupTimeout {
		t.Errorf("it took %s", took)
	}
	v := &service{cfg: &config{Mailbox: []mailboxConfig{{}}}}
	if v.lookupTXT() != nil {
		t.Error("DNS is asked without being told to")
	}
	v.cfg.Mailbox[0].VerifyDKIM = true
	if v.lookupTXT() == nil {
		t.Error("verify_dkim does nothing")
	}
}
