package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

func setFaults(t *testing.T, h *kefutest.House, body string) *kefutest.Answer {
	t.Helper()
	return h.Call(t, http.MethodPut, "/sandbox/v1/faults", body)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	ask := func(path string) wechat.Errcode {
		t.Helper()
		return h.Call(t, http.MethodGet, path+"?access_token="+token, "").Errcode()
	}
	expect := func(name string, got, want wechat.Errcode) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}

	h.SetFaults(t, kefutest.Fault{Path: wechat.PathAgentList, Errcode: 45009, Times: 2}, kefutest.Fault{Path: wechat.PathAgentList, Errcode: 48001, Times: 1})
	for i, want := range []wechat.Errcode{45009, 45009, 48001, 0, 0} {
		if got := ask(wechat.PathAgentList); got != want {
			t.Errorf("call %d: got %d, want %d", i+1, got, want)
		}
	}
	expect("another path", ask(wechat.PathOnlineAgentList), wechat.OK)

	h.SetFaults(t, kefutest.Fault{Path: "*", Errcode: -1})
	for _, path := range []string{wechat.PathAgentList, wechat.PathToken, wechat.PathAgentAdd, wechat.PathCallbackIP} {
		expect("everything fails: "+path, ask(path), wechat.SystemError)
	}
	if answer := h.Call(t, http.MethodGet, "/healthz", ""); answer.Status != http.StatusOK {
		t.Errorf("got HTTP %d of /healthz, want only API calls to fail", answer.Status)
	}

	const calls = 200
	h.SetFaults(t, kefutest.Fault{Path: wechat.PathCallbackIP, Errcode: -1, Probability: 0.5})
	failed := 0
	for range calls {
		if ask(wechat.PathCallbackIP) == wechat.SystemError {
			failed++
		}
	}
	// With a fair coin, fewer than 50 or more than 150 of 200 come once in 10¹².
	if failed < 50 || failed > 150 {
		t.Errorf("got %d of %d calls failed, want about half", failed, calls)
	}

	h.SetFaults(t, kefutest.Fault{Path: wechat.PathAgentList, Delay: 150 * time.Millisecond, Times: 1})
	began := time.Now()
	expect("only slow", ask(wechat.PathAgentList), wechat.OK)
	if took := time.Since(began); took < 150*time.Millisecond {
		t.Errorf("got an answer after %s, want a delay of 150ms", took)
	}

	h.SetFaults(t)
	if got := string(h.Call(t, http.MethodGet, "/sandbox/v1/faults", "").Body); got != `{"api":[],"push":[]}` {
		t.Errorf("got %s, want no faults", got)
	}
}

// Reading the faults shows how many calls each will still meet.
func TestFaultsLeft(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	setFaults(t, h, `{"api":[{"path":"/cgi-bin/getcallbackip","errcode":-1,"times":3},{"path":"*","errcode":45009,"probability":0.25,"delay":"1ms"}]}`)
	h.Call(t, http.MethodGet, wechat.PathCallbackIP+"?access_token="+token, "")
	var left struct {
		API []struct {
			Path        string
			Errcode     int
			Times       int
			Probability float64
			Delay       string
		} `json:"api"`
	}
	if err := json.Unmarshal(h.Call(t, http.MethodGet, "/sandbox/v1/faults", "").Body, &left); err != nil {
		t.Fatal(err)
	}
	if len(left.API) != 2 || left.API[0].Times != 2 || left.API[1].Probability != 0.25 || left.API[1].Delay != "1ms" {
		t.Errorf("got %+v, want two, the first with two calls left", left.API)
	}
}

// What makes no sense is refused as a whole, and the faults stay as they were.
func TestBadFaults(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.SetFaults(t, kefutest.Fault{Path: wechat.PathCallbackIP, Errcode: -1})
	before := string(h.Call(t, http.MethodGet, "/sandbox/v1/faults", "").Body)
	const good = `{"path":"*","errcode":-1}`
	for name, body := range map[string]string{
		"nothing to do":         `{"api":[{"path":"*"}]}`,
		"no path":               `{"api":[{"errcode":-1}]}`,
		"a path without slash":  `{"api":[{"path":"cgi-bin/token","errcode":-1}]}`,
		"negative times":        `{"api":[{"path":"*","errcode":-1,"times":-1}]}`,
		"negative probability":  `{"api":[{"path":"*","errcode":-1,"probability":-0.1}]}`,
		"probability above one": `{"api":[{"path":"*","errcode":-1,"probability":1.1}]}`,
		"probability as text":   `{"api":[{"path":"*","errcode":-1,"probability":"NaN"}]}`,
		"delay without a unit":  `{"api":[{"path":"*","delay":"5"}]}`,
		"negative delay":        `{"api":[{"path":"*","delay":"-1s"}]}`,
		"delay above a minute":  `{"api":[{"path":"*","delay":"61s"}]}`,
		"errcode as text":       `{"api":[{"path":"*","errcode":"-1"}]}`,
		"misspelt":              `{"api":[{"path":"*","errcod":-1}]}`,
		"the second is bad":     `{"api":[` + good + `,{"path":"*"}]}`,
		"too many":              `{"api":[` + good + strings.Repeat(","+good, 100) + `]}`,
		"another list":          `{"pushes":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, setFaults(t, h, body), http.StatusBadRequest, "bad_request")
			if after := string(h.Call(t, http.MethodGet, "/sandbox/v1/faults", "").Body); after != before {
				t.Errorf("got %s, want %s", after, before)
			}
		})
	}
	if answer := setFaults(t, h, `{"api":[`+good+strings.Repeat(","+good, 99)+`]}`); answer.Status != http.StatusOK {
		t.Errorf("a hundred faults: got HTTP %d %s, want 200", answer.Status, answer.Body)
	}
}
