package desk

import (
	"context"
	"errors"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/pubsub"
	"github.com/openkefu/kefu/internal/store"
)

// Carrier brings a message to its customer's screen. Without one, phones read
// the ledger, and a message is delivered when it is written. With one, it is
// queued first, and [Desk.Carry] hands it on.
//
// Deliver is called with one message of a customer at a time, in order, and again
// with the same one when it failed: the message's id tells a repetition. An error
// that is [Refused] is final, any other one is tried again.
type Carrier interface {
	Deliver(ctx context.Context, app kefu.AppID, m kefu.Message) error
}

// Refused is what a [Carrier] returns for a message that the customer's side
// will never take, with its reason in words.
type Refused string

func (r Refused) Error() string { return string(r) }

const (
	// carryBatch bounds the messages that one look at the ledger brings.
	carryBatch = 256
	// carryPause is how long a carrier that failed is left alone, and how often
	// the ledger is looked at without a signal.
	carryPause = 2 * time.Second
)

// Carry hands queued messages to the carrier until ctx ends, and marks each as
// delivered or refused. A customer whose message could not be handed on waits,
// and what follows it waits behind it; others do not. One process at a time may
// carry.
func (d *Desk) Carry(ctx context.Context) {
	if d.carrier == nil {
		return
	}
	news := d.signals.Subscribe(pubsub.Outgoing)
	defer news.Close()
	look := time.NewTicker(carryPause)
	defer look.Stop()
	for {
		if err := d.carryAll(ctx); err != nil && ctx.Err() == nil {
			d.log.Warn("messages could not be carried to customers; it will be tried again", "in", carryPause, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-news.C():
			news.Take()
		case <-look.C:
		}
	}
}

// carryAll hands on what is queued now.
func (d *Desk) carryAll(ctx context.Context) error {
	accounts, err := d.OfficialAccounts(ctx)
	if err != nil {
		return err
	}
	for _, o := range accounts {
		if err := d.carry(ctx, o.AppID); err != nil {
			return err
		}
	}
	return nil
}

// carry hands on an account's queued messages, page by page. A customer whose
// message fails is passed over for the rest of it.
func (d *Desk) carry(ctx context.Context, app kefu.AppID) error {
	stuck := make(map[kefu.OpenID]bool)
	for after := kefu.MsgID(0); ctx.Err() == nil; {
		var queued []kefu.Message
		err := d.ledger.View(ctx, func(r store.Reader) (err error) {
			queued, err = r.Outgoing(app, after, carryBatch)
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range queued {
			after = m.ID
			if stuck[m.Customer] || ctx.Err() != nil {
				continue
			}
			if err := d.handOver(ctx, app, m); err != nil {
				d.log.Warn("a message could not be carried to its customer; it will be tried again", "appid", app, "message", m.ID, "error", err)
				stuck[m.Customer] = true
			}
		}
		if len(queued) < carryBatch {
			return nil
		}
	}
	return nil
}

// handOver gives one message to the carrier and notes what became of it.
func (d *Desk) handOver(ctx context.Context, app kefu.AppID, m kefu.Message) error {
	state, why := kefu.DeliveryDelivered, ""
	var refused Refused
	err := d.carrier.Deliver(ctx, app, m)
	switch {
	case errors.As(err, &refused):
		state, why = kefu.DeliveryRefused, refused.Error()
	case err != nil:
		return err
	}
	return d.change(ctx, app, func(tx store.Tx, _ *kefu.OfficialAccount, now time.Time) error {
		if err := tx.SetDelivery(app, m.ID, state, why); err != nil {
			return err
		}
		return tell(tx, app, now, kefu.Fact{What: kefu.FactDelivery, Customer: m.Customer, Message: m.ID})
	})
}
