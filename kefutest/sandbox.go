package kefutest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// AcceptInvitation has the invited person say yes: the kf account is bound.
func (h *House) AcceptInvitation(t testing.TB, kfAccount string) {
	t.Helper()
	h.control(t, http.MethodPost, "invitations/accept", map[string]any{"kf_account": kfAccount}, nil)
}

// RejectInvitation has the invited person say no.
func (h *House) RejectInvitation(t testing.TB, kfAccount string) {
	t.Helper()
	h.control(t, http.MethodPost, "invitations/reject", map[string]any{"kf_account": kfAccount}, nil)
}

// Online brings a bound agent online. autoAccept is how many customers it takes
// by itself, 0 for none.
func (h *House) Online(t testing.TB, kfAccount string, autoAccept int) {
	t.Helper()
	h.control(t, http.MethodPost, "agents/online", map[string]any{"kf_account": kfAccount, "online": true, "auto_accept": autoAccept}, nil)
}

// Offline takes an agent off.
func (h *House) Offline(t testing.TB, kfAccount string) {
	t.Helper()
	h.control(t, http.MethodPost, "agents/online", map[string]any{"kf_account": kfAccount, "online": false}, nil)
}

// Now is the time of the house, in whole seconds.
func (h *House) Now(t testing.TB) time.Time {
	t.Helper()
	var clock struct{ Now int64 }
	h.control(t, http.MethodGet, "clock", nil, &clock)
	return time.Unix(clock.Now, 0)
}

// Advance moves the clock of the house, forward or back. It goes on ticking
// from there; what has become due has happened when Advance returns.
func (h *House) Advance(t testing.TB, by time.Duration) {
	t.Helper()
	h.control(t, http.MethodPost, "clock", map[string]any{"advance": by.String()}, nil)
}

// SetClock sets the clock of the house, to a second.
func (h *House) SetClock(t testing.TB, to time.Time) {
	t.Helper()
	h.control(t, http.MethodPost, "clock", map[string]any{"set": to.Unix()}, nil)
}

// Fault makes API calls fail or be slow.
type Fault struct {
	// Path is an API path, such as /cgi-bin/token, or "*" for all.
	Path string
	// Errcode is the answer; 0 lets the call through after the delay.
	Errcode int
	// Times is how many calls are met; 0 means all until faults are set anew.
	Times int
	// Probability that a call is met, over 0 and up to 1; 0 means always.
	Probability float64
	// Delay holds the call back first, at most a minute.
	Delay time.Duration
}

// SetFaults replaces what is to go wrong; without an argument all goes well
// again. The first fault that fits a call meets it.
func (h *House) SetFaults(t testing.TB, faults ...Fault) {
	t.Helper()
	api := make([]map[string]any, 0, len(faults))
	for _, f := range faults {
		row := map[string]any{"path": f.Path, "errcode": f.Errcode, "times": f.Times, "probability": f.Probability}
		if f.Delay > 0 {
			row["delay"] = f.Delay.String()
		}
		api = append(api, row)
	}
	h.control(t, http.MethodPut, "faults", map[string]any{"api": api}, nil)
}

// Reset starts a fresh world: only the official account that the house was
// started with is there, the clock is right and nothing goes wrong.
func (h *House) Reset(t testing.TB) {
	t.Helper()
	h.control(t, http.MethodPost, "reset", nil, nil)
}

// control makes one call of the sandbox's control API, for the account of the
// view, and decodes the answer unless into is nil.
func (h *House) control(t testing.TB, method, verb string, body map[string]any, into any) {
	t.Helper()
	h.controlWith(t, method, verb, url.Values{}, body, into)
}

// controlWith is control with a query.
func (h *House) controlWith(t testing.TB, method, verb string, query url.Values, body map[string]any, into any) {
	t.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			t.Fatalf("kefutest: %s: %v", verb, err)
		}
	}
	query.Set("appid", h.AppID)
	target := "/sandbox/v1/" + verb + "?" + query.Encode()
	answer := h.Call(t, method, target, string(text))
	if answer.Status != http.StatusOK {
		t.Fatalf("kefutest: %s %s: HTTP %d %s", verb, text, answer.Status, answer.Body)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		t.Fatalf("kefutest: %s: the answer %s: %v", verb, answer.Body, err)
	}
}
