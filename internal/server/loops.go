package server

import (
	"context"
	"errors"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/internal/sandbox"
)

const (
	// sweepInterval is how often the ledger forgets what nobody may ask for.
	sweepInterval = 5 * time.Minute
	// tendInterval is how late something that only time makes due may be, such as
	// the return of a customer whose agent went away.
	tendInterval = 5 * time.Second
)

// catchUp does what a moved clock has made due, attempts to deliver pushes
// included, as far as the developers' servers answer in time.
func (s *Server) catchUp(ctx context.Context) error {
	err := s.desk.Tend(ctx)
	s.courier.Nudge()
	ctx, cancel := context.WithTimeout(ctx, kefu.PushPatience+time.Second)
	defer cancel()
	return errors.Join(err, s.desk.AwaitDuePushes(ctx))
}

// pushFaults lets the sandbox spoil deliveries, in the words of the courier.
type pushFaults struct{ faults *sandbox.Faults }

func (f pushFaults) PushFault(_ context.Context, _ kefu.AppID, p *kefu.Push) callback.Fault {
	return callback.Fault(f.faults.Push(p))
}

// tend does what time alone makes due, now and then.
func (s *Server) tend(ctx context.Context) {
	s.every(ctx, tendInterval, "what time has made due could not be done", s.desk.Tend)
}

// sweep forgets what nobody may ask for, now and then.
func (s *Server) sweep(ctx context.Context) {
	s.every(ctx, sweepInterval, "the ledger could not be swept", s.desk.Sweep)
}

// hearOthers exchanges signals with other processes, if there are any.
func (s *Server) hearOthers(ctx context.Context) {
	if s.parts.Wire != nil {
		s.signals.Carry(ctx, s.parts.Wire, s.parts.Log)
	}
}

// every does something again and again until ctx ends, and logs that it failed.
func (s *Server) every(ctx context.Context, interval time.Duration, failure string, do func(context.Context) error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := do(ctx); err != nil && ctx.Err() == nil {
				s.parts.Log.Warn(failure+"; it will be tried again", "in", interval, "error", err)
			}
		}
	}
}
