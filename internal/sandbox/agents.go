package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// sessionRequest names an agent and a customer.
type sessionRequest struct {
	agentRequest
	OpenID kefu.OpenID `json:"openid"`
}

// of checks that somebody is named, and finds the official account.
func (q *sessionRequest) of(ctx context.Context, s *Sandbox, r *http.Request) (kefu.AppID, error) {
	switch {
	case q.OpenID == "":
		return "", badRequest(`"openid" is missing: the customer`)
	case !q.OpenID.Valid():
		return "", kefu.CustomerUnknown
	}
	return s.account(ctx, r, q.KFAccount)
}

// acceptCustomer has an agent take a customer out of the queue by hand.
func (s *Sandbox) acceptCustomer(ctx context.Context, r *http.Request) (any, error) {
	return s.inSession(ctx, r, s.Desk.AcceptCustomer)
}

// closeSession has an agent end a session.
func (s *Sandbox) closeSession(ctx context.Context, r *http.Request) (any, error) {
	return s.inSession(ctx, r, s.Desk.CloseSession)
}

func (s *Sandbox) inSession(ctx context.Context, r *http.Request, do func(context.Context, kefu.AppID, kefu.KFAccount, kefu.OpenID) error) (any, error) {
	var req sessionRequest
	if err := readJSON(r, &req); err != nil {
		return nil, err
	}
	app, err := req.of(ctx, s, r)
	if err != nil {
		return nil, err
	}
	return nothing, do(ctx, app, req.KFAccount, req.OpenID)
}

type transferRequest struct {
	sessionRequest
	To kefu.KFAccount `json:"to"`
}

// transferSession has an agent hand a customer to another.
func (s *Sandbox) transferSession(ctx context.Context, r *http.Request) (any, error) {
	var req transferRequest
	if err := readJSON(r, &req); err != nil {
		return nil, err
	}
	if req.To == "" {
		return nil, badRequest(`"to" is missing: the kf account that gets the customer`)
	}
	app, err := req.of(ctx, s, r)
	if err != nil {
		return nil, err
	}
	return nothing, s.Desk.SwitchSession(ctx, app, req.KFAccount, req.OpenID, req.To)
}

type sentAnswer struct {
	MsgID string `json:"msgid"`
}

// agentSend has an agent write to the customer it serves.
func (s *Sandbox) agentSend(ctx context.Context, r *http.Request) (any, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	req, content, err := parseAgentSend(body)
	if err != nil {
		return nil, err
	}
	app, err := req.of(ctx, s, r)
	if err != nil {
		return nil, err
	}
	id, err := s.Desk.AgentSend(ctx, app, req.KFAccount, req.OpenID, content)
	if err != nil {
		return nil, err
	}
	return sentAnswer{strconv.FormatInt(int64(id), 10)}, nil
}

// parseAgentSend reads what an agent sends: "kf_account" and "openid", and the
// content as in message/custom/send.
func parseAgentSend(body []byte) (req sessionRequest, content kefu.Content, err error) {
	var members map[string]json.RawMessage
	if err := decode(body, &members); err != nil {
		return req, content, err
	}
	o, err := wechat.ParseObject(body)
	if err != nil {
		return req, content, unfit(err)
	}
	req.KFAccount, req.OpenID = kefu.KFAccount(o.String("kf_account")), kefu.OpenID(o.String("openid"))
	kind := o.String("msgtype")
	if err := o.Err(); err != nil {
		return req, content, unfit(err)
	}
	if kind == "" {
		return req, content, badRequest(`"msgtype" is missing, such as "text"`)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !slices.Contains([]string{"kf_account", "openid", "msgtype", "aimsgcontext", kind}, name) {
			return req, content, badRequest(fmt.Sprintf("%q does not belong to a message of type %q", name, kind))
		}
	}
	message, err := wechat.ParseContentObject(o)
	if err != nil {
		return req, content, unfit(err)
	}
	content = translate.Content(&message)
	content.AI = o.Has("aimsgcontext") && o.Object("aimsgcontext").Int("is_ai_msg") != 0
	if err := o.Err(); err != nil {
		return req, content, unfit(err)
	}
	return req, content, nil
}

// unfit says in the sandbox's manner what package wechat has against a body.
func unfit(err error) error {
	if errors.Is(err, wechat.ErrFormat) || errors.Is(err, wechat.ErrEmpty) {
		return badRequest(strings.TrimPrefix(err.Error(), wechat.ErrFormat.Error()+": "))
	}
	return err
}
