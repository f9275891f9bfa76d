package kefu_test

import (
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
)

// TestReach: what an agent is shown is what the next message would meet.
func TestReach(t *testing.T) {
	noon := time.Unix(1710277281, 0)
	grant := func(kind kefu.GrantKind, life time.Duration, left int) kefu.Grant {
		return kefu.Grant{Kind: kind, ExpiresAt: noon.Add(life), Left: left}
	}
	wrote := grant(kefu.GrantMessage, 48*time.Hour, 5)
	tapped := grant(kefu.GrantClick, time.Minute, 3)
	paid := grant(kefu.GrantPayment, 24*time.Hour, kefu.Unlimited)
	for _, tt := range []struct {
		name   string
		edit   func(*kefu.Customer)
		grants kefu.Grants
		next   kefu.GrantKind
		left   int
		barred kefu.Reason
		alive  int
	}{
		{name: "wrote", grants: kefu.Grants{wrote}, next: kefu.GrantMessage, left: 5, alive: 1},
		{name: "what ends first is used first", grants: kefu.Grants{wrote, tapped}, next: kefu.GrantClick, left: 3, alive: 2},
		{name: "used up is passed over", grants: kefu.Grants{wrote, grant(kefu.GrantClick, time.Minute, 0)}, next: kefu.GrantMessage, left: 5, alive: 2},
		{name: "unlimited", grants: kefu.Grants{wrote, paid}, next: kefu.GrantPayment, left: kefu.Unlimited, alive: 2},
		{name: "all used up", grants: kefu.Grants{grant(kefu.GrantMessage, time.Hour, 0)}, barred: kefu.ReplyCountReached, alive: 1},
		{name: "over this moment", grants: kefu.Grants{grant(kefu.GrantMessage, 0, 5)}, barred: kefu.ReplyTimeOver},
		{name: "did nothing", barred: kefu.ReplyTimeOver},
		{name: "left", edit: func(c *kefu.Customer) { c.Subscribed = false }, grants: kefu.Grants{wrote}, barred: kefu.ReplyTimeOver},
		{name: "blocked", edit: func(c *kefu.Customer) { c.Blocked = true }, grants: kefu.Grants{wrote}, barred: kefu.CustomerBlocked, alive: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := kefu.Customer{Subscribed: true, Grants: tt.grants}
			if tt.edit != nil {
				tt.edit(&c)
			}
			got := c.Reach(noon)
			if got.Next.Kind != tt.next || got.Next.Left != tt.left || got.Barred != tt.barred || len(got.Alive) != tt.alive {
				t.Errorf("got %+v, want the next of kind %q with %d left, barred by %v, and %d alive", got, tt.next, tt.left, tt.barred, tt.alive)
			}
			for i := 1; i < len(got.Alive); i++ {
				if got.Alive[i].ExpiresAt.Before(got.Alive[i-1].ExpiresAt) {
					t.Errorf("got %+v, want what ends first before the others", got.Alive)
				}
			}
			// It is what sending meets.
			err := c.Address(noon)
			if tt.barred == 0 && err != nil || tt.barred != 0 && err != error(tt.barred) {
				t.Errorf("Address: got %v, want %v", err, tt.barred)
			}
		})
	}
}

func TestThread(t *testing.T) {
	noon := time.Unix(1710277281, 0)
	var thread kefu.Thread
	for i, step := range []struct {
		from     kefu.Sender
		unread   int
		waitedBy int
	}{
		{kefu.FromSystem, 0, -1},
		{kefu.FromCustomer, 1, 1},
		{kefu.FromCustomer, 2, 1},
		{kefu.FromSystem, 2, 1}, // that nobody answers is no answer
		{kefu.FromAgent, 2, -1},
		{kefu.FromCustomer, 3, 5},
		{kefu.FromAccount, 3, -1},
	} {
		m := kefu.Message{ID: kefu.MsgID(10 + i), From: step.from, At: noon.Add(time.Duration(i) * time.Second)}
		thread.Follow(&m)
		since := time.Time{}
		if step.waitedBy >= 0 {
			since = noon.Add(time.Duration(step.waitedBy) * time.Second)
		}
		if thread.Last != m.ID || thread.Unread != step.unread || !thread.UnansweredSince.Equal(since) {
			t.Errorf("step %d: got %+v, want %d unread, unanswered since %v", i, thread, step.unread, since)
		}
	}
}

func TestNotesAndQuickReplies(t *testing.T) {
	long := strings.Repeat("客", kefu.MaxNote)
	for text, want := range map[string]error{
		"a": nil, "两行\nof it": nil, long: nil,
		"": kefu.NoteIllegal, " \n\t": kefu.NoteIllegal, long + "服": kefu.NoteIllegal, "a\x00": kefu.NoteIllegal, "a\xff": kefu.NoteIllegal,
	} {
		if got := kefu.ValidateNote(text); got != want {
			t.Errorf("ValidateNote %q: got %v, want %v", text[:min(len(text), 20)], got, want)
		}
	}
	title := strings.Repeat("题", kefu.MaxQuickReplyTitle)
	for _, tt := range []struct {
		name  string
		reply kefu.QuickReply
		want  error
	}{
		{"only a text", kefu.QuickReply{Text: "您好\n请稍等"}, nil},
		{"all there is", kefu.QuickReply{Code: strings.Repeat("c", kefu.MaxQuickReplyCode), Title: title, Text: strings.Repeat("x", kefu.MaxQuickReplyText)}, nil},
		{"no text", kefu.QuickReply{Code: "hi", Text: " "}, kefu.QuickReplyIllegal},
		{"too long a text", kefu.QuickReply{Text: strings.Repeat("x", kefu.MaxQuickReplyText+1)}, kefu.QuickReplyIllegal},
		{"too long a title", kefu.QuickReply{Title: title + "x", Text: "x"}, kefu.QuickReplyIllegal},
		{"too long a code", kefu.QuickReply{Code: strings.Repeat("码", kefu.MaxQuickReplyCode+1), Text: "x"}, kefu.QuickReplyIllegal},
		{"two lines of title", kefu.QuickReply{Title: "a\nb", Text: "x"}, kefu.QuickReplyIllegal},
		{"no text at all", kefu.QuickReply{Text: "a\xff"}, kefu.QuickReplyIllegal},
	} {
		if got := tt.reply.Validate(); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
