package realtime

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
)

const (
	// lookEvery is how often a feed looks without being woken, and so how late things
	// are when signals get lost.
	lookEvery = 2 * time.Second
	// feedPage is how many facts one look reads at a time: a few milliseconds of work,
	// so that a socket that opens meanwhile does not wait long.
	feedPage = 200
	// sourceWithin bounds one question of a feed.
	sourceWithin = 10 * time.Second
)

// feed tells the sockets of one official account at one door what happens.
type feed struct {
	door *Door
	app  kefu.AppID
	news *pubsub.Subscription
	// again has it look without news.
	again chan struct{}
	end   context.CancelFunc
	// held counts the sockets that hold it, under the door's feedsMu.
	held int

	// round is held while facts are read and handed out, and by a socket that joins:
	// so it joins between two rounds, and knows where. What a round has read up to
	// stands in offset, and whose facts these are in epoch.
	round  sync.Mutex
	offset kefu.MsgID
	epoch  string

	// mu guards the sockets, for moments.
	mu      sync.Mutex
	readers map[Key][]*Socket
}

// stir has the feed look soon.
func (f *feed) stir() {
	select {
	case f.again <- struct{}{}:
	default:
	}
}

// run looks until the feed's last socket has left.
func (f *feed) run(ctx context.Context) {
	defer f.door.hub.running.Done()
	defer f.news.Close()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	failing := false
	for {
		err := f.look(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, kefu.OfficialAccountUnknown), errors.Is(err, errOtherEpoch):
			// Who comes from now on gets a feed of the new life.
			f.door.retire(f)
			f.closeAll(FreshWorld)
			return
		case err != nil && !failing:
			f.door.hub.parts.Log.Warn("pages cannot be told what happens; it will be tried again", "door", f.door.parts.Name, "appid", f.app, "in", lookEvery, "error", err)
		case err == nil && failing:
			f.door.hub.parts.Log.Info("pages are told again what happens", "door", f.door.parts.Name, "appid", f.app)
		}
		failing = err != nil
		if failing {
			// Not at every signal, or a ledger in trouble is asked all the time.
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-f.news.C():
			f.news.Take()
		case <-f.again:
		case <-ticker.C:
		}
	}
}

// errOtherEpoch tells that the official account has begun another life.
var errOtherEpoch = errors.New("realtime: the official account began anew")

// look hands out what is new.
func (f *feed) look(ctx context.Context) error {
	for {
		more, err := f.page(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// page hands out one page of what is new, and tells whether there may be more.
func (f *feed) page(ctx context.Context) (more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, sourceWithin)
	defer cancel()
	f.round.Lock()
	defer f.round.Unlock()
	source := f.door.parts.Source
	news, err := source.Facts(ctx, f.app, f.offset, feedPage)
	if err != nil {
		return false, err
	}
	if news.Epoch != f.epoch {
		return false, errOtherEpoch
	}
	if len(news.Facts) == 0 {
		return false, nil
	}
	frames, err := source.Frames(ctx, f.app, news.Facts, f.wanted)
	if err != nil {
		return false, err
	}
	for i := range frames {
		f.hand(&frames[i])
	}
	f.offset = news.Facts[len(news.Facts)-1].ID
	return len(news.Facts) == feedPage, nil
}

// wanted tells whether anybody reads a key.
func (f *feed) wanted(key Key) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.readers[key]) > 0
}

// hand gives a frame to the sockets that read it, each once.
func (f *feed) hand(frame *Frame) {
	p := pack(frame.ID, frame.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, key := range frame.But {
		for _, s := range f.readers[key] {
			s.mark = p
		}
	}
	for _, key := range frame.Keys {
		for _, s := range f.readers[key] {
			if s.mark == p || s.joined >= p.id {
				continue
			}
			s.mark = p
			s.send(false, p)
		}
	}
}

// admit lets a socket that has read up to an id join; false when the feed is past
// that.
func (f *feed) admit(s *Socket, epoch string, at kefu.MsgID) (joined bool, err error) {
	f.round.Lock()
	defer f.round.Unlock()
	switch {
	case f.epoch != epoch:
		f.stir()
		return false, errOtherEpoch
	case f.offset > at:
		return false, nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	s.joined = at
	f.add(s, s.visitor.Keys)
	return true, nil
}

// watch replaces what a socket reads beside its own keys, between two rounds.
func (f *feed) watch(s *Socket, keys []Key) {
	f.round.Lock()
	defer f.round.Unlock()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop(s, s.watching)
	s.watching = keys
	f.add(s, keys)
}

func (f *feed) closeAll(code Code) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, sockets := range f.readers {
		for _, s := range sockets {
			s.close(code)
		}
	}
}

// add lets a socket read keys; under mu.
func (f *feed) add(s *Socket, keys []Key) {
	for _, key := range keys {
		f.readers[key] = append(f.readers[key], s)
	}
}

// drop is the opposite of add.
func (f *feed) drop(s *Socket, keys []Key) {
	for _, key := range keys {
		readers := f.readers[key]
		i := slices.Index(readers, s)
		if i < 0 {
			continue
		}
		last := len(readers) - 1
		readers[i], readers[last] = readers[last], nil
		if f.readers[key] = readers[:last]; last == 0 {
			delete(f.readers, key)
		}
	}
}

// hold finds the feed of an official account, or begins one at an offset, and keeps
// it until letGo.
func (d *Door) hold(app kefu.AppID, epoch string, at kefu.MsgID) *feed {
	d.feedsMu.Lock()
	defer d.feedsMu.Unlock()
	f := d.feeds[app]
	if f == nil {
		ctx, end := context.WithCancel(d.hub.ctx)
		f = &feed{
			door: d, app: app, end: end, again: make(chan struct{}, 1),
			news:   d.hub.parts.Signals.SubscribeTo(pubsub.Facts, string(app)),
			offset: at, epoch: epoch, readers: make(map[Key][]*Socket),
		}
		d.feeds[app] = f
		// Its first holder is a socket, for which the hub waits already.
		d.hub.running.Add(1)
		go f.run(ctx)
	}
	f.held++
	return f
}

// letGo ends a feed that nobody holds any more.
func (d *Door) letGo(f *feed) {
	d.feedsMu.Lock()
	defer d.feedsMu.Unlock()
	if f.held--; f.held > 0 {
		return
	}
	f.end()
	if d.feeds[f.app] == f {
		delete(d.feeds, f.app)
	}
}

// retire keeps a feed from being found.
func (d *Door) retire(f *feed) {
	d.feedsMu.Lock()
	defer d.feedsMu.Unlock()
	if d.feeds[f.app] == f {
		delete(d.feeds, f.app)
	}
}
