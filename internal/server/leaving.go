package server

import (
	"context"
	"time"
)

// leaveWithin bounds the last change of a process, so that it ends in time. Without
// it, what is left waits for [desk.CourierLease].
const leaveWithin = time.Second

// leave hands what was not delivered to the other processes on the ledger.
func (s *Server) leave(ctx context.Context) {
	if s.parts.Alone {
		return // Whoever comes takes everything.
	}
	ctx, cancel := context.WithTimeout(ctx, leaveWithin)
	defer cancel()
	if err := s.desk.LeavePushes(ctx); err != nil {
		s.parts.Log.Warn("pushes could not be left to other processes; they take them over a little later", "error", err)
	}
}
