package callback_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
)

const (
	app   kefu.AppID = "wx5d3c0ffee1234567"
	other kefu.AppID = "wx5d3c0ffee7654321"
)

var errLedger = errors.New("the ledger is away")

// memory is a desk that keeps accounts and pushes in memory: what the real one
// says of them, without the rest of the house. Its courier is asked at each
// change.
type memory struct {
	signals *pubsub.Hub
	now     func() time.Time

	mu       sync.Mutex
	accounts map[kefu.AppID]*kefu.OfficialAccount
	pushes   map[kefu.AppID][]*kefu.Push
	// courier delivers for a customer until.
	courier map[kefu.OpenID]string
	until   map[kefu.OpenID]time.Time
	last    kefu.MsgID
	// broken is how many changes fail before one succeeds again.
	broken int
	// unheard is how many outcomes are noted although it seems that they were not.
	unheard int
	// takenUnheard is how often pushes are taken although it seems that they were not.
	takenUnheard int
	// late is how long it takes until an outcome is noted; who is to hear of it gives
	// up before.
	late time.Duration
	// away fails all reads too.
	away    bool
	replies map[kefu.MsgID]*kefu.Reply
	reads   int
}

const lease = 15 * time.Second

func newMemory() *memory {
	return &memory{
		signals:  pubsub.New(),
		now:      time.Now,
		accounts: make(map[kefu.AppID]*kefu.OfficialAccount),
		pushes:   make(map[kefu.AppID][]*kefu.Push),
		courier:  make(map[kefu.OpenID]string),
		until:    make(map[kefu.OpenID]time.Time),
		replies:  make(map[kefu.MsgID]*kefu.Reply),
	}
}

func (m *memory) setAccount(app kefu.AppID, c kefu.Callback) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.accounts[app] = &kefu.OfficialAccount{AppID: app, OriginalID: "gh_a1b2c3d4e5f6", WeChatID: "demo_shop", Callback: c}
}

// write lets a customer write a text, and returns the push.
func (m *memory) write(app kefu.AppID, customer kefu.OpenID, text, courier string) kefu.MsgID {
	return m.add(app, customer, courier, true, &kefu.Message{Content: kefu.Content{Type: kefu.MsgText, Text: text}}, nil)
}

func (m *memory) add(app kefu.AppID, customer kefu.OpenID, courier string, signal bool, message *kefu.Message, event *kefu.Event) kefu.MsgID {
	m.mu.Lock()
	now := m.now()
	m.last = max(m.last+1, kefu.FirstMsgID(now))
	if message != nil {
		message.ID, message.Customer, message.At = m.last, customer, now
		m.last++
	}
	id := m.last
	m.pushes[app] = append(m.pushes[app], &kefu.Push{ID: id, Customer: customer, At: now, Message: message, Event: event, Outcome: kefu.OutcomeDue, DueAt: now})
	m.courier[customer], m.until[customer] = courier, now.Add(lease)
	m.mu.Unlock()
	if signal {
		m.signals.Publish(pubsub.Pushes, string(app))
	}
	return id
}

// again makes a push due again.
func (m *memory) again(app kefu.AppID, id kefu.MsgID) {
	m.mu.Lock()
	p, _ := m.find(app, id)
	p.Again(m.now())
	m.mu.Unlock()
	m.signals.Publish(pubsub.Pushes, string(app))
}

// erase is a fresh world.
func (m *memory) erase() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.pushes)
}

func (m *memory) find(app kefu.AppID, id kefu.MsgID) (*kefu.Push, error) {
	i, ok := slices.BinarySearchFunc(m.pushes[app], id, func(p *kefu.Push, id kefu.MsgID) int { return cmp.Compare(p.ID, id) })
	if !ok {
		return nil, kefu.PushUnknown
	}
	return m.pushes[app][i], nil
}

func (m *memory) push(app kefu.AppID, id kefu.MsgID) kefu.Push {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.find(app, id)
	if err != nil {
		panic(err)
	}
	return *p
}

// due counts the pushes of an account that have no outcome.
func (m *memory) due(app kefu.AppID) (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.pushes[app] {
		if p.Outcome == kefu.OutcomeDue {
			n++
		}
	}
	return n
}

