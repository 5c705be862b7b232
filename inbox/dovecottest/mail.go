package dovecottest

import (
	"bytes"
	"errors"
	"fmt"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Deliver brings one mail to [Server.User] by LMTP (RFC 2033) and returns when
// Dovecot has it.
func (s *Server) Deliver(t testing.TB, raw []byte) {
	t.Helper()
	s.DeliverTo(t, s.User, raw)
}

// DeliverTo brings one mail to any address; every name has a mailbox.
func (s *Server) DeliverTo(t testing.TB, recipient string, raw []byte) {
	t.Helper()
	if err := s.deliver(recipient, raw); err != nil {
		t.Fatalf("dovecottest: LMTP: %v\n%s", err, s.log())
	}
}

func (s *Server) deliver(recipient string, raw []byte) error {
	c, err := textproto.Dial("tcp", s.LMTPAddr())
	if err != nil {
		return err
	}
	defer c.Close()
	if _, _, err := c.ReadResponse(220); err != nil {
		return err
	}
	for _, step := range []struct {
		line string
		code int
	}{
		{"LHLO localhost", 250},
		{"MAIL FROM:<asker@practice.test>", 250},
		{"RCPT TO:<" + recipient + ">", 250},
		{"DATA", 354},
	} {
		if err := c.PrintfLine("%s", step.line); err != nil {
			return err
		}
		if _, _, err := c.ReadResponse(step.code); err != nil {
			return err
		}
	}
	w := c.DotWriter()
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if _, _, err := c.ReadResponse(250); err != nil {
		return err
	}
	return c.PrintfLine("QUIT")
}

// Fill puts mails straight into the Maildir, in this order, which is much
// faster than delivering them. Dovecot gives them UIDs at its next look.
func (s *Server) Fill(t testing.TB, raws [][]byte) {
	t.Helper()
	s.FillDated(t, raws, time.Now())
}

// FillDated is Fill with the date of arrival (IMAP's INTERNALDATE, which
// SEARCH SINCE compares).
func (s *Server) FillDated(t testing.TB, raws [][]byte, arrived time.Time) {
	t.Helper()
	if err := s.makeMaildir(); err != nil {
		t.Fatal(err)
	}
	for _, raw := range raws {
		s.filled++
		name := fmt.Sprintf("%010d.M%06dP1.dovecottest", arrived.Unix(), s.filled)
		tmp := filepath.Join(s.maildir(), "tmp", name)
		err := errors.Join(
			os.WriteFile(tmp, raw, 0o600),
			os.Chown(tmp, s.uid, s.gid),
			os.Chtimes(tmp, arrived, arrived),
			os.Rename(tmp, filepath.Join(s.maildir(), "new", name)),
		)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (s *Server) makeMaildir() error {
	home := filepath.Dir(s.maildir())
	for _, d := range []string{home, s.maildir(), s.maildir() + "/cur", s.maildir() + "/new", s.maildir() + "/tmp"} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return err
		}
		if err := os.Chown(d, s.uid, s.gid); err != nil {
			return err
		}
	}
	return nil
}

// Raw returns the mails of a folder of [Server.User], "INBOX" or a name like
// "Sent", in the order of arrival, with CRLF line ends as IMAP gives them;
// none where the folder does not exist.
func (s *Server) Raw(t testing.TB, folder string) [][]byte {
	t.Helper()
	return s.RawOf(t, s.User, folder)
}

// Files returns the paths of the mails of a folder of [Server.User], in the
// order of arrival; a Maildir name ends with the mail's flags.
func (s *Server) Files(t testing.TB, folder string) []string {
	t.Helper()
	return s.files(t, s.User, folder)
}

// RawOf is Raw for another user.
func (s *Server) RawOf(t testing.TB, user, folder string) [][]byte {
	t.Helper()
	var raws [][]byte
	for _, f := range s.files(t, user, folder) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		raws = append(raws, bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")))
	}
	return raws
}

func (s *Server) files(t testing.TB, user, folder string) []string {
	t.Helper()
	dir := filepath.Join(s.mail(), user, "Maildir")
	if folder != "INBOX" {
		dir = filepath.Join(dir, "."+strings.ReplaceAll(folder, "/", "."))
	}
	files, err := filepath.Glob(filepath.Join(dir, "[cn][ue][rw]", "*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(filepath.Base(a), filepath.Base(b)) })
	return files
}

// ChangeUIDValidity stops the server, throws its indexes away and lets it
// number every mail anew under another UIDVALIDITY, as a restored or migrated
// server does.
func (s *Server) ChangeUIDValidity(t testing.TB) {
	t.Helper()
	s.stop()
	files, err := filepath.Glob(filepath.Join(s.maildir(), "dovecot*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.RemoveAll(f); err != nil {
			t.Fatal(err)
		}
	}
	// Left alone Dovecot takes the second of the clock, which may be the old one.
	s.filled++
	list := filepath.Join(s.maildir(), "dovecot-uidlist")
	head := fmt.Sprintf("3 V%d N1 G%032x\n", time.Now().Unix()+1000*int64(s.filled), s.filled)
	if err := errors.Join(os.WriteFile(list, []byte(head), 0o600), os.Chown(list, s.uid, s.gid)); err != nil {
		t.Fatal(err)
	}
	s.Resume(t)
}

// KillIMAP kills (SIGKILL) every signed-in IMAP process of this server and
// returns how many there were. It lets those that are just starting finish:
// where they die Dovecot holds the service back for up to a minute.
func (s *Server) KillIMAP(t testing.TB) int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, f := range stats {
		b, err := os.ReadFile(f)
		if err != nil {
			continue // it ended meanwhile
		}
		// pid (comm) state ppid …
		if fields := strings.Fields(string(b)); fields[1] == "(imap)" && fields[3] == strconv.Itoa(s.cmd.Process.Pid) {
			time.Sleep(started - age(t, fields[21])) // not at all, as a rule
			pid, _ := strconv.Atoi(fields[0])
			if syscall.Kill(pid, syscall.SIGKILL) == nil {
				killed++
			}
		}
	}
	return killed
}

// started is how old a process is that has certainly started.
const started = 100 * time.Millisecond

// age is how long ago a process began; start is field 22 of its stat, in
// hundredths of a second since the machine did (proc(5)).
func age(t testing.TB, start string) time.Duration {
	t.Helper()
	b, err := os.ReadFile("/proc/uptime")
	if err != nil {
		t.Fatal(err)
	}
	up, err1 := strconv.ParseFloat(strings.Fields(string(b))[0], 64)
	began, err2 := strconv.ParseFloat(start, 64)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return time.Duration((up - began/100) * float64(time.Second))
}
