package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
)

// followRequest is somebody who begins to follow. All members are optional.
type followRequest struct {
	OpenID   kefu.OpenID         `json:"openid"`
	Nickname string              `json:"nickname"`
	Scene    kefu.SubscribeScene `json:"scene"`
	QRScene  qrScene             `json:"qr_scene"`
	Ticket   string              `json:"ticket"`
}

// qrScene is the value of a parametric code: a number, or a text.
type qrScene struct {
	number int64
	text   string
}

func (q *qrScene) given() bool { return *q != (qrScene{}) }

// UnmarshalJSON takes 123 and "campaign".
func (q *qrScene) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, &q.text)
	}
	n, err := strconv.ParseInt(string(data), 10, 64)
	if err != nil || n < 1 {
		return badRequest(`"qr_scene" must be a whole number from 1, or a text`)
	}
	q.number = n
	return nil
}

// qrSceneOf is the value of a code as it stands in an event.
func qrSceneOf(value string) qrScene {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != value {
		return qrScene{text: value}
	}
	return qrScene{number: n}
}

const (
	// maxNickname bounds what a follower calls itself, in characters: WeChat's own
	// are shorter.
	maxNickname = 64
	// maxQRScene bounds the text of a parametric code, as WeChat does.
	maxQRScene = 64
	// maxTicket bounds the ticket of a code; real ones have some hundred bytes.
	maxTicket = 256
)

var sceneForm = regexp.MustCompile(`^ADD_SCENE_[A-Z_]{1,48}$`)

// follower checks a request and makes the desk's form of it.
func (f *followRequest) follower() (desk.Follower, error) {
	switch {
	case f.OpenID != "" && !f.OpenID.Valid():
		return desk.Follower{}, badRequest(fmt.Sprintf(`"openid" must be 1 to 64 letters, digits, "_" or "-", got %q`, f.OpenID))
	case utf8.RuneCountInString(f.Nickname) > maxNickname:
		return desk.Follower{}, badRequest(fmt.Sprintf(`"nickname" must have at most %d characters`, maxNickname))
	case f.Scene != "" && !sceneForm.MatchString(string(f.Scene)):
		return desk.Follower{}, badRequest(fmt.Sprintf(`"scene" must be one of WeChat's, such as %s or %s, got %q`, kefu.SceneSearch, kefu.SceneQRCode, f.Scene))
	case len(f.QRScene.text) > maxQRScene:
		return desk.Follower{}, badRequest(fmt.Sprintf(`"qr_scene" must have at most %d bytes`, maxQRScene))
	case len(f.Ticket) > maxTicket:
		return desk.Follower{}, badRequest(fmt.Sprintf(`"ticket" must have at most %d bytes`, maxTicket))
	case f.Ticket != "" && !f.QRScene.given():
		return desk.Follower{}, badRequest(`"ticket" is that of a code: give "qr_scene" as well`)
	}
	return desk.Follower{
		OpenID: f.OpenID, Nickname: f.Nickname, Scene: f.Scene,
		QRScene: f.QRScene.number, QRSceneStr: f.QRScene.text, Ticket: f.Ticket,
	}, nil
}

type followAnswer struct {
	OpenID kefu.OpenID `json:"openid"`
}

func (s *Sandbox) follow(ctx context.Context, r *http.Request) (any, error) {
	var req followRequest
	if err := readOptionalJSON(r, &req); err != nil {
		return nil, err
	}
	who, err := req.follower()
	if err != nil {
		return nil, err
	}
	app, err := s.account(ctx, r, "")
	if err != nil {
		return nil, err
	}
	openid, err := s.Desk.Follow(ctx, app, who)
	if err != nil {
		return nil, err
	}
	return followAnswer{openid}, nil
}

func (s *Sandbox) unfollow(ctx context.Context, r *http.Request) (any, error) {
	openid, err := pathOpenID(r)
	if err != nil {
		return nil, err
	}
	app, err := s.account(ctx, r, "")
	if err != nil {
		return nil, err
	}
	return nothing, s.Desk.Unfollow(ctx, app, openid)
}

// follower is how somebody stands with the account.
type follower struct {
	OpenID       kefu.OpenID    `json:"openid"`
	Nickname     string         `json:"nickname"`
	SubscribedAt int64          `json:"subscribed_at"`
	State        string         `json:"state"`
	KFAccount    kefu.KFAccount `json:"kf_account,omitempty"`
	// RepliesLeft is -1 when they are not bounded.
	RepliesLeft  int          `json:"replies_left"`
	RepliesUntil int64        `json:"replies_until,omitempty"`
	Tags         []kefu.TagID `json:"tags"`
}

// Where a customer stands.
const (
	stateIdle    = "idle"
	stateWaiting = "waiting"
	stateServed  = "served"
)

type followerList struct {
	Followers []follower `json:"followers"`
	// Next is where the next page begins; absent at the end.
	Next kefu.OpenID `json:"next,omitempty"`
}

func (s *Sandbox) listFollowers(ctx context.Context, r *http.Request) (any, error) {
	limit, err := pageSize(r)
	if err != nil {
		return nil, err
	}
	after := kefu.OpenID(r.URL.Query().Get("after"))
	if after != "" && !after.Valid() {
		return nil, badRequest(fmt.Sprintf(`"after" must be an openid, got %q`, after))
	}
	app, err := s.account(ctx, r, "")
	if err != nil {
		return nil, err
	}
	// One more than is shown tells whether there is a next page.
	states, err := s.Desk.CustomerStates(ctx, app, after, limit+1)
	if err != nil {
		return nil, err
	}
	list := followerList{Followers: make([]follower, 0, min(len(states), limit))}
	if len(states) > limit {
		states = states[:limit]
		list.Next = states[limit-1].Customer.OpenID
	}
	for i := range states {
		list.Followers = append(list.Followers, s.shown(&states[i]))
	}
	return list, nil
}

func (s *Sandbox) shown(state *desk.CustomerState) follower {
	c := &state.Customer
	f := follower{
		OpenID: c.OpenID, Nickname: c.Nickname, SubscribedAt: c.SubscribedAt.Unix(), State: stateIdle,
		Tags: append([]kefu.TagID{}, state.Tags...),
	}
	switch {
	case state.Session != nil:
		f.State, f.KFAccount = stateServed, state.Session.Account
	case state.Waiting != nil:
		f.State = stateWaiting
	}
	left, until := c.Grants.Rest(s.Clock.Now())
	if f.RepliesLeft = left; !until.IsZero() {
		f.RepliesUntil = until.Unix()
	}
	return f
}
