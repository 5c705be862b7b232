package main

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// samplesInQueue is how many cases the demo's samples make: all but the
// out-of-office note, which is set aside, and the follow-up, which joins one.
const samplesInQueue = 12

// TestDemo runs the demo as a person does: from an empty directory, by what it
// prints, stopped with Ctrl-C, and started again on its data.
func TestDemo(t *testing.T) {
	t.Parallel()
	bin, data := buildBinary(t, ""), t.TempDir()
	first := startDemo(t, bin, data)
	queue := first.signIn(t)
	queue.await(t, samplesInQueue, "")
	first.sendOwn(t)
	n := queue.await(t, samplesInQueue+1, "11042 and 97597")
	if text := queue.draft(t, "11042 and 97597"); !strings.Contains(text, "11042") || !strings.Contains(text, "97597") {
		t.Errorf("the draft of one's own case says\n%s", text)
	}
	first.interrupt(t)

	second := startDemo(t, bin, data)
	if second.password != first.password {
		t.Errorf("the second start has another password")
	}
	queue = second.signIn(t)
	queue.await(t, n, "11042 and 97597")
	second.sendOwn(t) // another Message-ID and Date: another case
	if got := queue.await(t, n+1, ""); got != n+1 {
		t.Errorf("%d cases after the second start and one mail, want %d: were the samples sent again?", got, n+1)
	}
	second.interrupt(t)
}

// A demo is a running demo and what it printed.
type demo struct {
	cmd                    *exec.Cmd
	data                   string
	url, user, password    string
	own                    string // the command line that sends a case of one's own
	stdoutDone, stderrDone chan struct{}
	stderr                 lockedBuffer
	exited                 chan error
}

func startDemo(t *testing.T, bin, data string) *demo {
	t.Helper()
	d := &demo{data: data, stdoutDone: make(chan struct{}), stderrDone: make(chan struct{}), exited: make(chan error, 1)}
	d.cmd = exec.Command(bin, "demo", "--data", data, "--addr", "127.0.0.1:0", "--smtp-addr", "127.0.0.1:0", "--imap-addr", "127.0.0.1:0")
	d.cmd.Env = append(os.Environ(), "DATABASE_URL=")
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := d.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := make(chan string, 1)
	go d.readWelcome(stdout, printed)
	go func() {
		_, _ = io.Copy(&d.stderr, stderr) // ends with the process
		close(d.stderrDone)
	}()
	go func() {
		<-d.stdoutDone
		<-d.stderrDone
		d.exited <- d.cmd.Wait()
	}()
	t.Cleanup(func() { _ = syscall.Kill(-d.cmd.Process.Pid, syscall.SIGINT) }) // where the test did not come to its end
	select {
	case text := <-printed:
		d.parse(t, text)
	case err := <-d.exited:
		t.Fatalf("the demo ended: %v\n%s", err, d.stderr.String())
	case <-time.After(time.Minute):
		t.Fatal("the demo said nothing for a minute")
	}
	return d
}

// readWelcome hands over what is printed up to the line about Ctrl-C, and then
// reads on, so that the demo never waits for a reader.
func (d *demo) readWelcome(stdout io.Reader, printed chan<- string) {
	defer close(d.stdoutDone)
	var text strings.Builder
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		fmt.Fprintln(&text, lines.Text())
		if strings.Contains(lines.Text(), "Ctrl-C") {
			printed <- text.String()
		}
	}
}

func (d *demo) parse(t *testing.T, text string) {
	t.Helper()
	find := func(pattern string) string {
		m := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the demo does not print %s:\n%s", pattern, text)
		}
		return m[1]
	}
	d.url = find(`(http://127\.0\.0\.1:\d+)`)
	d.user = find(`Sign in\s+(\S+@\S+)`)
	d.password = find(`Sign in.*password\s+(\S+)`)
	d.own = find(`(?m)^\s*(swaks .+)$`)
}

// sendOwn runs the printed line in a shell, word for word.
func (d *demo) sendOwn(t *testing.T) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "sh", "-c", d.own).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", d.own, err, out)
	}
}

// interrupt is Ctrl-C in a terminal: SIGINT to the whole process group.
func (d *demo) interrupt(t *testing.T) {
	t.Helper()
	pidFile := filepath.Join(d.data, "postgres", "postmaster.pid")
	b, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	postgres, _, _ := strings.Cut(string(b), "\n")
	if err := syscall.Kill(-d.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.exited:
		if err != nil {
			t.Errorf("the demo stopped with %v\n%s", err, d.stderr.String())
		}
	case <-time.After(time.Minute):
		t.Fatalf("the demo does not stop\n%s", d.stderr.String())
	}
	if strings.Contains(d.stderr.String(), "panic") {
		t.Errorf("the demo panicked:\n%s", d.stderr.String())
	}
	// A process that has ended and waits for init to notice has no command line.
	if line, _ := os.ReadFile(filepath.Join("/proc", postgres, "cmdline")); len(line) > 0 {
		t.Errorf("Postgres, process %s, runs on", postgres)
	}
	if _, err := os.Stat(pidFile); err == nil {
		t.Errorf("%s is left: Postgres was not shut down in order", pidFile)
	}
}

// signIn signs in over HTTP with what was printed.
func (d *demo) signIn(t *testing.T) *queuePage {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	q := &queuePage{client: &http.Client{Jar: jar, Timeout: 30 * time.Second}, url: d.url}
	res, err := q.client.PostForm(d.url+"/sign-in", url.Values{"email": {d.user}, "password": {d.password}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if page := q.get(t, "/"); !strings.Contains(page, "data-list") {
		t.Fatalf("not signed in:\n%s", page)
	}
	return q
}

// A queuePage is the web queue, seen by somebody who is signed in.
type queuePage struct {
	client *http.Client
	url    string
}

func (q *queuePage) get(t *testing.T, path string) string {
	t.Helper()
	res, err := q.client.Get(q.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v\n%s", path, res.Status, err, b)
	}
	return string(b)
}

// rowOfCase finds the case number and the subject in a row of the list.
var rowOfCase = regexp.MustCompile(`(?s)<tr [^>]*data-case="(\d+)".*?<a class="open" href="([^"]*)">([^<]*)</a>`)

// await reads the queue until it shows at least n cases, all of them drafted,
// among them one with the subject, and returns how many there are.
func (q *queuePage) await(t *testing.T, n int, subject string) int {
	t.Helper()
	tick, limit := time.NewTicker(50*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for {
		page := q.get(t, "/")
		rows := rowOfCase.FindAllStringSubmatch(page, -1)
		if len(rows) >= n && strings.Contains(page, subject) && !strings.Contains(page, "being drafted") {
			return len(rows)
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%d cases in the queue, want %d with one about %q:\n%s", len(rows), n, subject, page)
		}
	}
}

// draft opens the first case with the subject and returns its draft, once it
// has one.
func (q *queuePage) draft(t *testing.T, subject string) string {
	t.Helper()
	for _, row := range rowOfCase.FindAllStringSubmatch(q.get(t, "/"), -1) {
		if html.UnescapeString(row[3]) == subject {
			page := q.get(t, html.UnescapeString(row[2]))
			_, text, _ := strings.Cut(page, `id="markdown"`)
			text, _, _ = strings.Cut(text, "</textarea>")
			return html.UnescapeString(text)
		}
	}
	t.Fatalf("no case %q in the queue", subject)
	return ""
}
