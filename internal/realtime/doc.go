// Package realtime keeps the pages that people look at fed: it holds their
// WebSockets, and tells each what happened while it looks, and after a break what
// happened meanwhile.
//
// # Facts, frames, keys
//
// The ledger holds the facts of an official account in order (see [kefu.Fact]).
// For every official account that somebody looks at through a [Door] there is one
// feed. It is woken by a signal, and looks by itself every few seconds; it reads
// the facts since its last look, asks the door's [Source] once to put them into
// frames, and hands each frame to the sockets that read one of its keys. What a key
// means is the door's business: everybody at the workbench, one customer's phone.
//
// # Resume
//
// The id of a fact is the offset of whoever has read it. A page that comes back says
// its epoch and offset; what it missed is read from the ledger for it alone, and
// then it joins the feed, without a gap and without hearing anything twice. When it
// was away for too long, or the world is another one, it is told so (resumed is
// false) and reads everything anew.
//
// # Bounds
//
// Nobody waits for a page: each socket has a bounded queue, and who reads too
// slowly is closed with [TooSlow], which invites it to come back with its offset. An
// idle socket is one goroutine that reads; what is to be written is written by one
// that lives as long as there is something to write.
package realtime

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/openkefu/kefu"
)

// Key is what a frame is addressed to and what a socket reads.
type Key string

// Frame is a fact as a page reads it.
type Frame struct {
	// ID is that of the fact. One fact may make several frames, for different
	// readers: whoever gets two of the same id may lose the second by a break between
	// them.
	ID kefu.MsgID
	// Keys are who reads it: sockets that read one of them and none of But.
	Keys, But []Key
	// Body is the JSON object; see [FactBody].
	Body []byte
}

// Source is the side of a door that knows what its pages look at.
type Source interface {
	// Facts reads on from an id; at most limit.
	Facts(ctx context.Context, app kefu.AppID, after kefu.MsgID, limit int) (kefu.News, error)
	// Frames puts facts into frames, in their order. wanted tells whether anybody
	// reads a key now: frames that nobody reads may be left out, and cost nothing then.
	// It asks the ledger once for all facts, not once for each.
	Frames(ctx context.Context, app kefu.AppID, facts []kefu.Fact, wanted func(Key) bool) ([]Frame, error)
}

// Presence hears whether a visitor looks at all. Its methods are called one after
// the other. They may ask the ledger.
type Presence interface {
	// Here names visitors of an official account who have a socket, or had one less
	// than [Grace] ago: each at once when its first was opened, and all of them again
	// every [Renewal].
	Here(ctx context.Context, app kefu.AppID, who []string)
	// Gone names one who has had no socket for [Grace]. It is not told of those who
	// are here when the process ends: they come back to another one, or their lease
	// (see desk.HoldSeats) runs out.
	Gone(ctx context.Context, app kefu.AppID, who string)
}

// Visitor is who opens a socket.
type Visitor struct {
	App kefu.AppID
	// Who names the person, or the customer, to bounds and to [Presence].
	Who string
	// Keys are what it reads, always.
	Keys []Key
	// About is the door's own, for [Door.Close].
	About any
}

// FactBody is the JSON of a frame: t, id and what, and beside them the members of an
// object.
func FactBody(id kefu.MsgID, what string, members any) ([]byte, error) {
	rest, err := json.Marshal(members)
	if err != nil {
		return nil, err
	}
	if len(rest) < 2 || rest[0] != '{' {
		return nil, fmt.Errorf("realtime: the members of %q are no object", what)
	}
	body := make([]byte, 0, len(rest)+48)
	body = append(body, `{"t":"fact","id":`...)
	body = strconv.AppendInt(body, int64(id), 10)
	body = append(body, `,"what":`...)
	body = strconv.AppendQuote(body, what)
	if len(rest) > len("{}") {
		body = append(body, ',')
	}
	return append(body, rest[1:]...), nil
}
