// Package dovecottest runs a private Dovecot for a test: real IMAP with
// Maildir, and LMTP to bring mail in. It is for tests only; it needs Debian's
// dovecot-imapd and dovecot-lmtpd, 2.3 or 2.4, and Linux.
//
// Everything, configuration and mail included, lives in a directory of its own
// under the system's temporary one and dies with the test. As root the mail
// belongs to nobody, since Dovecot refuses uid 0; as another user everything
// belongs to that user.
package dovecottest

import (
	"bufio"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A Server is a running Dovecot with one user; any other user name signs in
// with the same password and has a mailbox of its own.
type Server struct {
	User     string // consult@example.test
	Password string

	version  string
	dir      string
	uid, gid int
	tls      bool
	roots    *x509.CertPool
	imap     int // ports on 127.0.0.1
	imaps    int
	lmtp     int
	cmd      *exec.Cmd
	exited   chan struct{}
	filled   int
}

// An Option changes how the server is set up.
type Option func(*Server)

// WithTLS adds a certificate of the server's own for 127.0.0.1 and localhost,
// IMAP with TLS from the first byte on [Server.TLSAddr], and STARTTLS on
// [Server.Addr].
func WithTLS() Option { return func(s *Server) { s.tls = true } }

// Start runs a server until the test ends.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := &Server{User: "consult@example.test", Password: "correct-horse", uid: os.Getuid(), gid: os.Getgid()}
	if s.uid == 0 {
		s.uid, s.gid = 65534, 65534 // nobody
	}
	for _, o := range opts {
		o(s)
	}
	if err := s.setUp(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		_ = os.RemoveAll(s.dir) // a directory left behind in /tmp fails no test
	})
	if err := s.start(); err != nil {
		t.Fatalf("dovecottest: %v\n%s", err, s.log())
	}
	return s
}

// binary is where Debian puts it; sbin is not on every PATH.
const binary = "/usr/sbin/dovecot"

func (s *Server) setUp() error {
	out, err := exec.Command(binary, "--version").Output()
	if err != nil {
		return errors.New("dovecottest: no Dovecot on this machine: run `make install-deps` (dovecot-imapd, dovecot-lmtpd)")
	}
	s.version = strings.TrimSpace(string(out))
	if _, err := os.Stat("/usr/lib/dovecot/lmtp"); err != nil {
		return errors.New("dovecottest: Dovecot has no LMTP: run `make install-deps` (dovecot-lmtpd)")
	}
	// Not t.TempDir: that is closed to the mail's owner, and too long for the
	// path of a Unix socket.
	if s.dir, err = os.MkdirTemp("", "dovecot"); err != nil {
		return err
	}
	for _, d := range []string{s.dir, s.dir + "/run", s.mail()} {
		if err := errors.Join(os.MkdirAll(d, 0o755), os.Chmod(d, 0o755)); err != nil {
			return err
		}
	}
	if err := os.Chown(s.mail(), s.uid, s.gid); err != nil {
		return err
	}
	if s.tls {
		return s.makeCertificate()
	}
	return nil
}

func (s *Server) mail() string    { return filepath.Join(s.dir, "mail") }
func (s *Server) maildir() string { return filepath.Join(s.mail(), s.User, "Maildir") }

// Addr is where IMAP listens, host:port.
func (s *Server) Addr() string { return address(s.imap) }

// TLSAddr is where IMAP with TLS from the first byte listens; see [WithTLS].
func (s *Server) TLSAddr() string { return address(s.imaps) }

// LMTPAddr is where mail is taken by LMTP, host:port; go-smtp's LMTP client
// and `swaks --protocol LMTP` speak it.
func (s *Server) LMTPAddr() string { return address(s.lmtp) }

// RootCAs holds the server's own certificate; nil without [WithTLS].
func (s *Server) RootCAs() *x509.CertPool { return s.roots }

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// Restart stops the server, connections and all, and starts it on the same
// ports.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	s.Resume(t)
}

// Stop stops the server and keeps its mail.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.stop()
}

// Resume starts a stopped server on the same ports.
func (s *Server) Resume(t testing.TB) {
	t.Helper()
	if err := s.run(); err != nil {
		t.Fatalf("dovecottest: %v\n%s", err, s.log())
	}
}

// start finds free ports; another process may take one in between, hence the
// tries.
func (s *Server) start() (err error) {
	for range 3 {
		if err = s.choosePorts(); err != nil {
			return err
		}
		if err = s.run(); err == nil {
			return nil
		}
		s.stop()
	}
	return err
}

func (s *Server) choosePorts() error {
	for _, p := range []*int{&s.imap, &s.imaps, &s.lmtp} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		*p = l.Addr().(*net.TCPAddr).Port
	}
	return os.WriteFile(s.conf(), []byte(s.config()), 0o644)
}

func (s *Server) conf() string { return filepath.Join(s.dir, "dovecot.conf") }

// run starts the master process and waits for its greetings. The kernel ends
// it with the thread that made it, so that a killed test leaves nothing.
func (s *Server) run() error {
	s.cmd = exec.Command(binary, "-F", "-c", s.conf())
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.exited = make(chan struct{})
	go func(cmd *exec.Cmd, exited chan struct{}) {
		_ = cmd.Wait() // the log says more
		close(exited)
	}(s.cmd, s.exited)
	for _, port := range []int{s.imap, s.lmtp} {
		if err := s.await(port); err != nil {
			return err
		}
	}
	return nil
}

// await returns once the port greets.
func (s *Server) await(port int) error {
	timeout := time.After(30 * time.Second)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if greets(port) {
			return nil
		}
		select {
		case <-s.exited:
			return errors.New("it ended at once")
		case <-timeout:
			return fmt.Errorf("no greeting on port %d", port)
		case <-again.C:
		}
	}
}

func greets(port int) bool {
	c, err := net.DialTimeout("tcp", address(port), time.Second)
	if err != nil {
		return false
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return false
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return err == nil && (strings.HasPrefix(line, "* OK") || strings.HasPrefix(line, "220"))
}

// stop ends the master and then its whole process group: signed-in IMAP
// processes would serve their connections for ten seconds more. Signals to
// what has ended already do no harm.
func (s *Server) stop() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(10 * time.Second):
	}
	_ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
	<-s.exited
	s.cmd = nil
}

func (s *Server) log() string {
	b, _ := os.ReadFile(filepath.Join(s.dir, "dovecot.log")) // only to explain a failure
	return string(b)
}
