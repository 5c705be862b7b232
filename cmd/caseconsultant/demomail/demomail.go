// Package demomail is the mail server of the demo: SMTP in and IMAP with IDLE,
// on loopback, in the process. The product talks to it as to any server, and
// so can a person with curl, swaks or mutt.
//
// A mail is a file of a Maildir (DIR/ADDRESS/FOLDER/cur) that is on the disk
// before its delivery is answered with 250. The file's name carries the UID and
// the flags, and each folder keeps its UIDVALIDITY and its next UID beside
// them, so that a client that comes back after a restart finds what it knows.
//
// It is a demo's server: passwords travel in plain text, delivery needs none,
// folders are fixed, and nothing is ever passed on to another machine.
package demomail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-smtp"
)

// maxMessage is the largest mail taken, in bytes.
const maxMessage = 50 << 20

// closeTimeout is how long Close lets a delivery finish.
const closeTimeout = 5 * time.Second

// Config says what to serve.
type Config struct {
	// Dir holds the mailboxes. One server at a time may use it.
	Dir string
	// SMTPAddr and IMAPAddr are HOST:PORT to listen on; the host must be
	// loopback. Empty means 127.0.0.1 and a free port.
	SMTPAddr, IMAPAddr string
	// Accounts are the mailboxes. At least one.
	Accounts []Account
	// Others is the address of the account that gets all mail for domains that
	// no account belongs to, so that answers to made-up senders can be read.
	// Empty refuses such mail.
	Others string
	// Logf is told of failures, never of a mail's content or addresses. Nil
	// says nothing.
	Logf func(format string, args ...any)
	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

// An Account is a mailbox and who may open it. Mail for ADDRESS and for
// LOCAL+anything@DOMAIN arrives in it.
type Account struct {
	Address  string
	Password string
}

// A Server is a running mail server.
type Server struct {
	config   Config
	accounts map[string]*account // by lower-case address
	lock     *os.File
	smtp     *smtp.Server
	imap     *imapserver.Server
	smtpAddr string
	imapAddr string
	running  sync.WaitGroup // accept loops
	sessions sync.WaitGroup // of IMAP
	close    func() error   // once
}

// An account is an Account with its folders.
type account struct {
	address, password string
	folders           []*folder
}

// folderNames are those of each account, with the use that LIST shows
// (RFC 6154).
var folderNames = []struct {
	name string
	use  imap.MailboxAttr
}{
	{"INBOX", ""},
	{"Drafts", imap.MailboxAttrDrafts},
	{"Sent", imap.MailboxAttrSent},
	{"Trash", imap.MailboxAttrTrash},
}

// Start reads the mailboxes in config.Dir, creating what is missing, and serves
// them until Close. ctx bounds starting only. A directory that another server
// uses, an address that is taken or not loopback are errors.
func Start(ctx context.Context, config Config) (*Server, error) {
	s := &Server{config: config, accounts: make(map[string]*account)}
	if s.config.Now == nil {
		s.config.Now = time.Now
	}
	if s.config.Logf == nil {
		s.config.Logf = func(string, ...any) {}
	}
	if err := s.load(); err != nil {
		s.unlock()
		return nil, fmt.Errorf("demo mail server: %w", err)
	}
	if err := s.listen(ctx); err != nil {
		s.unlock()
		return nil, fmt.Errorf("demo mail server: %w", err)
	}
	return s, nil
}

// SMTPAddr is the HOST:PORT that takes mail.
func (s *Server) SMTPAddr() string { return s.smtpAddr }

// IMAPAddr is the HOST:PORT where mail is read.
func (s *Server) IMAPAddr() string { return s.imapAddr }

// Close stops serving, lets a running delivery finish for a few seconds and
// gives up the directory. A second call does nothing and returns the same.
func (s *Server) Close() error { return s.close() }

func (s *Server) load() error {
	if err := os.MkdirAll(s.config.Dir, 0o700); err != nil {
		return err
	}
	if err := s.takeLock(); err != nil {
		return err
	}
	for _, a := range s.config.Accounts {
		if err := s.addAccount(a); err != nil {
			return err
		}
	}
	if len(s.accounts) == 0 {
		return errors.New("no account configured")
	}
	if s.config.Others != "" && s.accounts[strings.ToLower(s.config.Others)] == nil {
		return fmt.Errorf("mail of others is to go to %s, which is no account", s.config.Others)
	}
	return nil
}

// takeLock keeps a second server from handing out the same UIDs.
func (s *Server) takeLock() error {
	lock, err := os.OpenFile(filepath.Join(s.config.Dir, "server.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return fmt.Errorf("%s is in use by another demo: stop that one or choose another --data", s.config.Dir)
	}
	s.lock = lock
	return nil
}

func (s *Server) unlock() error {
	if s.lock == nil {
		return nil
	}
	return s.lock.Close()
}

func (s *Server) addAccount(a Account) error {
	address := strings.ToLower(a.Address)
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(address, "/+\x00") || strings.HasPrefix(address, ".") {
		return fmt.Errorf("%q is no address for an account", a.Address)
	}
	if s.accounts[address] != nil {
		return fmt.Errorf("account %s is there twice", address)
	}
	acc := &account{address: address, password: a.Password}
	for _, f := range folderNames {
		folder, err := openFolder(filepath.Join(s.config.Dir, address, f.name), s.config.Now())
		if err != nil {
			return err
		}
		folder.name, folder.use = f.name, f.use
		acc.folders = append(acc.folders, folder)
	}
	s.accounts[address] = acc
	return nil
}

// folder returns a folder by name, nil where there is none. INBOX has no case
// (RFC 3501, section 5.1).
func (a *account) folder(name string) *folder {
	for _, f := range a.folders {
		if f.name == name || f.name == "INBOX" && strings.EqualFold(name, "INBOX") {
			return f
		}
	}
	return nil
}

func (s *Server) listen(ctx context.Context) error {
	smtpListener, err := listenLoopback(ctx, s.config.SMTPAddr)
	if err != nil {
		return err
	}
	imapListener, err := listenLoopback(ctx, s.config.IMAPAddr)
	if err != nil {
		smtpListener.Close()
		return err
	}
	s.smtpAddr, s.imapAddr = smtpListener.Addr().String(), imapListener.Addr().String()
	s.smtp = s.newSMTP()
	s.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			s.sessions.Add(1)
			return &session{server: s}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapMove: {}, imap.CapESearch: {},
			imap.CapSpecialUse: {}, imap.CapNamespace: {}, imap.CapLiteralPlus: {}, imap.CapStatusSize: {},
		},
		Logger:       mute{s.config.Logf},
		InsecureAuth: true,
	})
	s.running.Go(func() { s.served("SMTP", s.smtp.Serve(smtpListener)) })
	s.running.Go(func() { s.served("IMAP", s.imap.Serve(imapListener)) })
	s.close = sync.OnceValue(s.shutdown)
	return nil
}

func listenLoopback(ctx context.Context, addr string) (net.Listener, error) {
	addr = cmp.Or(addr, "127.0.0.1:0")
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("%s is not loopback: this server knows no TLS and asks nobody who he is", addr)
	}
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", addr)
}

func (s *Server) served(protocol string, err error) {
	if err != nil && !errors.Is(err, net.ErrClosed) {
		s.config.Logf("demo mail server: %s stopped: %v", protocol, err)
	}
}

func (s *Server) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	err := s.smtp.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.smtp.Close()
	}
	err = errors.Join(err, s.imap.Close())
	s.running.Wait()
	s.sessions.Wait()
	return errors.Join(err, s.unlock())
}

// mute is the logger of both libraries: it drops the values, which can hold
// what a client sent, and keeps the message's fixed part.
type mute struct {
	logf func(format string, args ...any)
}

// Printf logs the format alone.
func (m mute) Printf(format string, _ ...any) {
	m.logf("demo mail server: %s", strings.TrimSpace(format))
}

// Println logs that there was something to log.
func (m mute) Println(...any) { m.logf("demo mail server: SMTP: unexpected error") }
