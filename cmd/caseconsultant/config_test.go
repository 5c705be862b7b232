package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeConfig writes a configuration file; SECRET in it becomes the name of a
// file that holds one.
func writeConfig(t *testing.T, text string) (path string) {
	t.Helper()
	dir := t.TempDir()
	secret, path := filepath.Join(dir, "secret"), filepath.Join(dir, "config.toml")
	for name, content := range map[string]string{secret: "secret\n", path: strings.ReplaceAll(text, "SECRET", secret)} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestReadmeConfig loads the configuration that README shows.
func TestReadmeConfig(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(text), "```toml\n")
	block, _, _ = strings.Cut(block, "```")
	block = strings.NewReplacer("/run/secrets/imap", "SECRET", "/run/secrets/smtp", "SECRET").Replace(block)
	if strings.Count(block, "SECRET") != 2 {
		t.Fatalf("README names no two secret files:\n%s", block)
	}
	cfg, err := loadConfig(writeConfig(t, block))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, cfg.zone)
	if cfg.zone.String() != "America/New_York" || !cfg.Mailbox[0].since.Equal(day) {
		t.Errorf("since is %s in %s, want %s", cfg.Mailbox[0].since, cfg.zone, day)
	}
}

// TestSince takes a day with and without quotes, and nothing else.
func TestSince(t *testing.T) {
	t.Parallel()
	for since, want := range map[string]string{
		`2026-11-01`:           "",
		`"2026-11-01"`:         "",
		`"11/01/2026"`:         ":3: since: 11/01/2026 is no day: write it as 2026-11-01",
		`2026-11-01T00:00:00Z`: ":3: since: ",
		`20261101`:             ":3: since: 20261101 is no day",
	} {
		cfg, err := loadConfig(writeConfig(t, "[[mailbox]]\naddress = \"a@b.example\"\nsince = "+since+"\nimap = \"b.example:993\"\n"))
		switch {
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", since, err, want)
		case want == "" && err != nil:
			t.Errorf("%s: %v", since, err)
		case want == "" && cfg.Mailbox[0].since.Format(time.RFC3339) != "2026-11-01T00:00:00-04:00":
			t.Errorf("%s is %s", since, cfg.Mailbox[0].since)
		}
	}
}

// TestOneMailbox: what a second mailbox sets would silently be the first's.
func TestOneMailbox(t *testing.T) {
	t.Parallel()
	_, err := loadConfig(writeConfig(t, "[[mailbox]]\naddress = \"a@b.example\"\n[[mailbox]]\naddress = \"c@b.example\"\n"))
	if err == nil || !strings.Contains(err.Error(), "one [[mailbox]]") || !strings.Contains(err.Error(), "c@b.example") {
		t.Errorf("two mailboxes: %v", err)
	}
}
