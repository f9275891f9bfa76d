package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// terminal is where a command was typed.
type terminal struct {
	in  io.Reader
	out *output
	err io.Writer
	env func(key string) (string, bool)
}

// run runs one command line and answers its exit code.
func (t *terminal) run(ctx context.Context, args []string) int {
	// Cobra finds wrong flags, arguments and verbs before it begins; what is
	// refused later is the verb's own error.
	begun := false
	root := t.root()
	root.PersistentPreRun = func(*cobra.Command, []string) { begun = true }
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && !begun {
		err = usageError{err}
	}
	if err == nil && t.out.failed != nil {
		err = fmt.Errorf("write the output: %w", t.out.failed)
	}
	return t.exit(err)
}

func (t *terminal) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "kefu",
		Short: "The customer-service desk of WeChat Official Accounts",
		Long: `Kefu is the customer-service (客服) system of a WeChat Official Account as
software you run yourself: it speaks WeChat's own customer-service API, so that
code written for that API changes one URL and works.`,
		Example: `  kefu dev                    # try it: everything on this machine, nothing to prepare
  kefu official-account add   # for the real thing: an account ...
  kefu serve                  # ... and a server`,
		Args:          cobra.NoArgs,
		RunE:          help,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	root.SetFlagErrorFunc(wrongFlag)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		t.dev(),
		t.serve(),
		t.officialAccount(),
		t.admin(),
		t.agent(),
		t.session(),
		t.send(),
		t.records(),
		t.migrate(),
		t.version(),
		settingsTopic(),
	)
	return root
}

// help is what a command does that only holds others.
func help(cmd *cobra.Command, _ []string) error { return cmd.Help() }
