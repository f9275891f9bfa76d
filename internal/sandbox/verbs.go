package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/openkefu/kefu"
)

type agentRequest struct {
	KFAccount kefu.KFAccount `json:"kf_account"`
}

func (s *Sandbox) acceptInvitation(ctx context.Context, r *http.Request) (any, error) {
	return s.answerInvitation(ctx, r, s.Desk.AcceptInvitation)
}

func (s *Sandbox) rejectInvitation(ctx context.Context, r *http.Request) (any, error) {
	return s.answerInvitation(ctx, r, s.Desk.RejectInvitation)
}

func (s *Sandbox) answerInvitation(ctx context.Context, r *http.Request, answer func(context.Context, kefu.AppID, kefu.KFAccount) error) (any, error) {
	var req agentRequest
	if err := readJSON(r, &req); err != nil {
		return nil, err
	}
	app, err := s.account(ctx, r, req.KFAccount)
	if err != nil {
		return nil, err
	}
	return nothing, answer(ctx, app, req.KFAccount)
}

type presenceRequest struct {
	agentRequest
	Online *bool `json:"online"`
	// AutoAccept is how many customers the agent takes by itself.
	AutoAccept int `json:"auto_accept"`
}

func (s *Sandbox) setPresence(ctx context.Context, r *http.Request) (any, error) {
	var req presenceRequest
	if err := readJSON(r, &req); err != nil {
		return nil, err
	}
	if req.Online == nil {
		return nil, badRequest(`"online" is missing: true brings the agent online, false takes it off`)
	}
	if req.AutoAccept < 0 || req.AutoAccept > kefu.MaxAutoAccept {
		return nil, badRequest(fmt.Sprintf(`"auto_accept" must be between 0 and %d, got %d`, kefu.MaxAutoAccept, req.AutoAccept))
	}
	app, err := s.account(ctx, r, req.KFAccount)
	if err != nil {
		return nil, err
	}
	return nothing, s.Desk.SetPresence(ctx, app, req.KFAccount, *req.Online, req.AutoAccept)
}

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
	// Whatever ends, ends by the clock alone; nothing is swept, so that the clock
	// can be moved back.
	s.Clock.set(ahead)
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

func (s *Sandbox) readFaults(context.Context, *http.Request) (any, error) {
	return s.Faults.Current(), nil
}

func (s *Sandbox) setFaults(_ context.Context, r *http.Request) (any, error) {
	var set FaultSet
	if err := readJSON(r, &set); err != nil {
		return nil, err
	}
	if err := s.Faults.Set(set); err != nil {
		return nil, badRequest(err.Error())
	}
	return s.Faults.Current(), nil
}

// reset starts a fresh world: everything is forgotten, the clock is right
// again, nothing goes wrong, and the demo is laid out anew.
func (s *Sandbox) reset(ctx context.Context, _ *http.Request) (any, error) {
	if err := s.Desk.Erase(ctx, map[string]string{worldSetting: worldSandbox}); err != nil {
		return nil, err
	}
	for _, f := range s.Forget {
		f.Forget()
	}
	s.Clock.set(0)
	if err := s.Faults.Set(FaultSet{}); err != nil {
		return nil, err
	}
	if err := s.Demo.lay(ctx, s.Desk); err != nil {
		return nil, err
	}
	s.Log.InfoContext(ctx, "the sandbox started a fresh world")
	return nothing, nil
}
