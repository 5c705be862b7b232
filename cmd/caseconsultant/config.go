package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
	"golang.org/x/oauth2"

	"github.com/caseconsultant/caseconsultant/consult/codeset"
	"github.com/caseconsultant/caseconsultant/inbox"
)

// config is the one configuration file. An unknown key is an error with its
// line. Secrets come from the environment or a file, never from here.
type config struct {
	Database string          `toml:"database"`
	Data     string          `toml:"data"`
	Zone     string          `toml:"zone"` // default America/New_York
	Undo     duration        `toml:"undo"` // default 30s
	Web      webConfig       `toml:"web"`
	Health   healthConfig    `toml:"health"`
	Work     workConfig      `toml:"work"`
	Mailbox  []mailboxConfig `toml:"mailbox"` // one, so far
	SMTP     *smtpConfig     `toml:"smtp"`    // absent: nothing leaves
	Library  libraryConfig   `toml:"library"`

	path string // of the file; "" where there is none
	zone *time.Location
}

type webConfig struct {
	Addr           string         `toml:"addr"` // default 127.0.0.1:8080
	TLSCert        string         `toml:"tls_cert"`
	TLSKey         string         `toml:"tls_key"`
	TrustedProxies []netip.Prefix `toml:"trusted_proxies"`
	MetricsFrom    []netip.Prefix `toml:"metrics_from"` // who may read /metrics beside loopback
}

// healthConfig says where a process answers /healthz, /readyz and /metrics
// beside the web address. Absent: defaultHealth where the role web does not run.
type healthConfig struct {
	Addr *string `toml:"addr"` // "" or "off": nowhere
}

// workConfig bounds the steps of a case. The zero value means the defaults of
// package jobs.
type workConfig struct {
	Workers      int      `toml:"workers"`       // at once in each queue
	JobTimeout   duration `toml:"job_timeout"`   // of one step, sending apart
	RescueAfter  duration `toml:"rescue_after"`  // then the step of a dead process runs again
	AttemptLease duration `toml:"attempt_lease"` // then a sending without a word is unknown
}

type secretConfig struct {
	PasswordEnv  string `toml:"password_env"`
	PasswordFile string `toml:"password_file"`
	TokenFile    string `toml:"token_file"` // an OAuth bearer token, read again at each sign-in
}

type mailboxConfig struct {
	Name        string   `toml:"name"`
	Address     string   `toml:"address"` // the consult address
	IMAP        string   `toml:"imap"`    // host:port
	Security    string   `toml:"security"`
	User        string   `toml:"user"` // default: address
	Folder      string   `toml:"folder"`
	Sent        string   `toml:"sent"`
	SentCopy    string   `toml:"sent_copy"` // auto (default), append, server
	Since       any      `toml:"since"`     // a TOML date, or the same in quotes
	Watch       string   `toml:"watch"`
	Pace        duration `toml:"pace"`
	Poll        duration `toml:"poll"`
	AuthservID  string   `toml:"authserv_id"` // whose Authentication-Results are believed
	VerifyDKIM  bool     `toml:"verify_dkim"` // ask DNS for the keys of mails without such a result
	Plus        bool     `toml:"plus_addresses"`
	SilentAfter duration `toml:"silent_after"` // the queue page turns red then; default 10m
	secretConfig

	since time.Time // midnight in the configuration's zone; zero: everything
}

type smtpConfig struct {
	Host     string `toml:"host"` // host:port
	Security string `toml:"security"`
	User     string `toml:"user"`
	Auth     string `toml:"auth"`
	From     string `toml:"from"` // default: the first mailbox's address
	Name     string `toml:"name"`
	secretConfig
}

// libraryConfig says where the code library comes from.
type libraryConfig struct {
	Fetch map[string][]string `toml:"fetch"` // release kind → addresses of its files
}

