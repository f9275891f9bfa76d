package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Somebody who stops waiting for a change gets nothing of it, since it may go on
// behind: the race detector watches.
func TestAbandonedVerbs(t *testing.T) {
	h := newHouse(t)
	h.follow("c1")
	push := h.says("c1", "hi").Push
	hello := kefu.Content{Type: kefu.MsgText, Text: "hello"}
	for name, verb := range map[string]func(context.Context) (any, error){
		"receive": func(ctx context.Context) (any, error) {
			got, err := h.Receive(ctx, app, "c1", kefu.Inbound{Content: &hello})
			return got.Message, err
		},
		"send": func(ctx context.Context) (any, error) {
			id, err := h.Send(ctx, app, "c1", hello, "")
			return id, err
		},
		"settle": func(ctx context.Context) (any, error) {
			p, err := h.SettlePush(ctx, app, push, kefu.Attempt{At: noon, Failure: "x"}, nil)
			return p.ID, err
		},
		"fail": func(ctx context.Context) (any, error) {
			p, err := h.FailPush(ctx, app, push, "x")
			return p.ID, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			// The pen is taken until the verb's caller has gone, so that it waits in
			// the queue or is begun and left.
			for range 40 {
				holding, release := make(chan struct{}), make(chan struct{})
				held := make(chan error, 1)
				go func() {
					once := false
					held <- h.ledger.Update(context.Background(), app, func(store.Tx) error {
						if !once {
							once = true
							close(holding)
						}
						<-release
						return nil
					})
				}()
				<-holding
				ctx, cancel := context.WithCancel(t.Context())
				type result struct {
					got any
					err error
				}
				done := make(chan result, 1)
				go func() {
					got, err := verb(ctx)
					done <- result{got, err}
				}()
				time.Sleep(200 * time.Microsecond)
				close(release)
				cancel()
				r := <-done
				var refused kefu.Reason
				if r.err != nil && !errors.Is(r.err, context.Canceled) && !errors.As(r.err, &refused) {
					t.Fatalf("got %v", r.err)
				}
				if r.err != nil && r.got != kefu.MsgID(0) {
					t.Fatalf("got %v beside an error", r.got)
				}
				if err := <-held; err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}
