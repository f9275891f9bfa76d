// Package pubsub wakes readers. A signal says that there is news about a key,
// never what the news is: whoever is woken reads the ledger, which decides. So a
// signal may be lost, doubled or late, and makes things late at worst, never
// wrong; every reader also looks by itself now and then.
//
// A [Hub] signals within one process, and joined to a [Wire] also between
// processes, which changes only how soon a reader looks.
package pubsub

import (
	"strconv"
	"sync"
)

// The topics of the house.
const (
	// Pushes: an official account, whose appid is the key, has something to push
	// to its developer's server.
	Pushes = "pushes"
	// Outgoing: an official account, whose appid is the key, has messages on
	// their way to customers.
	Outgoing = "outgoing"
	// Facts: an official account, whose appid is the key, has facts for its readers.
	Facts = "facts"
)

// PushEnded is the topic of one push, which is signalled when it has its outcome.
// A topic that nobody subscribed to costs a look into a map.
func PushEnded(app string, id int64) string {
	return "push ended " + app + " " + strconv.FormatInt(id, 10)
}

// maxKeys is how many keys a subscription remembers between two looks. A reader
// who falls behind further is told to look at everything, which by then is
// cheaper than as many single looks.
const maxKeys = 1024

// Hub carries signals from those who publish to those who subscribed. The zero
// Hub is ready. Its methods may be called from any goroutine, and never wait for
// a reader.
type Hub struct {
	// Lose, when not nil, is asked whether a signal gets lost. Only tests of what
	// happens then set it, before anything is published.
	Lose func(Signal) bool

	mu   sync.RWMutex
	subs map[string]map[*Subscription]struct{}
	// keyed counts those of them that collect one key only.
	keyed int
	// out collects what goes to other processes; nil without a wire.
	out *unsent
}

// New makes a hub.
func New() *Hub { return new(Hub) }

// Subscription collects the keys of one topic for one reader.
type Subscription struct {
	hub *Hub
	// topic is what it collects: a topic, or one key of it.
	topic string
	keyed bool
	wake  chan struct{}

	mu   sync.Mutex
	keys map[string]struct{}
	all  bool
}

// Subscribe begins to collect the signals of a topic. The caller closes the
// subscription.
func (h *Hub) Subscribe(topic string) *Subscription { return h.subscribe(topic, false) }

// SubscribeTo is Subscribe for one key of a topic. The signals of all others cost
// nothing.
func (h *Hub) SubscribeTo(topic, key string) *Subscription {
	return h.subscribe(keyOf(topic, key), true)
}

// keyOf names one key of a topic, as no topic is named.
func keyOf(topic, key string) string { return topic + "\n" + key }

func (h *Hub) subscribe(topic string, keyed bool) *Subscription {
	s := &Subscription{hub: h, topic: topic, keyed: keyed, wake: make(chan struct{}, 1), keys: make(map[string]struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.subs == nil {
		h.subs = make(map[string]map[*Subscription]struct{})
	}
	if h.subs[topic] == nil {
		h.subs[topic] = make(map[*Subscription]struct{})
	}
	h.subs[topic][s] = struct{}{}
	if keyed {
		h.keyed++
	}
	return s
}

// Publish signals that there is news about a key, here and, while [Hub.Carry]
// runs, in other processes.
func (h *Hub) Publish(topic, key string) { h.publish(topic, key, true) }

// PublishHere signals news that no other process has anything to do with.
func (h *Hub) PublishHere(topic, key string) { h.publish(topic, key, false) }

func (h *Hub) publish(topic, key string, everywhere bool) {
	if h.Lose != nil && h.Lose(Signal{topic, key}) {
		return
	}
	h.deliver(topic, key)
	if !everywhere {
		return
	}
	h.mu.RLock()
	out := h.out
	h.mu.RUnlock()
	if out != nil {
		out.add(Signal{topic, key})
	}
}

func (h *Hub) deliver(topic, key string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for s := range h.subs[topic] {
		s.add(key)
	}
	if h.keyed == 0 {
		return
	}
	for s := range h.subs[keyOf(topic, key)] {
		s.add(key)
	}
}

func (s *Subscription) add(key string) {
	s.mu.Lock()
	switch {
	case s.all:
	case len(s.keys) == maxKeys:
		s.all = true
		clear(s.keys)
	default:
		s.keys[key] = struct{}{}
	}
	s.mu.Unlock()
	s.stir()
}

func (s *Subscription) addAll() {
	s.mu.Lock()
	s.all = true
	clear(s.keys)
	s.mu.Unlock()
	s.stir()
}

func (s *Subscription) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// C has a value when there may be something to [Subscription.Take].
func (s *Subscription) C() <-chan struct{} { return s.wake }

// Take returns the keys that were signalled since the last Take, in no order.
// all tells that there were too many to remember: look at everything.
func (s *Subscription) Take() (keys []string, all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all = s.all
	for key := range s.keys {
		keys = append(keys, key)
	}
	s.all = false
	clear(s.keys)
	return keys, all
}

// Close ends the subscription. Nothing is signalled to it afterwards.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	if _, open := s.hub.subs[s.topic][s]; open && s.keyed {
		s.hub.keyed--
	}
	delete(s.hub.subs[s.topic], s)
	if len(s.hub.subs[s.topic]) == 0 {
		delete(s.hub.subs, s.topic)
	}
}