// check refuses what "codes fetch" could not take.
func (l libraryConfig) check() error {
	for _, kind := range slices.Sorted(maps.Keys(l.Fetch)) {
		if err := codeset.CheckAddresses(kind, l.Fetch[kind]); err != nil {
			return fmt.Errorf("library.fetch: %w", err)
		}
	}
	return nil
}

// duration is a struct, so that a bare number cannot be taken for nanoseconds.
type duration struct{ time.Duration }

// UnmarshalText reads "30s", "5m".
func (d *duration) UnmarshalText(b []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(b))
	return err
}

// loadConfig reads and checks a file. Every complaint is one line that names
// the file and what to do.
func loadConfig(path string) (*config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	c, err := decodeConfig(text)
	var strict *toml.StrictMissingError
	var decode *toml.DecodeError
	switch {
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		row, _ := strict.Errors[0].Position()
		return nil, fmt.Errorf("%s:%d: unknown key %q: correct or remove it", path, row, strings.Join(strict.Errors[0].Key(), "."))
	case errors.As(err, &decode):
		row, _ := decode.Position()
		return nil, fmt.Errorf("%s:%d: %s", path, row, decode.Error())
	case err != nil:
		return nil, fmt.Errorf("%s:%d: %w", path, lineOf(text, err), err)
	}
	c.path = path
	return c, c.inFile(c.complete())
}

// inFile names the file in an error.
func (c *config) inFile(err error) error {
	if err == nil || c.path == "" {
		return err
	}
	return fmt.Errorf("%s: %w", c.path, err)
}

func decodeConfig(text []byte) (*config, error) {
	c := new(config)
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(c); err != nil {
		return nil, err
	}
	for i := range c.Mailbox {
		if err := c.Mailbox[i].readSince(); err != nil {
			return nil, err
		}
	}
	return c, c.Library.check()
}

func (m *mailboxConfig) readSince() (err error) {
	switch v := m.Since.(type) {
	case nil:
		return nil
	case toml.LocalDate:
		m.since = v.AsTime(time.UTC)
		return nil
	case string:
		m.since, err = time.Parse(time.DateOnly, v)
	default:
		err = errors.New("no day")
	}
	if err != nil {
		return fmt.Errorf("since: %v is no day: write it as 2026-11-01", m.Since)
	}
	return nil
}

// lineOf finds the line of a value that one of our types refused, for which the
// library names no position: the first line with which the text fails so.
func lineOf(text []byte, refused error) int {
	end := 0
	for line := 1; ; line++ {
		next := bytes.IndexByte(text[end:], '\n')
		if next < 0 {
			return line
		}
		end += next + 1
		if _, err := decodeConfig(text[:end]); err != nil && err.Error() == refused.Error() {
			return line
		}
	}
}

func (c *config) complete() (err error) {
	if c.Zone == "" {
		c.Zone = "America/New_York"
	}
	if c.zone, err = time.LoadLocation(c.Zone); err != nil {
		return fmt.Errorf("zone %q is unknown: use a name like America/New_York", c.Zone)
	}
	if c.Web.Addr == "" {
		c.Web.Addr = "127.0.0.1:8080"
	}
	if (c.Web.TLSCert == "") != (c.Web.TLSKey == "") {
		return errors.New("web: tls_cert and tls_key go together")
	}
	if len(c.Mailbox) > 1 {
		return fmt.Errorf("one [[mailbox]] is all that is supported so far: give %s a configuration and a database of its own",
			cmp.Or(c.Mailbox[1].Address, "the second"))
	}
	for i := range c.Mailbox {
		if err := c.Mailbox[i].complete(c.zone); err != nil {
			return fmt.Errorf("mailbox %s: %w", cmp.Or(c.Mailbox[i].Name, c.Mailbox[i].Address), err)
		}
	}
	return nil
}

