package callback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

const (
	// answerKept is how much of an answer the push log keeps, in bytes: enough to
	// recognise an error page.
	answerKept = 1 << 10
	// settleTries is how often the ledger is asked to note what came of an
	// attempt, settlePause apart and then twice as long each time, within
	// settlePatience. An attempt that cannot be noted is made again.
	settleTries    = 5
	settlePause    = 100 * time.Millisecond
	settlePatience = 5 * time.Second
	// gone is why pushes end whose account has no callback any more.
	gone = "the official account has no callback URL any more"
)

// delivered is a push after an attempt: ended, or due again. id is that of the
// push that was to be delivered, whatever came back.
type delivered struct {
	id    kefu.MsgID
	push  kefu.Push
	ended bool
	// gone tells that the push is not, or no longer, ours to deliver: it has ended
	// without our hearing of it, or another process has taken over.
	gone bool
	// known is that of the parcel from now on.
	known time.Time
}

// deliver makes one attempt of a push and notes what came of it. known is that of
// its parcel. It is called from a goroutine of its own.
func (r *round) deliver(p kefu.Push, fault Fault, known time.Time) delivered {
	parts := &r.courier.parts
	o, err := parts.Desk.PushAccount(r.world, r.app)
	if err != nil {
		return r.unsettled(p, err)
	}
	if o.Callback.URL == "" {
		return r.settle(p, func(ctx context.Context) (kefu.Push, error) {
			return parts.Desk.FailPush(ctx, r.app, p.ID, gone)
		})
	}
	if until := r.breaker.paused(o.Callback, r.now()); !until.IsZero() {
		return r.settle(p, func(ctx context.Context) (kefu.Push, error) {
			return parts.Desk.FailPush(ctx, r.app, p.ID, pausing+until.UTC().Format(time.RFC3339))
		})
	}
	if !r.sleep(fault.Delay) {
		return delivered{push: p, known: known}
	}
	if !r.holds(known) {
		var later *delivered
		if p, known, later = r.ask(p); later != nil {
			return *later
		}
	}
	attempt, reply := r.attempt(o, &p, fault)
	d := r.settle(p, func(ctx context.Context) (kefu.Push, error) {
		return parts.Desk.SettlePush(ctx, r.app, p.ID, attempt, reply)
	})
	if d.known.After(known) {
		// That it is due again was heard, and not whether it is still ours.
		d.known = known
	}
	r.tellFailure(o, attempt.At, &d.push)
	return d
}

// attempt sends a push and reads the answer.
func (r *round) attempt(o *kefu.OfficialAccount, p *kefu.Push, fault Fault) (kefu.Attempt, *kefu.Reply) {
	a := kefu.Attempt{At: r.now(), URL: o.Callback.URL}
	if fault.Dead {
		a.Failure = "connection refused, because the sandbox was told to"
		return a, nil
	}
	if fault.Status != 0 {
		a.Status, a.Failure = fault.Status, strings.TrimSpace(fmt.Sprintf("status %d %s", fault.Status, http.StatusText(fault.Status)))
		return a, nil
	}
	h := r.send(o, p)
	if fault.Twice {
		r.send(o, p)
	}
	a.Took, a.Status, a.Failure = h.took, h.status, h.failure
	a.Answer = bytes.Clone(h.body[:min(len(h.body), answerKept)])
	if a.Failure != "" {
		return a, nil
	}
	reply, err := readAnswer(o, p, h.body)
	if err != nil {
		a.Failure = shorten(err.Error())
	}
	return a, reply
}

// send signs the push anew and sends it.
func (r *round) send(o *kefu.OfficialAccount, p *kefu.Push) heard {
	request, err := newRequest(o, p, newStamp(r.now()), msgcrypt.NewPrefix())
	if err != nil {
		// The settings were checked when they were set; should they be wrong
		// nevertheless, it is for the developer to see.
		return heard{failure: shorten(err.Error())}
	}
	return exchange(r.world, r.courier.through, request)
}

// settle writes what came of a push, also when no more pushes are to begin.
func (r *round) settle(p kefu.Push, write func(context.Context) (kefu.Push, error)) delivered {
	ctx, cancel := context.WithTimeout(r.world, settlePatience)
	defer cancel()
	pause := settlePause
	for try := 1; ; try++ {
		if ctx.Err() != nil {
			return r.unsettled(p, ctx.Err())
		}
		asked := time.Now()
		got, err := write(ctx)
		if err == nil {
			r.tellEnd(&got)
			if witness := r.courier.parts.Witness; witness != nil {
				witness.SawPush(r.app, &got)
			}
			return delivered{push: got, ended: got.Outcome != kefu.OutcomeDue, known: asked}
		}
		var refused kefu.Reason
		if try == settleTries || errors.As(err, &refused) {
			return r.unsettled(p, err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
		pause *= 2
	}
}

// unsettled is a push of which the ledger could not say what becomes of it. When
// there is no such push or account any more, it has ended for us; else it is
// tried again after a while, and by whoever runs then.
func (r *round) unsettled(p kefu.Push, err error) delivered {
	if errors.Is(err, kefu.PushUnknown) || errors.Is(err, kefu.OfficialAccountUnknown) || r.world.Err() != nil {
		return delivered{push: p, ended: true}
	}
	r.courier.parts.Log.Warn("the outcome of a push could not be noted; it will be delivered again", "app", r.app, "push", p.ID, "error", err)
	p.DueAt = r.now().Add(kefu.PushPatience)
	return delivered{push: p}
}

// sleep tells false when no more pushes are to begin.
func (r *round) sleep(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.stop.Done():
	case <-r.world.Done():
	}
	return false
}

func (r *round) tellEnd(p *kefu.Push) {
	observer := r.courier.parts.Observer
	if observer == nil || p.Outcome == kefu.OutcomeDue {
		return
	}
	var took time.Duration
	if n := len(p.Attempts); n > 0 {
		took = p.Attempts[n-1].Took
	}
	observer.ObservePush(string(p.Outcome), p.Made(), took)
}

// tellFailure logs an attempt that failed, as the ledger noted it, since a reply
// may be refused there, and counts a push that ended so. Nothing of the answer
// and of the address but its host goes into the log.
func (r *round) tellFailure(o *kefu.OfficialAccount, at time.Time, p *kefu.Push) {
	n := len(p.Attempts)
	if n == 0 || !p.Attempts[n-1].At.Equal(at) || p.Attempts[n-1].Failure == "" {
		return
	}
	host := ""
	if u, err := url.Parse(o.Callback.URL); err == nil {
		host = u.Host
	}
	log := r.courier.parts.Log
	log.Info("an attempt of a push failed", "app", r.app, "push", p.ID, "attempt", p.Tried(), "host", host, "failure", p.Attempts[n-1].Failure)
	if p.Outcome != kefu.OutcomeFailed || p.Event != nil && p.Event.OfSession() {
		return
	}
	if until, opened := r.breaker.failed(o.Callback, r.now()); opened {
		log.Warn("the developer's server fails too often: pushes pause", "app", r.app, "host", host, "until", until)
	}
}
