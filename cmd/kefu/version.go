package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker of a release (-X main.version=v1.2.3); otherwise
// what the Go toolchain recorded is shown.
var version string

// build is what is known about this program.
type build struct {
	Version string `json:"version"`
	// Commit and Time are those of the sources; Modified tells that the sources
	// were not exactly those.
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func thisBuild() build {
	b := build{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		if b.Version == "" {
			b.Version = info.Main.Version
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.time":
				b.Time = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	if b.Version == "" {
		b.Version = "(devel)"
	}
	return b
}

func (b build) String() string {
	line := "kefu " + b.Version
	if b.Commit != "" {
		line += " commit " + b.Commit
	}
	if b.Time != "" {
		line += " of " + b.Time
	}
	if b.Modified {
		line += " with changes"
	}
	return line + " " + b.Go + " " + b.OS + "/" + b.Arch
}

func (t *terminal) version() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Say which version this is",
		Long:    "Says which version of kefu this is, from which sources and with which Go it was\nbuilt, and for which system.",
		Example: "  kefu version\n  kefu version --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return t.printJSON(thisBuild())
			}
			fmt.Fprintln(t.out, thisBuild())
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