func (m *mailboxConfig) complete(zone *time.Location) error {
	if !strings.Contains(m.Address, "@") {
		return errors.New("address: the consult address is missing")
	}
	if m.Name == "" {
		m.Name = m.Address
	}
	if m.User == "" {
		m.User = m.Address
	}
	if host, port, err := net.SplitHostPort(m.IMAP); err != nil || host == "" || port == "" {
		return fmt.Errorf("imap %q: write host:port, as imap.example.com:993", m.IMAP)
	}
	if m.SentCopy == "" {
		m.SentCopy = "auto"
	}
	if m.SentCopy != "auto" && m.SentCopy != "append" && m.SentCopy != "server" {
		return fmt.Errorf("sent_copy %q: use auto, append or server", m.SentCopy)
	}
	if m.SilentAfter.Duration == 0 {
		m.SilentAfter.Duration = 10 * time.Minute
	}
	if !m.since.IsZero() {
		y, mo, d := m.since.Date()
		m.since = time.Date(y, mo, d, 0, 0, 0, 0, zone)
	}
	return nil
}

// inbox returns the mailbox as package inbox knows it.
func (m *mailboxConfig) inbox() (inbox.Config, error) {
	c := inbox.Config{Name: m.Name, Address: m.IMAP, Security: m.Security, Username: m.User, Folder: m.Folder,
		Since: m.since, Sent: m.Sent, Watch: m.Watch, Pace: m.Pace.Duration, Poll: m.Poll.Duration}
	if m.TokenFile != "" {
		c.Auth, c.Tokens = inbox.AuthOAuth, tokenFile(m.TokenFile)
		return c, nil
	}
	var err error
	c.Auth = inbox.AuthPassword
	c.Password, err = m.password("mailbox " + m.Name)
	return c, err
}

// check finds before anything starts what cannot work: secrets that are not
// there, settings that a server cannot be reached with. It asks no server.
func (c *config) check(ctx context.Context) error {
	if len(c.Mailbox) == 0 {
		return errors.New("no mailbox is configured: add [[mailbox]] to the file named with --config (README, A real mailbox), or try 'caseconsultant demo'")
	}
	ended, cancel := context.WithCancel(ctx)
	cancel() // package inbox checks its configuration, then dials nothing
	for i := range c.Mailbox {
		box, err := c.Mailbox[i].inbox()
		if err != nil {
			return err
		}
		if _, err := inbox.Check(ended, box); inbox.Class(err) == inbox.ClassConfig {
			return errors.New(strings.TrimPrefix(err.Error(), "inbox: "))
		}
	}
	if _, err := c.sender(); err != nil {
		return fmt.Errorf("[smtp]: %w", err)
	}
	if c.Web.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(c.Web.TLSCert, c.Web.TLSKey); err != nil {
			return fmt.Errorf("[web]: tls_cert and tls_key: %w", err)
		}
	}
	return nil
}

// password reads the secret from the environment or its file.
func (s secretConfig) password(what string) (string, error) {
	switch {
	case s.PasswordEnv != "" && s.PasswordFile != "":
		return "", fmt.Errorf("%s: password_env and password_file exclude each other", what)
	case s.PasswordEnv != "":
		if v := os.Getenv(s.PasswordEnv); v != "" {
			return v, nil
		}
		return "", fmt.Errorf("%s: the environment variable %s is empty", what, s.PasswordEnv)
	case s.PasswordFile != "":
		return readSecret(what, s.PasswordFile)
	}
	return "", fmt.Errorf("%s: name its secret with password_env, password_file or token_file", what)
}

func readSecret(what, path string) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("%s: secret: %w", what, err)
	}
	v := strings.TrimSpace(string(b))
	if v == "" {
		return "", fmt.Errorf("%s: the secret file %s is empty", what, path)
	}
	return v, nil
}

// tokenFile is a bearer token that another program keeps fresh in a file.
type tokenFile string

// Token reads the file again.
func (f tokenFile) Token() (*oauth2.Token, error) {
	v, err := readSecret("token", string(f))
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: v}, nil
}