// setAway takes the ledger away, or brings it back.
func (m *memory) setAway(away bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.away = away
}

func (m *memory) change() error {
	if m.broken > 0 || m.away {
		m.broken = max(m.broken-1, 0)
		return errLedger
	}
	return nil
}

func (m *memory) PushAccount(_ context.Context, app kefu.AppID) (*kefu.OfficialAccount, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.away {
		return nil, errLedger
	}
	if o := m.accounts[app]; o != nil {
		return o, nil
	}
	return nil, kefu.OfficialAccountUnknown
}

func (m *memory) DuePushes(_ context.Context, app kefu.AppID, courier string, after kefu.MsgID, limit int) (due []kefu.Push, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	if m.away {
		return nil, errLedger
	}
	for _, p := range m.pushes[app] {
		if p.ID > after && p.Outcome == kefu.OutcomeDue && m.courier[p.Customer] == courier && len(due) < limit {
			due = append(due, *p)
		}
	}
	return due, nil
}

func (m *memory) TakePushes(_ context.Context, courier string, all bool) (apps []kefu.AppID, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.change(); err != nil {
		return nil, err
	}
	for app, pushes := range m.pushes {
		due := false
		for _, p := range pushes {
			if p.Outcome != kefu.OutcomeDue {
				continue
			}
			now, until := m.now(), m.until[p.Customer]
			renew := m.courier[p.Customer] == courier && until.Sub(now) <= lease/2
			if all || renew || !now.Before(until) || until.Sub(now) > lease {
				m.courier[p.Customer], m.until[p.Customer] = courier, m.now().Add(lease)
			}
			due = true
		}
		if due && m.takenUnheard > 0 {
			m.takenUnheard--
			err = errLedger
			continue
		}
		if due {
			apps = append(apps, app)
		}
	}
	return apps, err
}

func (m *memory) SettlePush(ctx context.Context, app kefu.AppID, id kefu.MsgID, a kefu.Attempt, reply *kefu.Reply) (_ kefu.Push, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if late := m.late; late > 0 {
		m.late = 0
		m.mu.Unlock()
		go func() {
			time.Sleep(late)
			_, _ = m.SettlePush(context.WithoutCancel(ctx), app, id, a, reply) // nobody hears of it
		}()
		<-ctx.Done()
		m.mu.Lock()
		return kefu.Push{}, ctx.Err()
	}
	if err := m.change(); err != nil {
		return kefu.Push{}, err
	}
	if m.unheard > 0 {
		m.unheard--
		defer func() { err = errLedger }()
	}
	p, err := m.find(app, id)
	if err != nil {
		return kefu.Push{}, err
	}
	if p.Outcome != kefu.OutcomeDue {
		return *p, nil
	}
	now := m.now()
	m.until[p.Customer] = now.Add(lease)
	p.Attempts = slices.Clone(p.Attempts)
	p.Note(a)
	switch {
	case a.Failure == "" && reply == nil:
		p.Outcome = kefu.OutcomeAcknowledged
	case a.Failure == "" && reply.Transfer:
		p.Outcome = kefu.OutcomeTransferred
	case a.Failure == "":
		p.Outcome = kefu.OutcomeReplied
	case p.Tried() >= kefu.PushAttempts:
		p.Outcome = kefu.OutcomeFailed
	default:
		p.DueAt = a.At.Add(kefu.PushPatience)
		if p.DueAt.Before(now) {
			p.DueAt = now
		}
		return *p, nil
	}
	p.EndedAt = now
	m.replies[id] = reply
	return *p, nil
}

func (m *memory) FailPush(_ context.Context, app kefu.AppID, id kefu.MsgID, why string) (kefu.Push, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.change(); err != nil {
		return kefu.Push{}, err
	}
	p, err := m.find(app, id)
	if err != nil {
		return kefu.Push{}, err
	}
	if p.Outcome != kefu.OutcomeDue {
		return *p, nil
	}
	p.Attempts = slices.Clone(p.Attempts)
	p.Note(kefu.Attempt{At: m.now(), Failure: why})
	p.Outcome, p.EndedAt = kefu.OutcomeFailed, m.now()
	return *p, nil
}
