package kefu

import (
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxNickname is the length of the longest nickname, in Unicode code points.
const MaxNickname = 16

// Agent is a kf account (客服账号): the name under which an official account
// answers. It exists before anybody works with it and keeps its number when its
// nickname, its picture or its person changes.
type Agent struct {
	ID       KFID
	Account  KFAccount
	Nickname string
	// Avatar names the agent's picture; the zero Avatar when it has none.
	Avatar Avatar
	// Worker is the person bound to the agent; empty until somebody accepted.
	Worker WeChatID
	// Invitation is the last one sent, waiting, rejected or expired; nil when
	// none was sent and when the agent is bound.
	Invitation *Invitation
	Presence   Presence
	// Serving is the number of customers in session with the agent now.
	Serving int
	// IdleSince is when the agent's last session began or ended, or when it came
	// online, whichever was later.
	IdleSince time.Time
	CreatedAt time.Time
}

// Worker is the person who answers under an agent's name.
type Worker struct {
	ID WeChatID
	// Bindings is the number of agents the person is bound to, over all the
	// official accounts of the house.
	Bindings int
}

// Presence says whether an agent can be given customers.
type Presence struct {
	Online bool
	// AutoAccept is how many customers the agent takes without being asked.
	// With 0 it takes each by hand.
	AutoAccept int
	// Since is the time of the last coming or going.
	Since time.Time
}

// Avatar names a stored picture: the key under which its sizes are kept, and
// the format of the original, "png" or "jpeg".
type Avatar struct {
	Key    string
	Format string
}

// Bound tells whether a person answers under the agent's name.
func (a *Agent) Bound() bool { return a.Worker != "" }

// ValidateNickname refuses a nickname that is empty, longer than [MaxNickname]
// code points, or holds anything that is not printable text.
func ValidateNickname(nickname string) error {
	if nickname == "" || !utf8.ValidString(nickname) || utf8.RuneCountInString(nickname) > MaxNickname {
		return NicknameIllegal
	}
	visible := false
	for _, r := range nickname {
		switch {
		case r == utf8.RuneError || !unicode.IsGraphic(r) && !joinsEmoji(r):
			return NicknameIllegal
		case !unicode.IsSpace(r) && !joinsEmoji(r) && !blank(r):
			visible = true
		}
	}
	if !visible {
		return NicknameIllegal
	}
	return nil
}

// joinsEmoji tells the characters that are not graphic themselves but make one
// emoji out of several. Others of their kind turn text around or hide in it.
func joinsEmoji(r rune) bool { return r == '\u200d' || '\U000e0020' <= r && r <= '\U000e007f' }

// blank tells the letters and symbols that look like nothing.
func blank(r rune) bool {
	switch r {
	case '\u115f', '\u1160', '\u2800', '\u3164', '\uffa0':
		return true
	}
	return unicode.Is(unicode.Mn, r)
}

// NewAgent makes an unbound agent of the given official account, or refuses
// with [AgentIllegal] or [NicknameIllegal], in this order. The ledger gives it
// its number.
func (o *OfficialAccount) NewAgent(account KFAccount, nickname string, now time.Time) (Agent, error) {
	if !account.Belongs(o.WeChatID) {
		return Agent{}, AgentIllegal
	}
	if err := ValidateNickname(nickname); err != nil {
		return Agent{}, err
	}
	return Agent{Account: account, Nickname: nickname, CreatedAt: now}, nil
}

// Come puts the agent online or takes it off, at a time. It refuses with
// [AgentUnbound] while nobody is bound, and with [ArgumentIllegal] when
// autoAccept is outside 0 to [MaxAutoAccept].
func (a *Agent) Come(online bool, autoAccept int, now time.Time) error {
	if !a.Bound() {
		return AgentUnbound
	}
	if autoAccept < 0 || autoAccept > MaxAutoAccept {
		return ArgumentIllegal
	}
	if a.Presence.Online != online {
		a.Presence.Since = now
		if online {
			a.IdleSince = now
		}
	}
	a.Presence.Online = online
	a.Presence.AutoAccept = autoAccept
	return nil
}

// MaxAutoAccept bounds how many customers an agent can offer to take by
// itself: more than any person can serve, small enough to keep sums small.
const MaxAutoAccept = 1000
