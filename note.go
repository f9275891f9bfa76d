package kefu

import (
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// MaxNote is the length of the longest note in Unicode code points: a page on
	// which somebody explains a case, and not a file.
	MaxNote = 1000
	// MaxNotes is how many notes a customer has at most: all of them are shown at
	// once.
	MaxNotes = 200
)

// Note is what somebody wrote down about a customer for colleagues. The customer
// never sees it, nor does the developer's server.
type Note struct {
	// ID is that of the transfer which the note came with, if it did.
	ID       MsgID
	Customer OpenID
	// Author wrote it, under the name that it had then.
	Author Author
	Text   string
	At     time.Time
}

// Author is a person who does something at the workbench, whether or not an agent
// speaks for it.
type Author struct {
	ID   WeChatID
	Name string
}

// ValidateNote refuses with [NoteIllegal] what has no words, more than [MaxNote]
// code points, or is no text.
func ValidateNote(text string) error {
	if strings.TrimSpace(text) == "" || !plain(text) || utf8.RuneCountInString(text) > MaxNote {
		return NoteIllegal
	}
	return nil
}

// plain tells whether something is a text that every ledger can keep.
func plain(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}
