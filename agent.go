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
	// Away tells that the agent is at its workbench and takes nobody; who it serves
	// stays with it. An agent is never both online and away.
	Away bool
	// Wish is what the person chose last: the agent is online or away only while
	// somebody is there, and is so again by itself when it comes back.
	Wish Status
	// AutoAccept is how many customers the agent takes without being asked.
	// With 0 it takes each by hand.
	AutoAccept int
	// Since is when it became what it is.
	Since time.Time
}

// Status is what a person says about its presence.
type Status string

// The statuses that a person can choose; the empty one is Offline.
const (
	Online  Status = "online"
	Away    Status = "away"
	Offline Status = "offline"
)

// Status is what the presence shows to others.
func (p *Presence) Status() Status {
	switch {
	case p.Online:
		return Online
	case p.Away:
		return Away
	}
	return Offline
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
	if !readable(nickname, MaxNickname) {
		return NicknameIllegal
	}
	return nil
}

// readable tells whether a name is printable text of 1 to most code points, not
// all of them blank.
func readable(name string, most int) bool {
	if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > most {
		return false
	}
	visible := false
	for _, r := range name {
		switch {
		case r == utf8.RuneError || !unicode.IsGraphic(r) && !joinsEmoji(r):
			return false
		case !unicode.IsSpace(r) && !joinsEmoji(r) && !blank(r):
			visible = true
		}
	}
	return visible
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

// Come puts the agent online or takes it off, at a time. It refuses as
// [Agent.Choose] does.
func (a *Agent) Come(online bool, autoAccept int, now time.Time) error {
	if online {
		return a.Choose(Online, autoAccept, now)
	}
	return a.Choose(Offline, autoAccept, now)
}

// Choose is a person that is there and says what it wants to be, at a time. It
// refuses with [AgentUnbound] while nobody is bound, and with [ArgumentIllegal]
// when there is no such status or autoAccept is outside 0 to [MaxAutoAccept].
func (a *Agent) Choose(wish Status, autoAccept int, now time.Time) error {
	switch {
	case !a.Bound():
		return AgentUnbound
	case autoAccept < 0 || autoAccept > MaxAutoAccept,
		wish != Online && wish != Away && wish != Offline:
		return ArgumentIllegal
	}
	a.Presence.Wish, a.Presence.AutoAccept = wish, autoAccept
	a.appear(wish, now)
	return nil
}

// Return is a person that comes back to its workbench: the agent is what it chose
// to be. changed tells whether that is something else than before.
func (a *Agent) Return(now time.Time) (changed bool) {
	if !a.Bound() {
		return false
	}
	return a.appear(a.Presence.Wish, now)
}

// Vanish is a person that is gone without a word, with its last window closed:
// the agent is offline until it comes back. changed tells whether it was not.
func (a *Agent) Vanish(now time.Time) (changed bool) { return a.appear(Offline, now) }

// appear makes the agent what it is from now on.
func (a *Agent) appear(as Status, now time.Time) (changed bool) {
	p := &a.Presence
	before := p.Status()
	p.Online, p.Away = as == Online, as == Away
	if p.Status() == before {
		return false
	}
	p.Since = now
	if p.Online {
		a.IdleSince = now
	}
	return true
}

// MaxAutoAccept bounds how many customers an agent can offer to take by
// itself: more than any person can serve, small enough to keep sums small.
const MaxAutoAccept = 1000
