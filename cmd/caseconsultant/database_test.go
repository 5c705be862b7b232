package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/caseconsultant/caseconsultant/migrations/pgtest"
)

// TestPlace: --database, DATABASE_URL, the configuration's database or data,
// --data, the user's data directory, in this order.
func TestPlace(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", "/home/x/data")
	for _, c := range []struct {
		name      string
		flags     databaseFlags
		env       string
		cfg       config
		url, data string
	}{
		{"flag", databaseFlags{Database: "flag", Data: "/d"}, "env", config{Database: "file"}, "flag", ""},
		{"environment", databaseFlags{Data: "/d"}, "env", config{Database: "file"}, "env", ""},
		{"file's database", databaseFlags{Data: "/d"}, "", config{Database: "file", Data: "/f"}, "file", ""},
		{"file's data", databaseFlags{Data: "/d"}, "", config{Data: "/f"}, "", "/f"},
		{"data", databaseFlags{Data: "/d"}, "", config{}, "", "/d"},
		{"nothing", databaseFlags{}, "", config{}, "", "/home/x/data/caseconsultant"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("DATABASE_URL", c.env)
			url, dir, err := c.flags.place(&c.cfg)
			if err != nil || url != c.url || dir != c.data {
				t.Errorf("%q, %q, %v; want %q, %q", url, dir, err, c.url, c.data)
			}
		})
	}
}

// TestConfigNamesDatabase: every command works on the database that the
// configuration names, and starts no private one beside it.
func TestConfigNamesDatabase(t *testing.T) {
	t.Parallel()
	b := newBinary(t, "") // DATABASE_URL is empty
	config := writeConfig(t, fmt.Sprintf("database = %q\n", pgtest.EmptyURL(t)))
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("a long enough password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"migrate"}, {"user", "add", "r.kline@practice.example", "--role", "admin", "--password-file", password},
		{"user", "list"}, {"user", "password", "r.kline@practice.example", "--password-file", password},
		{"sending", "resume"}, {"audit", "verify"}, {"codes", "show", "99213"}, {"codes", "check", "99213"}, {"codes", "releases"},
		{"ask", "/dev/null"}, {"recognize", "/dev/null"},
	} {
		b.good(t, "", append(args, "--config", config)...)
	}
	b.fails(t, exitFailed, "/nonexistent", "", "user", "list", "--config", "/nonexistent")
	if _, err := os.Stat(filepath.Join(homeOf(b), ".local")); !os.IsNotExist(err) {
		t.Errorf("a private cluster was made: %v", err)
	}
}
