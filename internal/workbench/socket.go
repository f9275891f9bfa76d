package workbench

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/realtime"
)

// Keys that pages read. Everybody reads everybody; an agent its seat, where it hears
// of the customers it serves; and whoever shows a conversation that of its customer.
const everybody realtime.Key = "all"

const seatPrefix, customerPrefix = "seat:", "customer:"

func seatKey(agent kefu.KFID) realtime.Key {
	return realtime.Key(seatPrefix + strconv.FormatInt(int64(agent), 10))
}

func customerKey(id kefu.OpenID) realtime.Key { return realtime.Key(customerPrefix + string(id)) }

// watch lets a page read of the customers it shows. Who may open a socket here may
// look into every conversation of the account.
func watch(_ realtime.Visitor, customers []kefu.OpenID) []realtime.Key {
	keys := make([]realtime.Key, len(customers))
	for i, id := range customers {
		keys[i] = customerKey(id)
	}
	return keys
}

// visitor is who opens a socket, with the token of its login, which may end before
// the page is closed.
func visitor(h desk.Hand, token string) realtime.Visitor {
	v := realtime.Visitor{App: h.App, Who: "person:" + string(h.Author.ID), Keys: []realtime.Key{everybody}, About: token}
	if h.Agent != nil {
		v.Who = string(seatKey(h.Agent.ID))
		v.Keys = append(v.Keys, seatKey(h.Agent.ID))
	}
	return v
}

// socket opens one.
func (d *Door) socket(_ context.Context, x *call, h desk.Hand) error {
	err := d.sockets.Admit(x.W, x.R, visitor(h, x.Token()))
	if errors.Is(err, realtime.ErrBroken) {
		return nil
	}
	return err
}

// presence brings agents online whose pages are open, and takes those off whose pages
// are closed.
type presence struct{ d *Door }

// Here implements [realtime.Presence].
func (p presence) Here(ctx context.Context, app kefu.AppID, who []string) {
	var agents []kefu.KFID
	for _, w := range who {
		if id, ok := agentOf(w); ok {
			agents = append(agents, id)
		}
	}
	if len(agents) > 0 {
		p.note(ctx, app, p.d.Desk.HoldSeats(ctx, app, agents))
	}
}

// Gone implements [realtime.Presence].
func (p presence) Gone(ctx context.Context, app kefu.AppID, who string) {
	if id, ok := agentOf(who); ok {
		p.note(ctx, app, p.d.Desk.LeaveSeat(ctx, app, id))
	}
}

// note tells the log what could not be done. Leases are renewed soon, and end by
// themselves.
func (p presence) note(ctx context.Context, app kefu.AppID, err error) {
	if err != nil && ctx.Err() == nil && !errors.Is(err, kefu.OfficialAccountUnknown) {
		p.d.Log.WarnContext(ctx, "the presence of agents could not be noted; it will be tried again", "appid", app, "error", err)
	}
}

// agentOf is the agent that a visitor is; ok is false for one who only looks.
func agentOf(who string) (kefu.KFID, bool) {
	number, ok := strings.CutPrefix(who, seatPrefix)
	if !ok {
		return 0, false
	}
	id, err := strconv.ParseInt(number, 10, 64)
	return kefu.KFID(id), err == nil
}

const (
	// checkLogins is how often the logins of open pages are looked at: who was signed
	// out by another process hears no more of customers after this long. What this
	// process ends is looked at at once.
	checkLogins = 10 * time.Second
	// checkPause bounds how often that is, because anybody can sign out again and again.
	checkPause = 100 * time.Millisecond
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

// closeStale closes the sockets of logins that have ended, and of people who have
// another seat now, or none.
func (d *Door) closeStale(ctx context.Context) {
	type page struct {
		app        kefu.AppID
		token, who string
	}
	about := func(v realtime.Visitor) page {
		token, _ := v.About.(string)
		return page{v.App, token, v.Who}
	}
	pages := make(map[page]realtime.Code)
	d.sockets.Close(0, func(v realtime.Visitor) bool {
		pages[about(v)] = 0
		return false
	})
	stale := make(map[realtime.Code]bool)
	for p := range pages {
		h, err := d.handOf(ctx, p.token, p.app)
		switch {
		case errors.Is(err, kefu.NotSignedIn):
			pages[p] = realtime.SignedOut
		case errors.Is(err, kefu.NotAllowed), err == nil && visitor(h, p.token).Who != p.who:
			pages[p] = realtime.Policy
		}
		stale[pages[p]] = true
	}
	for _, code := range []realtime.Code{realtime.SignedOut, realtime.Policy} {
		if stale[code] {
			d.sockets.Close(code, func(v realtime.Visitor) bool { return pages[about(v)] == code })
		}
	}
}
