package config

import "log/slog"

// Secret is a value that shows itself only when asked to: formatted, logged or
// encoded it is a placeholder. Empty stays empty, so that it can be seen whether
// it was given at all.
type Secret string

// concealed is what a secret looks like in print.
const concealed = "(secret)"

// Reveal is the value itself.
func (s Secret) Reveal() string { return string(s) }

// String conceals the value from package fmt.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return concealed
}

// GoString conceals the value from %#v.
func (s Secret) GoString() string { return s.String() }

// LogValue conceals the value from package slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText conceals the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
