package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/openkefu/kefu/internal/config"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	// exitUsage says that the command line or a setting was wrong, and that
	// trying the same again is in vain.
	exitUsage = 2
)

// usageError is the fault of who typed the command.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func wrongUsage(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// exit prints an error as one line and answers the exit code for it.
func (t *terminal) exit(err error) int {
	if err == nil {
		return exitOK
	}
	fmt.Fprintln(t.err, "kefu: "+oneLine(err.Error()))
	var usage usageError
	var setting *config.Error
	if errors.As(err, &usage) || errors.As(err, &setting) {
		return exitUsage
	}
	return exitFailure
}

// oneLine joins the lines of a text. Drivers and cobra write several.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
