package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

type clockRequest struct {
	// Advance is a duration such as "48h", "2h30m" or "3d", forward or back.
	Advance string `json:"advance"`
	// Set is a Unix time in seconds.
	Set *int64 `json:"set"`
}

type clockAnswer struct {
	Now int64 `json:"now"`
}

func (s *Sandbox) readClock(context.Context, *http.Request) (any, error) {
	return clockAnswer{Now: s.Clock.Now().Unix()}, nil
}

// moveClock moves the time; what depends on it has happened when it answers.
func (s *Sandbox) moveClock(ctx context.Context, r *http.Request) (any, error) {
	var req clockRequest
	if err := readJSON(r, &req); err != nil {
		return nil, err
	}
	var to time.Time
	switch {
	case (req.Advance != "") == (req.Set != nil):
		return nil, badRequest(`give either "advance" with a duration such as "48h", or "set" with a Unix time in seconds`)
	case req.Set != nil:
		to = time.Unix(*req.Set, 0)
	default:
		by, err := parseAdvance(req.Advance)
		if err != nil {
			return nil, badRequest(`"advance" must be a duration such as "90s", "30m", "48h" or "3d", got ` + strconv.Quote(req.Advance))
		}
		to = s.Clock.Now().Add(by)
	}
	if !movable(to) {
		return nil, badRequest("the clock can be moved between the years 2000 and 2037")
	}
	if err := s.setClock(ctx, time.Until(to)); err != nil {
		return nil, err
	}
	return clockAnswer{Now: s.Clock.Now().Unix()}, nil
}

func (s *Sandbox) setClock(ctx context.Context, ahead time.Duration) error {
	if err := s.Desk.SetSetting(ctx, clockSetting, strconv.FormatInt(int64(ahead), 10)); err != nil {
		return err
	}
	// What only ends, ends by the clock alone; nothing is swept, so that the clock
	// can be moved back.
	s.Clock.set(ahead)
	if s.Tend == nil {
		return nil
	}
	if err := s.Tend(ctx); err != nil {
		return fmt.Errorf("do what the new time has made due: %w", err)
	}
	return nil
}

// parseAdvance reads a duration that may count days as well.
func parseAdvance(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseFloat(days, 64)
	if err != nil {
		return 0, err
	}
	const longest = 100 * 365
	if n > longest || n < -longest {
		return 0, strconv.ErrRange
	}
	by := time.Duration(n * float64(24*time.Hour))
	if rest == "" {
		return by, nil
	}
	more, err := time.ParseDuration(rest)
	if n < 0 || strings.HasPrefix(days, "-") {
		more = -more
	}
	return by + more, err
}
