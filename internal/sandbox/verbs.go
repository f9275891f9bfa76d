package sandbox

import (
	"context"
	"fmt"
	"net/http"

	"github.com/openkefu/kefu"
)

type agentRequest struct {
	KFAccount kefu.KFAccount `json:"kf_account"`
}

// acceptInvitation has the invited person accept, who can sign in from then on.
func (s *Sandbox) acceptInvitation(ctx context.Context, r *http.Request) (any, error) {
	return s.answerInvitation(ctx, r, func(ctx context.Context, app kefu.AppID, account kefu.KFAccount) error {
		if err := s.Desk.AcceptInvitation(ctx, app, account); err != nil || s.Guests == nil {
			return err
		}
		a, err := s.Desk.Agent(ctx, app, account)
		if err != nil {
			return err
		}
		return s.Guests.LetIn(ctx, kefu.Person{ID: a.Worker, Name: a.Nickname, Role: kefu.RoleAgent})
	})
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
	if err := s.lay(ctx); err != nil {
		return nil, err
	}
	s.Log.InfoContext(ctx, "the sandbox started a fresh world")
	return nothing, nil
}
