package kefutest

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// Follow lets a customer follow the account; an empty openid makes one. It
// returns the openid. Somebody who follows already goes on doing so.
func (h *House) Follow(t testing.TB, openid string) string {
	t.Helper()
	var made struct{ OpenID string }
	body := map[string]any{}
	if openid != "" {
		body["openid"] = openid
	}
	h.control(t, http.MethodPost, "followers", body, &made)
	return made.OpenID
}

// Unfollow lets a customer leave.
func (h *House) Unfollow(t testing.TB, openid string) {
	t.Helper()
	h.control(t, http.MethodDelete, "followers/"+url.PathEscape(openid), nil, nil)
}

// Push is what became of telling the developer's server.
type Push struct {
	// Outcome is "none", "acknowledged", "replied", "transferred" or "failed".
	Outcome  string
	Attempts int
}

// Says lets a customer write a text, and returns when the developer's server, if
// there is one, has been told and has answered.
func (h *House) Says(t testing.TB, openid, text string) Push {
	t.Helper()
	return h.Does(t, openid, map[string]any{"msgtype": "text", "text": map[string]any{"content": text}})
}

// Does lets a customer send a message or cause an event, in the shape of the
// sandbox's control API, and returns as [House.Says] does.
func (h *House) Does(t testing.TB, openid string, what map[string]any) Push {
	t.Helper()
	var got struct{ Push Push }
	h.controlWith(t, http.MethodPost, "followers/"+url.PathEscape(openid)+"/messages", url.Values{"wait": {"1"}}, what, &got)
	return got.Push
}

// Accept lets an agent take a customer who waits.
func (h *House) Accept(t testing.TB, kfAccount, openid string) {
	t.Helper()
	h.control(t, http.MethodPost, "agents/accept", map[string]any{"kf_account": kfAccount, "openid": openid}, nil)
}

// Close lets an agent end the session with a customer.
func (h *House) Close(t testing.TB, kfAccount, openid string) {
	t.Helper()
	h.control(t, http.MethodPost, "agents/close", map[string]any{"kf_account": kfAccount, "openid": openid}, nil)
}

// AgentSays lets an agent write a text to a customer in session with it.
func (h *House) AgentSays(t testing.TB, kfAccount, openid, text string) {
	t.Helper()
	h.control(t, http.MethodPost, "agents/send", map[string]any{
		"kf_account": kfAccount, "openid": openid, "msgtype": "text", "text": map[string]any{"content": text},
	}, nil)
}

// Shown is a message on a customer's phone.
type Shown struct {
	ID int64
	// From is "customer", "account", "agent" or "system".
	From string
	// KFAccount is whose name an agent's message bears.
	KFAccount string `json:"kf_account"`
	MsgType   string
	Text      struct{ Content string }
	Notice    struct{ Content string }
	Image     struct {
		MediaID string `json:"media_id"`
	}
	Time int64
}

// Phone is what a customer's phone shows after a message, from the oldest; 0
// begins at the first.
func (h *House) Phone(t testing.TB, openid string, after int64) []Shown {
	t.Helper()
	var got struct{ Messages []Shown }
	h.controlWith(t, http.MethodGet, "followers/"+url.PathEscape(openid)+"/messages",
		url.Values{"after": {strconv.FormatInt(after, 10)}}, nil, &got)
	return got.Messages
}
