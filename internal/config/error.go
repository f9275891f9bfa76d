package config

import "strconv"

// Error says that a setting cannot be used. It is one line for the person who
// gave it, and never holds the value of a [Secret].
type Error struct {
	// Name of the setting; empty when the settings file itself is at fault.
	Name string
	// Origin is where the value came from.
	Origin Origin
	// Problem says what is wrong with the value and what is allowed.
	Problem string
}

func (e *Error) Error() string {
	if e.Name == "" {
		return e.Origin.String() + ": " + e.Problem
	}
	return "setting " + e.Name + " from " + e.Origin.String() + ": " + e.Problem
}

// Origin is where the value of a setting came from.
type Origin struct {
	kind originKind
	// place is the flag, the environment variable or the file.
	place string
	// line of the file; 0 when the whole file is meant.
	line int
}

type originKind uint8

const (
	fromDefault originKind = iota
	fromFile
	fromEnvironment
	fromFlag
)

// Given tells whether anybody chose the value: it is not the default.
func (o Origin) Given() bool { return o.kind != fromDefault }

// String names the place as the person who set the value knows it, such as
// "flag --addr", "environment KEFU_ADDR" or "file kefu.conf line 3".
func (o Origin) String() string {
	switch o.kind {
	case fromFlag:
		return "flag --" + o.place
	case fromEnvironment:
		return "environment " + o.place
	case fromFile:
		if o.line == 0 {
			return "file " + o.place
		}
		return "file " + o.place + " line " + strconv.Itoa(o.line)
	default:
		return "its default"
	}
}
