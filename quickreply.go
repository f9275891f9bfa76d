package kefu

import (
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// MaxQuickReplies is how many quick replies one person keeps, and how many an
	// account shares: all of them are searched while somebody types.
	MaxQuickReplies = 200
	// MaxQuickReplyText is the length of the longest quick reply in bytes: that of
	// the longest text that can be sent.
	MaxQuickReplyText = 2048
	// MaxQuickReplyTitle and MaxQuickReplyCode are lengths in code points that fit
	// into one line of a list.
	MaxQuickReplyTitle = 40
	MaxQuickReplyCode  = 20
)

// QuickReply is a text that is written again and again, kept by one person or
// shared by all agents of an account.
type QuickReply struct {
	ID MsgID
	// Owner keeps it to itself; empty when it is shared.
	Owner WeChatID
	// Code is what somebody types to find it; it may be empty, and two may have the
	// same. So may titles.
	Code  string
	Title string
	Text  string
	// Used is how often it was taken.
	Used int
	// Author wrote it as it is now, at UpdatedAt; nobody and the zero time where that
	// was not noted.
	Author    Author
	UpdatedAt time.Time
}

// Shared tells whether all agents of the account have it.
func (q *QuickReply) Shared() bool { return q.Owner == "" }

// Validate refuses with [QuickReplyIllegal].
func (q *QuickReply) Validate() error {
	switch {
	case !plain(q.Code + q.Title + q.Text),
		strings.TrimSpace(q.Text) == "",
		len(q.Text) > MaxQuickReplyText,
		utf8.RuneCountInString(q.Title) > MaxQuickReplyTitle,
		utf8.RuneCountInString(q.Code) > MaxQuickReplyCode,
		strings.ContainsAny(q.Code+q.Title, "\r\n"):
		return QuickReplyIllegal
	}
	return nil
}
