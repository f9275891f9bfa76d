package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// text is a flag whose help shows what is to be written.
type text struct {
	value *string
	// form stands behind the flag's name in help texts: "HOST:PORT".
	form string
}

// textFlag makes a flag of a variable that holds its default.
func textFlag(value *string, form string) text { return text{value, form} }

func (t text) String() string {
	// Package flag asks zero values for what they print.
	if t.value == nil {
		return ""
	}
	return *t.value
}

func (t text) Set(v string) error {
	*t.value = v
	return nil
}

func (t text) Type() string { return t.form }

// need asks for exactly these arguments, by name.
func need(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		return fmt.Errorf("%s needs %s, got %d of %d; see %s --help",
			cmd.CommandPath(), strings.Join(names, " and "), len(args), len(names), cmd.CommandPath())
	}
}

// wrongFlag adds where to look to what cobra says of a flag.
func wrongFlag(cmd *cobra.Command, err error) error {
	return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
}
