package realtime

import (
	"sync"

	"github.com/openkefu/kefu"
)

// DoorParts are what a door hands over. Name and Source are needed.
type DoorParts struct {
	// Name is for the log.
	Name   string
	Source Source
	// Watch chooses what a page reads beside its own keys, when it names customers
	// that it shows; nil when pages cannot. A key it must not read is left out. Who
	// watches reads what there is afterwards, so that nothing falls between.
	Watch func(v Visitor, customers []kefu.OpenID) []Key
	// Presence hears who is here; nil when nobody asks.
	Presence Presence
	// Each is how many sockets one visitor may have; 0 for a bound that suits most.
	// Who opens one more closes the oldest with [OpenElsewhere].
	Each int
}

// defaultEach bounds the sockets of one visitor: as many as anybody has windows.
const defaultEach = 16

// Door is one way to open sockets. See [Hub.Door].
type Door struct {
	hub   *Hub
	parts DoorParts

	feedsMu sync.Mutex
	feeds   map[kefu.AppID]*feed

	visitorsMu sync.Mutex
	visitors   map[visitorKey]*visits
	// arrived wakes the one who watches presence.
	arrived chan struct{}
}

// Close closes the sockets of those that match, because something about them has
// changed that the ledger's facts do not tell.
func (d *Door) Close(code Code, match func(Visitor) bool) {
	d.hub.mu.Lock()
	defer d.hub.mu.Unlock()
	for s := range d.hub.sockets {
		if s.door == d && match(s.visitor) {
			s.close(code)
		}
	}
}
