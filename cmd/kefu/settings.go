package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/internal/config"
)

// declare gives a command, and those below it, the flags of the settings that
// it uses, and returns what reads them once the command line is parsed. All are
// flags of text: their values are read by package config, wherever they were
// given, so that a wrong one is refused in the same words.
func (t *terminal) declare(cmd *cobra.Command, use config.Group) (read func() (*config.Settings, error)) {
	flags := cmd.PersistentFlags()
	flags.SortFlags = false
	cmd.Flags().SortFlags = false
	for _, s := range config.All(use) {
		value, form := s.Default(use), s.Value
		if s.Bool {
			form = "bool"
		}
		flags.Var(textFlag(&value, form), s.Name, s.Help)
		if s.Bool {
			flags.Lookup(s.Name).NoOptDefVal = "true"
		}
	}
	return func() (*config.Settings, error) {
		return config.Read(use, config.Sources{
			Flag: func(name string) (string, bool) {
				flag := flags.Lookup(name)
				return flag.Value.String(), flag.Changed
			},
			Env: t.env,
		})
	}
}

// settingsTopic is the page "kefu help settings".
func settingsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "settings",
		Short: "Names and defaults of all settings, as flag, environment variable and in a file",
		Long:  settingsPage(),
	}
}

func settingsPage() string {
	var b strings.Builder
	b.WriteString(`A setting has one name everywhere. It is taken from the first of these that
gives it:

  1. the flag                    kefu serve --log-level debug
  2. the environment variable    KEFU_LOG_LEVEL=debug
  3. the settings file           log-level = debug
  4. its default

The file is the one that --config or KEFU_CONFIG names. It has one setting a
line, without quotes; a line that begins with # is a comment. Environment
variables that are empty count as not set. Secrets are better kept in the file
or the environment than in flags, which others on the machine can see.

`)
	rows := [][]string{{"SETTING", "ENVIRONMENT", "DEFAULT", "WHAT IT DOES"}}
	const all = config.Storage | config.Serving | config.Demo | config.Calling
	for _, s := range config.All(all) {
		preset := s.Default(all)
		if preset == "" {
			preset = "-"
		}
		rows = append(rows, []string{s.Name, s.Env(), preset, s.Help})
	}
	writeTable(&b, rows)
	fmt.Fprint(&b, `
appid and secret have their defaults in "kefu dev" only: who calls an API has to
say as whom.`)
	return b.String()
}
