package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/caseconsultant/caseconsultant/inbox/dovecottest"
)

const (
	coderEmail    = "coder@practice.example"
	coderPassword = "a long enough password"
)

// question is the mail of TestEndToEnd. Its words that no answer needs show
// whether the answer quotes it.
const question = "From: Dana Lane <" + testAsker + ">\r\nTo: consult@practice.example\r\nSubject: 99213-25 and 20610 same day\r\n" +
	"Message-ID: <knee-1@ridge-ortho.example>\r\nDate: Mon, 17 Nov 2025 09:00:00 -0700\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
	"Est pt seen for R knee pain, decided to inject at the same visit, 99213-25 + 20610-RT,\r\n" +
	"DOS 11/15/2025, dx M17.11, Medicare. Zebra umbrella. Do we need anything else on the claim?\r\n"

// TestEndToEnd takes one case the whole way: swaks brings a mail to Dovecot, the
// product drafts, a coder in a real Chromium reads and approves, and Postfix's
// smtp-sink receives the answer in the asker's thread.
func TestEndToEnd(t *testing.T) {
	t.Parallel()
	s, d, out := newStore(t), dovecottest.Start(t), startSMTPSink(t)
	addCoder(t, s, coderEmail, coderPassword)
	page := openBrowser(t, "http://"+startService(t, s, testConfig(t, d, out.addr), "poll", "work", "web"))
	page.signIn()

	swaks(t, d, question)
	page.wait(`document.querySelector("#rows a.open")`) // by itself, nobody reloads
	page.click("#rows a.open")
	page.wait(`document.querySelector("#markdown") && document.querySelector("#pane-mail").innerText.includes("Zebra umbrella")`)
	draft := page.text(`document.querySelector("#markdown").value`)
	for _, fact := range []string{"20610", "99213", "modifier 25", "indicator 1", "2025-11-15"} {
		if !strings.Contains(draft, fact) {
			t.Errorf("the draft does not say %q:\n%s", fact, draft)
		}
	}
	page.click("#approve")
	page.wait(`document.querySelector("#go")?.checkVisibility()`)
	page.click("#go")
	page.wait(`document.querySelector("#casebar")?.dataset.state === "answered"`)

	checkAnswer(t, out.one(t))
	await(t, s.pool, 30*time.Second, 1, `select count(*) from river_job where kind = 'sent-copy' and state = 'completed'`)
	sent := d.Raw(t, "Sent")
	if len(sent) != 1 {
		t.Fatalf("%d mails in Sent, want 1", len(sent))
	}
	checkAnswer(t, sent[0])
	in := d.Files(t, "INBOX")
	if len(in) != 1 || filepath.Base(filepath.Dir(in[0])) != "new" {
		t.Errorf("INBOX is %q, want the one mail, as new as it came", in)
	}
}

// checkAnswer holds the bytes that arrived against what the asker must get.
func checkAnswer(t *testing.T, raw []byte) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"In-Reply-To": "<knee-1@ridge-ortho.example>", "References": "<knee-1@ridge-ortho.example>",
		"Subject": "Re: 99213-25 and 20610 same day", "Auto-Submitted": "",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != testAsker {
		t.Errorf("To: %v, %v", to, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != "consult@practice.example" {
		t.Errorf("From: %v, %v", from, err)
	}
	parts := alternatives(t, m)
	for kind, marks := range map[string][]string{"text/plain": nil, "text/html": {"<table", "</html>"}} {
		text := strings.Join(strings.Fields(parts[kind]), " ")
		for _, fact := range append(marks, "20610", "99213", "modifier 25", "indicator 1", "2025-11-15", "Educational coding guidance") {
			if !strings.Contains(text, fact) {
				t.Errorf("%s does not hold %q:\n%s", kind, fact, parts[kind])
			}
		}
		if strings.Contains(strings.ToLower(text), "umbrella") || strings.Contains(parts[kind], "\n>") {
			t.Errorf("%s quotes the question:\n%s", kind, parts[kind])
		}
	}
}

// alternatives returns the parts of a multipart/alternative by type, decoded.
func alternatives(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %q, %v", m.Header.Get("Content-Type"), err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart() // decodes quoted-printable
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		parts[kind] = string(text)
	}
}

