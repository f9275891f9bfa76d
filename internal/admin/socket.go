package admin

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/realtime"
)

// watchers is the key that all pages of the console read.
const watchers realtime.Key = "watchers"

// changed tells pages what kinds of things are different now. They ask again for what
// they show; who waits and who serves whom changes far too often to be told line by
// line to somebody who looks at sums.
type changed struct {
	Kinds []string `json:"kinds"`
}

// Kinds of what a page may have to ask for again.
const (
	changedQueue    = "queue"    // who waits or is served
	changedAgents   = "agents"   // agents, what they are and whom they serve
	changedMessages = "messages" // something was said
)

// kindOf sorts facts by what pages show of them; empty for what they do not.
func kindOf(f kefu.FactKind) string {
	switch f {
	case kefu.FactSaid:
		return changedMessages
	case kefu.FactStanding:
		return changedQueue
	case kefu.FactAgent, kefu.FactAgentGone:
		return changedAgents
	}
	return ""
}

// watched tells pages that something changed.
type watched struct{ d *Door }

// Facts implements [realtime.Source].
func (s watched) Facts(ctx context.Context, app kefu.AppID, after kefu.MsgID, limit int) (kefu.News, error) {
	return s.d.Desk.News(ctx, app, after, limit)
}

// Frames implements [realtime.Source]: one for all facts of a round.
func (s watched) Frames(_ context.Context, _ kefu.AppID, facts []kefu.Fact, wanted func(realtime.Key) bool) ([]realtime.Frame, error) {
	var c changed
	var last kefu.MsgID
	for _, f := range facts {
		if kind := kindOf(f.What); kind != "" {
			last = f.ID
			if !slices.Contains(c.Kinds, kind) {
				c.Kinds = append(c.Kinds, kind)
			}
		}
	}
	if last == 0 || !wanted(watchers) {
		return nil, nil
	}
	body, err := realtime.FactBody(last, "changed", c)
	if err != nil {
		return nil, err
	}
	return []realtime.Frame{{ID: last, Keys: []realtime.Key{watchers}, Body: body}}, nil
}

// socket opens one.
func (d *Door) socket(ctx context.Context, c *call) error {
	if _, err := d.Desk.OfficialAccount(ctx, c.app); err != nil {
		return err
	}
	err := d.sockets.Admit(c.W, c.R, realtime.Visitor{
		App: c.app, Who: "person:" + string(c.who.ID), Keys: []realtime.Key{watchers}, About: c.Token(),
	})
	if errors.Is(err, realtime.ErrBroken) {
		return nil
	}
	return err
}

const (
	// checkLogins is how often the logins of open pages are looked at; what this process
	// ends is looked at at once, but not more often than checkPause.
	checkLogins = 10 * time.Second
	checkPause  = 100 * time.Millisecond
)

// Run closes the sockets of those who may not have them any more, until ctx ends.
func (d *Door) Run(ctx context.Context) {
	ticker := time.NewTicker(checkLogins)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-d.ended:
		}
		d.closeStale(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(checkPause):
		}
	}
}

// closeStale closes the sockets of logins that have ended, and of people whose role does
// not let them look any more.
func (d *Door) closeStale(ctx context.Context) {
	tokens := make(map[string]realtime.Code)
	token := func(v realtime.Visitor) string {
		t, _ := v.About.(string)
		return t
	}
	d.sockets.Close(0, func(v realtime.Visitor) bool {
		tokens[token(v)] = 0
		return false
	})
	for t := range tokens {
		who, err := d.People.Signed(ctx, t)
		switch {
		case errors.Is(err, kefu.NotSignedIn):
			tokens[t] = realtime.SignedOut
		case err == nil && !who.Role.AtLeast(kefu.RoleSupervisor):
			tokens[t] = realtime.Policy
		}
	}
	for _, code := range []realtime.Code{realtime.SignedOut, realtime.Policy} {
		d.sockets.Close(code, func(v realtime.Visitor) bool { return tokens[token(v)] == code })
	}
}
