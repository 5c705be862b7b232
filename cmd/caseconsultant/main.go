// Command caseconsultant answers medical coding questions that arrive by mail:
// it reads a mailbox, drafts a reply in which every statement has its source,
// shows the draft to a certified coder, and sends what the coder approved.
//
// The command line is a contract that other programs rely on: flags stand after
// the subcommand, --json prints one JSON document an input and nothing else on
// standard output, and the exit status is 0 for done, 1 for failed (one line on
// standard error), 2 for wrong usage.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is the one table of subcommands.
type commands struct {
	Demo      demoCmd      `cmd:"" help:"The whole product on this machine with nothing configured."`
	Serve     serveCmd     `cmd:"" help:"The product against real servers."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database up to date; say what was done."`
	Mailbox   mailboxCmd   `cmd:"" help:"The configured mailbox and mail server."`
	Mail      mailCmd      `cmd:"" help:"What the pipeline makes of mails."`
	Recognize recognizeCmd `cmd:"" help:"The codes that a text names."`
	Ask       askCmd       `cmd:"" help:"The whole consultation of one question."`
	Codes     codesCmd     `cmd:"" help:"The code library."`
	User      userCmd      `cmd:"" help:"The people who review."`
	Sending   sendingCmd   `cmd:"" help:"Whether answers leave."`
	Audit     auditCmd     `cmd:"" help:"The history of cases."`
}

// Exit statuses of the contract.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// usageError is an error of the command line itself.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// streams are the standard streams of a command.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

func run(ctx context.Context, args []string, std streams) int {
	exited := -1
	var cli commands
	parser, err := kong.New(&cli, kong.Name("caseconsultant"),
		kong.Description("Medical coding consultation by email."),
		kong.Writers(std.out, std.err), kong.Exit(func(code int) { exited = code; panic(exitCalled{}) }),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(std))
	if err != nil {
		return fail(std.err, err)
	}
	k, err := parse(parser, args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintf(std.err, "caseconsultant: %s (-h explains)\n", oneLine(err))
		return exitUsage
	}
	err = k.Run()
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(std.err, "caseconsultant: %s (-h explains)\n", oneLine(err))
		return exitUsage
	}
	return fail(std.err, err)
}

// exitCalled unwinds from kong when -h has been answered.
type exitCalled struct{}

func parse(p *kong.Kong, args []string) (k *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(exitCalled); !ok {
				panic(r)
			}
		}
	}()
	return p.Parse(args)
}

func fail(w io.Writer, err error) int {
	_, _ = fmt.Fprintf(w, "caseconsultant: %s\n", oneLine(err))
	return exitFailed
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
