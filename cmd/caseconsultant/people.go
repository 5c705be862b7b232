package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/caseconsultant/caseconsultant/consult"
)

type userCmd struct {
	Add      userAddCmd      `cmd:"" help:"Add a person."`
	List     userListCmd     `cmd:"" help:"Everybody."`
	Disable  userDisableCmd  `cmd:"" help:"Keep a person from signing in."`
	Password userPasswordCmd `cmd:"" help:"Set a person's password."`
}

// passwordFlags say where a password comes from: never the command line, where
// every process of the machine could read it.
type passwordFlags struct {
	PasswordFile string `help:"File that holds the password; else CASECONSULTANT_PASSWORD; else the first line of standard input." placeholder:"FILE" type:"path"`
}

func (f passwordFlags) read(std streams) (string, error) {
	if f.PasswordFile != "" {
		return readSecret("password", f.PasswordFile)
	}
	if v := os.Getenv("CASECONSULTANT_PASSWORD"); v != "" {
		return v, nil
	}
	_, _ = fmt.Fprintln(std.err, "password, at least 12 characters (one line on standard input):")
	line, err := bufio.NewReader(std.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.Join(errors.New("no password: give it on standard input, in CASECONSULTANT_PASSWORD or with --password-file"), err)
	}
	return line, nil
}

type userAddCmd struct {
	Email      string `arg:"" help:"Sign-in name."`
	Name       string `help:"Name under the replies (default: the part before the @)."`
	Credential string `help:"Credential under the replies, as CPC or CCS."`
	Role       string `help:"coder, lead, admin or auditor." default:"coder" enum:"coder,lead,admin,auditor"`
	passwordFlags
	databaseFlags
}

// Help shows an example.
func (userAddCmd) Help() string {
	return `Example: caseconsultant user add --config /etc/caseconsultant.toml --role admin --name "R. Kline" --credential CPC r.kline@example.com`
}

// Run adds the person.
func (c *userAddCmd) Run(ctx context.Context, std streams) error {
	password, err := c.read(std)
	if err != nil {
		return err
	}
	if c.Name == "" {
		c.Name, _, _ = strings.Cut(c.Email, "@")
	}
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		p := consult.Person{Email: c.Email, Name: c.Name, Credential: c.Credential, Role: c.Role}
		p, err := consult.AddPerson(ctx, tx, p, password, osUser(), time.Now())
		if err != nil {
			return err
		}
		return say(std.out, fmt.Sprintf("added %s as %s", p.Email, p.Role))
	})
}

type userListCmd struct {
	JSON bool `help:"One JSON document."`
	databaseFlags
}

// Help shows an example.
func (userListCmd) Help() string {
	return `Example: caseconsultant user list --config /etc/caseconsultant.toml --json`
}

// Run lists everybody.
func (c *userListCmd) Run(ctx context.Context, std streams) error {
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		people, err := consult.People(ctx, tx)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(std.out, peopleJSON(people))
		}
		w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
		for _, p := range people {
			state := "active"
			if p.Disabled {
				state = "disabled"
			}
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", p.Email, p.Name, p.Credential, p.Role, state)
		}
		return w.Flush()
	})
}

type personJSON struct {
	Email      string `json:"email"`
	Name       string `json:"name"`
	Credential string `json:"credential,omitempty"`
	Role       string `json:"role"`
	Disabled   bool   `json:"disabled"`
}

func peopleJSON(people []consult.Person) any {
	list := []personJSON{}
	for _, p := range people {
		list = append(list, personJSON{p.Email, p.Name, p.Credential, p.Role, p.Disabled})
	}
	return struct {
		Users []personJSON `json:"users"`
	}{list}
}

type userDisableCmd struct {
	Email string `arg:"" help:"Sign-in name."`
	databaseFlags
}

// Help shows an example.
func (userDisableCmd) Help() string {
	return `Example: caseconsultant user disable --config /etc/caseconsultant.toml r.kline@example.com`
}

// Run disables the person.
func (c *userDisableCmd) Run(ctx context.Context, std streams) error {
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		if err := consult.DisablePerson(ctx, tx, c.Email, osUser(), time.Now()); err != nil {
			return err
		}
		return say(std.out, "disabled "+c.Email)
	})
}

type userPasswordCmd struct {
	Email string `arg:"" help:"Sign-in name."`
	passwordFlags
	databaseFlags
}

// Help shows an example.
func (userPasswordCmd) Help() string {
	return `Example: caseconsultant user password --config /etc/caseconsultant.toml --password-file new-password r.kline@example.com`
}

// Run sets the password.
func (c *userPasswordCmd) Run(ctx context.Context, std streams) error {
	password, err := c.read(std)
	if err != nil {
		return err
	}
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		if err := consult.SetPassword(ctx, tx, c.Email, password, osUser(), time.Now()); err != nil {
			return err
		}
		return say(std.out, "password set for "+c.Email)
	})
}

// withStore runs f in one transaction of the named database.
func withStore(ctx context.Context, flags databaseFlags, f func(pgx.Tx) error) error {
	s, err := flags.open(ctx, 4)
	if err != nil {
		return err
	}
	defer s.close()
	return s.tx(ctx, f)
}

type sendingCmd struct {
	Resume sendingResumeCmd `cmd:"" help:"Release sending after a restore or a refused account."`
}

type sendingResumeCmd struct {
	databaseFlags
}

// Help shows an example.
func (sendingResumeCmd) Help() string {
	return `Example: caseconsultant sending resume --config /etc/caseconsultant.toml`
}

// Run lets answers leave again.
func (c *sendingResumeCmd) Run(ctx context.Context, std streams) error {
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		why, err := consult.SendingPaused(ctx, tx)
		if err != nil {
			return err
		}
		if why == "" {
			return say(std.out, "sending is not paused")
		}
		if err := consult.ResumeSending(ctx, tx, osUser(), time.Now()); err != nil {
			return err
		}
		return say(std.out, "sending resumed; it was paused because: "+why)
	})
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check the hash chains, row by row."`
}

type auditVerifyCmd struct {
	databaseFlags
}

// Help shows an example.
func (auditVerifyCmd) Help() string {
	return `Example: caseconsultant audit verify --config /etc/caseconsultant.toml`
}

// Run verifies every chain.
func (c *auditVerifyCmd) Run(ctx context.Context, std streams) error {
	return withStore(ctx, c.databaseFlags, func(tx pgx.Tx) error {
		n, err := consult.VerifyAudit(ctx, tx)
		if err != nil {
			return fmt.Errorf("%w after %d good rows", err, n)
		}
		return say(std.out, fmt.Sprintf("%d rows, every chain whole", n))
	})
}
