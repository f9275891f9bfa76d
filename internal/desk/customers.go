package desk

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Follower is somebody who begins to follow an official account.
type Follower struct {
	// OpenID may be left empty; then one is made.
	OpenID   kefu.OpenID
	Nickname string
	// Scene is kefu.SceneOthers when it is empty, and kefu.SceneQRCode when a
	// parametric code was scanned: its value stands in QRScene when it is a number
	// and in QRSceneStr when it is not.
	Scene      kefu.SubscribeScene
	QRScene    int64
	QRSceneStr string
	Ticket     string
}

// event is how the developer's server hears of it.
func (f *Follower) event() *kefu.Event {
	e := &kefu.Event{Type: kefu.EventSubscribe}
	const prefix = "qrscene_"
	switch {
	case f.QRSceneStr != "":
		e.Key = prefix + f.QRSceneStr
	case f.QRScene != 0:
		e.Key = prefix + strconv.FormatInt(f.QRScene, 10)
	}
	if e.Key != "" {
		e.Ticket = f.Ticket
	}
	return e
}

// maxNickname bounds what a person may call itself, and what a code may say, in
// bytes; WeChat's limits are lower.
const maxNickname = 256

// Follow makes somebody a follower. Somebody who follows already only gets the
// nickname, if there is one. It refuses with [kefu.ArgumentIllegal] for what
// cannot be an openid or a nickname.
func (d *Desk) Follow(ctx context.Context, app kefu.AppID, f Follower) (kefu.OpenID, error) {
	if f.OpenID == "" {
		f.OpenID = newOpenID()
	}
	if !f.OpenID.Valid() {
		return "", kefu.ArgumentIllegal
	}
	for _, text := range []string{f.Nickname, f.QRSceneStr, f.Ticket} {
		if len(text) > maxNickname || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return "", kefu.ArgumentIllegal
		}
	}
	err := d.converse(ctx, app, func(t *turn) error {
		c, err := t.customer(f.OpenID)
		switch {
		case errors.Is(err, kefu.CustomerUnknown):
			c = &kefu.Customer{OpenID: f.OpenID, CreatedAt: t.now}
			t.customers[c.OpenID] = c
		case err != nil:
			return err
		}
		renamed := f.Nickname != "" && f.Nickname != c.Nickname
		if renamed {
			c.Nickname = f.Nickname
		}
		if renamed || !c.Subscribed {
			if err := t.tellCustomer(c); err != nil {
				return err
			}
		}
		if c.Subscribed {
			return nil
		}
		c.Subscribed, c.SubscribedAt = true, t.now
		c.QRScene, c.QRSceneStr = f.QRScene, f.QRSceneStr
		switch {
		case f.Scene != "":
			c.Scene = f.Scene
		case f.QRScene != 0 || f.QRSceneStr != "":
			c.Scene = kefu.SceneQRCode
		default:
			c.Scene = kefu.SceneOthers
		}
		e := f.event()
		c.Allow(e.Grant(), t.now)
		// What the push is about must be there before the push.
		if err := t.tx.PutCustomer(t.app, c); err != nil {
			return err
		}
		_, err = t.push(c, nil, e)
		return err
	})
	if err != nil {
		return "", err
	}
	return f.OpenID, nil
}

// newOpenID makes an openid in the form of WeChat's: "o" and 27 characters.
func newOpenID() kefu.OpenID {
	var random [21]byte
	_, _ = rand.Read(random[:]) // never fails
	return kefu.OpenID("o" + base64.RawURLEncoding.EncodeToString(random[:])[:27])
}

// Unfollow ends what Follow began: the customer leaves the queue or its session,
// and cannot be written to. It refuses with [kefu.CustomerUnknown]; somebody who
// does not follow stays as it is.
func (d *Desk) Unfollow(ctx context.Context, app kefu.AppID, customer kefu.OpenID) error {
	return d.converse(ctx, app, func(t *turn) error {
		c, err := t.customer(customer)
		if err != nil || !c.Subscribed {
			return err
		}
		c.Leave()
		if err := t.tellCustomer(c); err != nil {
			return err
		}
		if _, err := t.push(c, nil, &kefu.Event{Type: kefu.EventUnsubscribe}); err != nil {
			return err
		}
		if err := t.dismiss(c, whyUnfollowed); err != nil {
			return err
		}
		return t.assign()
	})
}

// dismiss takes a customer out of the queue and ends its session. Its caller
// assigns the room that it leaves.
func (t *turn) dismiss(c *kefu.Customer, why string) error {
	_, waiting, err := t.tx.Waiting(t.app, c.OpenID)
	if err != nil {
		return err
	}
	if waiting {
		if err := t.tx.Dequeue(t.app, c.OpenID); err != nil {
			return err
		}
		if err := t.receptionLeft(c, why); err != nil {
			return err
		}
		if err := t.tellStanding(c); err != nil {
			return err
		}
	}
	s, served, err := t.tx.Session(t.app, c.OpenID)
	if err != nil || !served {
		return err
	}
	return t.closeSession(c, s, why)
}

// CustomerState is what is going on with one customer.
type CustomerState struct {
	Customer kefu.Customer
	Tags     []kefu.TagID
	// Session and Waiting are nil when there is none; never are both there.
	Session *kefu.Session
	Waiting *kefu.Waiting
}

// CustomerState tells what is going on with a customer, or refuses with
// [kefu.CustomerUnknown].
func (d *Desk) CustomerState(ctx context.Context, app kefu.AppID, customer kefu.OpenID) (s CustomerState, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		s, err = customerState(r, app, customer)
		return err
	})
	return s, err
}

// CustomerStates tells what is going on with those who follow, by openid, from
// the one after the given; at most limit.
func (d *Desk) CustomerStates(ctx context.Context, app kefu.AppID, after kefu.OpenID, limit int) (states []CustomerState, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		ids, err := r.Customers(app, store.CustomerFilter{}, after, limit)
		if err != nil {
			return err
		}
		for _, id := range ids {
			s, err := customerState(r, app, id)
			if err != nil {
				return err
			}
			states = append(states, s)
		}
		return nil
	})
	return states, err
}

func customerState(r store.Reader, app kefu.AppID, id kefu.OpenID) (s CustomerState, err error) {
	if s.Customer, err = customerOf(r, app, id); err != nil {
		return s, err
	}
	if s.Tags, err = r.TagsOf(app, id); err != nil {
		return s, err
	}
	session, ok, err := r.Session(app, id)
	if err != nil {
		return s, err
	}
	if ok {
		s.Session = &session
		return s, nil
	}
	waiting, ok, err := r.Waiting(app, id)
	if ok {
		s.Waiting = &waiting
	}
	return s, err
}

// customerOf finds a customer. What cannot be an openid is not asked of the
// ledger: strangers choose these bytes.
func customerOf(r store.Reader, app kefu.AppID, id kefu.OpenID) (kefu.Customer, error) {
	if !id.Valid() {
		return kefu.Customer{}, kefu.CustomerUnknown
	}
	return r.Customer(app, id)
}