// swaks brings a mail to Dovecot by LMTP.
func swaks(t *testing.T, d *dovecottest.Server, raw string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mail")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(raw, "\r\n", "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "swaks", "--protocol", "LMTP", "--server", d.LMTPAddr(), "--from", testAsker,
		"--to", d.User, "--data", "@"+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("swaks (run “make install-deps”): %v\n%s", err, out)
	}
}

// A smtpSink is Postfix's smtp-sink, with a file for each mail.
type smtpSink struct {
	addr, dir string
}

func startSMTPSink(t *testing.T) *smtpSink {
	t.Helper()
	bin, err := exec.LookPath("smtp-sink")
	if err != nil {
		bin = "/usr/sbin/smtp-sink"
	}
	// Not t.TempDir: it is closed to the user that smtp-sink becomes.
	dir, err := os.MkdirTemp("", "smtp-sink")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	k := &smtpSink{dir: dir}
	var args []string
	if os.Getuid() == 0 {
		nobody, err := user.Lookup("nobody")
		if err != nil {
			t.Fatal(err)
		}
		uid, _ := strconv.Atoi(nobody.Uid)
		if err := os.Chown(dir, uid, -1); err != nil {
			t.Fatal(err)
		}
		args = []string{"-u", "nobody"}
	}
	k.addr = freeAddress(t)
	cmd := exec.Command(bin, append(args, "-d", filepath.Join(dir, "mail."), "inet:"+k.addr, "10")...)
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("smtp-sink (run “make install-deps”): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has no other way to end
		_ = cmd.Wait()
	})
	tick, limit := time.NewTicker(10*time.Millisecond), time.After(20*time.Second)
	defer tick.Stop()
	for {
		conn, err := net.Dial("tcp", k.addr)
		if err == nil {
			_ = conn.Close()
			return k
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("smtp-sink does not answer: %v\n%s", err, log.String())
		}
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// one returns the only mail that has arrived.
func (k *smtpSink) one(t *testing.T) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(k.dir, "mail.*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d mails arrived, want 1", len(files))
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// A browser is one page of a real Chromium.
type browser struct {
	*testing.T
	ctx context.Context
	url string
}

func openBrowser(t *testing.T, url string) *browser {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		if bin, err = exec.LookPath("google-chrome"); err != nil {
			t.Fatal("no chromium found: run “make install-deps”")
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 2*time.Minute)
	t.Cleanup(cancel)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.ExecPath(bin), chromedp.Flag("lang", "en-US"))
	ctx, stop := chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(end)
	return &browser{t, ctx, url}
}

func (b *browser) signIn() {
	b.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate(b.url+"/sign-in")); err != nil {
		b.Fatal(err)
	}
	b.wait(`"ready" in document.documentElement.dataset`)
	b.run(fmt.Sprintf(`document.querySelector("#email").value = %q; document.querySelector("#password").value = %q`, coderEmail, coderPassword))
	b.click("main form button")
	b.wait(`document.querySelector("[data-list]")`)
}

// click clicks what selector names, once it is there.
func (b *browser) click(selector string) {
	b.Helper()
	b.wait(fmt.Sprintf(`"ready" in document.documentElement.dataset && document.querySelector(%q)`, selector))
	b.run(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

func (b *browser) run(js string) {
	b.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[int]("{"+js+"}; 0")); err != nil {
		b.Fatalf("%v\n%s", err, js)
	}
}

func (b *browser) text(js string) string {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](js))
	if err != nil {
		b.Fatalf("%v\n%s", err, js)
	}
	return v
}

// wait asks until js holds, through navigations.
func (b *browser) wait(js string) {
	b.Helper()
	tick, limit := time.NewTicker(20*time.Millisecond), time.After(40*time.Second)
	defer tick.Stop()
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		if err == nil && ok {
			return
		}
		select {
		case <-tick.C:
		case <-limit:
			text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
			b.Fatalf("never true: %s (%v)\n%s", js, err, text)
		}
	}
}
