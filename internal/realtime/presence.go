package realtime

import (
	"context"
	"slices"
	"time"

	"github.com/openkefu/kefu"
)

// visitorKey names a visitor of an official account.
type visitorKey struct {
	app kefu.AppID
	who string
}

// visits are what there is of a visitor: its sockets, the oldest first, and since
// when there are none.
type visits struct {
	sockets []*Socket
	left    time.Time
	// told tells that presence has heard of it.
	told bool
}

// arrive notes a socket of a visitor, and closes its oldest when there are too many.
func (d *Door) arrive(s *Socket) {
	key := visitorKey{s.visitor.App, s.visitor.Who}
	d.visitorsMu.Lock()
	defer d.visitorsMu.Unlock()
	v := d.visitors[key]
	if v == nil {
		v = new(visits)
		d.visitors[key] = v
	}
	v.sockets = append(v.sockets, s)
	for _, old := range v.sockets[:max(len(v.sockets)-d.parts.Each, 0)] {
		old.close(OpenElsewhere)
	}
	if d.parts.Presence != nil && !v.told {
		select {
		case d.arrived <- struct{}{}:
		default:
		}
	}
}

// depart is the opposite of arrive.
func (d *Door) depart(s *Socket) {
	key := visitorKey{s.visitor.App, s.visitor.Who}
	d.visitorsMu.Lock()
	defer d.visitorsMu.Unlock()
	v := d.visitors[key]
	if v == nil {
		return
	}
	if i := slices.Index(v.sockets, s); i >= 0 {
		v.sockets = slices.Delete(v.sockets, i, i+1)
	}
	switch {
	case len(v.sockets) > 0:
	case d.parts.Presence == nil:
		delete(d.visitors, key)
	default:
		v.left = time.Now()
	}
}

// watchPresence tells the door's presence who comes, stays and goes.
func (d *Door) watchPresence(ctx context.Context) {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	renewed := time.Now()
	for {
		all := false
		select {
		case <-ctx.Done():
			return
		case <-d.arrived:
		case <-ticker.C:
			if all = time.Since(renewed) >= Renewal; all {
				renewed = time.Now()
			}
		}
		here, gone := d.present(all)
		for app, who := range here {
			d.parts.Presence.Here(ctx, app, who)
		}
		for _, key := range gone {
			d.parts.Presence.Gone(ctx, key.app, key.who)
		}
	}
}

// present lists who is here that presence has not heard of, or all who are, and who
// is gone.
func (d *Door) present(all bool) (here map[kefu.AppID][]string, gone []visitorKey) {
	d.visitorsMu.Lock()
	defer d.visitorsMu.Unlock()
	here = make(map[kefu.AppID][]string)
	for key, v := range d.visitors {
		if len(v.sockets) == 0 && time.Since(v.left) >= Grace {
			delete(d.visitors, key)
			gone = append(gone, key)
			continue
		}
		if all || !v.told {
			v.told = true
			here[key.app] = append(here[key.app], key.who)
		}
	}
	return here, gone
}
