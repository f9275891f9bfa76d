package config

import (
	"errors"
	"io/fs"
	"os"

	"github.com/openkefu/kefu"
)

// Sources are where settings come from, besides the file that one of them
// names. Both functions answer the value and whether there is one.
type Sources struct {
	// Flag looks at the command line.
	Flag func(name string) (value string, given bool)
	// Env looks at the environment; [os.LookupEnv] does. A variable that is
	// empty counts as not set, because that is how containers leave one out.
	Env func(key string) (value string, found bool)
}

// Read reads and checks the settings of a command that uses these groups. Its
// error is an [*Error].
func Read(use Group, from Sources) (*Settings, error) {
	lines, err := from.file()
	if err != nil {
		return nil, err
	}
	s := &Settings{origins: make(map[string]Origin)}
	for _, row := range All(use) {
		if row.read == nil {
			continue
		}
		value, origin := from.lookup(row, lines)
		if !origin.Given() {
			if value = row.Default(use); value == "" {
				continue
			}
		}
		if err := row.read(s, value); err != nil {
			return nil, &Error{Name: row.Name, Origin: origin, Problem: err.Error()}
		}
		s.origins[row.Name] = origin
	}
	if use&Demo != 0 {
		return s, s.completeDemo()
	}
	return s, nil
}

// lookup finds who gives a setting: the command line, the environment, the
// file, in this order.
func (from Sources) lookup(row Setting, lines map[string]line) (string, Origin) {
	if value, given := from.Flag(row.Name); given {
		return value, Origin{kind: fromFlag, place: row.Name}
	}
	if value, found := from.Env(row.Env()); found && value != "" {
		return value, Origin{kind: fromEnvironment, place: row.Env()}
	}
	if l, found := lines[row.Name]; found {
		return l.value, l.origin
	}
	return "", Origin{}
}

// file reads the settings file, if there is one.
func (from Sources) file() (map[string]line, error) {
	path, origin := from.lookup(All(0)[0], nil)
	if path == "" {
		return nil, nil
	}
	text, err := readBounded(path)
	if err != nil {
		// The path is in the message of os already; only the reason is wanted.
		var cause *fs.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, &Error{Name: FileSetting, Origin: origin, Problem: "the file " + path + " cannot be read: " + err.Error()}
	}
	return parseFile(path, text)
}

// completeDemo settles what depends on more than one setting.
func (s *Settings) completeDemo() error {
	if _, decided := s.origins["demo-agents"]; !decided {
		// Who brings an account of their own wants its agents, not ours.
		s.DemoAgents = !s.origins["appid"].Given()
	}
	if s.CallbackURL != "" && s.CallbackToken == "" {
		return &Error{Name: "callback-url", Origin: s.origins["callback-url"], Problem: "a callback URL needs callback-token as well"}
	}
	if s.CallbackURL != "" && s.CallbackMode != kefu.CallbackPlain && s.EncodingAESKey == "" {
		return &Error{
			Name: "callback-mode", Origin: s.origins["callback-mode"],
			Problem: "the mode " + string(s.CallbackMode) + " needs encoding-aes-key as well",
		}
	}
	// Every field was checked on its own; should an account as a whole be held
	// to more one day, the appid stands for it.
	account := s.DemoAccount()
	if err := account.Validate(); err != nil {
		return &Error{Name: "appid", Origin: s.origins["appid"], Problem: story(err).Error()}
	}
	return nil
}

// readBounded reads a file that is not unreasonably large.
func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	if info.Size() > maxFile {
		return nil, errors.New("it is too large for a settings file")
	}
	return os.ReadFile(path)
}
