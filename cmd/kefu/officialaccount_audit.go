package main

import (
	"github.com/spf13/pflag"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/desk"
)

// commanded is what the command line did to an official account, for the audit.
func commanded(what kefu.ActKind, app kefu.AppID, after string) kefu.Act {
	return kefu.Act{Who: kefu.ByCommand, What: what, Object: string(app), After: after}
}

// named are the flags that say what to change. Their values stay out of the audit:
// secrets are among them.
func named(flags *pflag.FlagSet) (all []desk.Changed) {
	flags.Visit(func(f *pflag.Flag) {
		switch f.Name {
		case config.FileSetting, "data", "database-url", "json": // of the command itself
		default:
			all = append(all, desk.Changed{What: "--" + f.Name})
		}
	})
	return all
}
