// Command parley runs group chats in which people and AI agents talk as
// equals, checks what a log promises, and writes its data out.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], console{out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// console is where a command writes.
type console struct{ out, err io.Writer }

// commands is the command line: one field a command, one file a field.
type commands struct {
	Serve   serve      `cmd:"" help:"Run a node: the page, the rooms and their agents."`
	Verify  verifyCmd  `cmd:"" help:"Derive every guarantee again from a log; exit 1 when one does not hold."`
	Export  exportCmd  `cmd:"" help:"Write rooms out: jsonl holds the records, csv a row an event."`
	Migrate migrateCmd `cmd:"" help:"Copy every room from a directory to a NATS cluster, or back."`
	Backup  backupCmd  `cmd:"" help:"Copy a log while a server runs on it, and check the copy."`
	Restore restoreCmd `cmd:"" help:"Copy a backup to a directory for serve, and check the copy."`
	Sim     simCmd     `cmd:"" help:"Live through worlds full of faults, drawn from seeds, and check every guarantee; exit 1 when one does not hold."`
	Config  showConfig `cmd:"" help:"Show every setting of serve, its value and where it comes from."`
	Version versionCmd `cmd:"" help:"Show the version."`
}

// failure is an error that has been reported already and only sets the exit code.
type failure struct{ code int }

// Error implements error.
func (f failure) Error() string { return fmt.Sprintf("exit %d", f.code) }

// run carries out one command line and returns the exit code: 0, 1 for what
// went wrong, 2 for a command line that is wrong.
func run(ctx context.Context, args []string, to console) int {
	exited := -1
	parser, err := newParser(to, func(code int) { exited = code })
	if err != nil {
		_, _ = fmt.Fprintln(to.err, "parley:", err)
		return 1
	}
	k, err := parser.Parse(args)
	if exited >= 0 { // help was asked for
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintln(to.err, "parley:", err)
		return 2
	}
	k.BindTo(ctx, (*context.Context)(nil))
	k.Bind(to)
	err = k.Run()
	var f failure
	switch {
	case errors.As(err, &f):
		return f.code
	case err != nil:
		_, _ = fmt.Fprintln(to.err, "parley:", err)
		return 1
	}
	return 0
}

// newParser returns the command line's parser. Every flag has a variable of the
// environment.
func newParser(to console, exit func(int)) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("parley"),
		kong.Description("Group chats in which people and AI agents talk as equals."),
		kong.DefaultEnvars("PARLEY"),
		kong.Writers(to.out, to.err),
		kong.Exit(exit),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
}
