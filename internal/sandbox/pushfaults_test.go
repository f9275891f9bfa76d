package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu/kefutest"
)

// A developer's server that is away is tried again, and the customer hears of it
// when it stays away; then the push can be sent again.
func TestPushFaults(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	follow(t, h, ann, "Ann")
	follow(t, h, ben, "Ben")
	await(t, "both are told of", func() bool { return len(dev.told()) == 2 })
	setFaults(t, h, `{"push":[{"openid":"`+ann+`","dead":true,"times":4}]}`)
	var last received
	if err := json.Unmarshal(post(t, h, "followers/"+ann+"/messages", `{"msgtype":"text","text":{"content":"Hi"}}`).Body, &last); err != nil || last.Push.Outcome != "due" {
		t.Fatalf("got %+v, %v, want it due", last, err)
	}
	if got := says(t, h, ben, "Hi"); got.Push.Outcome != "acknowledged" || got.Push.Attempts != 1 {
		t.Errorf("got %+v, want no trouble for Ben", got)
	}
	attempts := func() int { return len(pushOf(t, h, ann, "text").Attempts) }
	for n := 1; n <= 3; n++ {
		await(t, fmt.Sprintf("attempt %d", n), func() bool { return attempts() == n })
		h.Advance(t, 6*time.Second)
	}
	failed := pushOf(t, h, ann, "text")
	if failed.Outcome != "failed" || failed.Attempts[2].Failure == "" || failed.Attempts[2].Status != 0 {
		t.Errorf("got %+v, want it failed after three attempts", failed)
	}
	messages, _ := phone(t, h, ann, "")
	if len(messages) != 2 || messages[1].From != "system" || messages[1].MsgType != "notice" || messages[1].Notice.Content == "" {
		t.Errorf("got %+v on the phone, want a notice", messages)
	}

	// One fault is left; the second attempt arrives.
	var again received
	if err := json.Unmarshal(post(t, h, fmt.Sprintf("pushes/%d/repeat", failed.ID), "").Body, &again); err != nil || again.MsgID != last.MsgID {
		t.Fatalf("got %+v, %v, want the same message", again, err)
	}
	await(t, "attempt 4", func() bool { return attempts() == 4 })
	h.Advance(t, 6*time.Second)
	await(t, "it arrives", func() bool { return pushOf(t, h, ann, "text").Outcome == "acknowledged" })
	told := dev.told()
	if got := told[len(told)-1]; got != failed.Body {
		t.Errorf("got %s, want the same push again: %s", got, failed.Body)
	}
	if got := string(h.Call(t, http.MethodGet, "/sandbox/v1/faults", "").Body); got != `{"api":[],"push":[]}` {
		t.Errorf("got %s, want all faults used up", got)
	}
	answer := post(t, h, fmt.Sprintf("pushes/%d/repeat?wait=1", failed.ID), "")
	if err := json.Unmarshal(answer.Body, &again); err != nil || again.Push.Outcome != "acknowledged" || again.Push.Attempts != 6 {
		t.Errorf("got %s, want it acknowledged once more", answer.Body)
	}
	for _, id := range []string{"1", "0", "x", "99999999999999999999"} {
		refused(t, post(t, h, "pushes/"+id+"/repeat", ""), http.StatusNotFound, "push_unknown")
	}
}

// pushOf is the last push of a kind about a customer.
func pushOf(t *testing.T, h *kefutest.House, openid, kind string) (found pushed) {
	t.Helper()
	for _, p := range pushes(t, h, "") {
		if p.OpenID == openid && p.Kind == kind {
			found = p
		}
	}
	return found
}

func TestDuplicateAndLatePushes(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	follow(t, h, ann, "Ann")
	setFaults(t, h, `{"push":[{"event":"CLICK","duplicate":true,"times":1}]}`)
	says(t, h, ann, "Hi")
	does(t, h, ann, `{"msgtype":"event","event":"CLICK","event_key":"V1"}`)
	await(t, "the click comes twice", func() bool { return len(dev.told()) == 4 })
	if told := dev.told(); told[2] != told[3] || !strings.Contains(told[2], "CLICK") {
		t.Errorf("got %q, want the click twice", told)
	}
	setFaults(t, h, `{"push":[{"reorder":true,"times":1}]}`)
	post(t, h, "followers/"+ann+"/messages", `{"msgtype":"text","text":{"content":"first"}}`)
	post(t, h, "followers/"+ann+"/messages", `{"msgtype":"text","text":{"content":"second"}}`)
	await(t, "both come", func() bool { return len(dev.told()) == 6 })
	if told := dev.told(); !strings.Contains(told[4], "second") || !strings.Contains(told[5], "first") {
		t.Errorf("got %q, want the second before the first", told[4:])
	}
}

func TestBadPushFaults(t *testing.T) {
	t.Parallel()
	h := start(t)
	for name, fault := range map[string]string{
		"nothing to do":       `{}`,
		"only whom":           `{"openid":"` + ann + `"}`,
		"a bad openid":        `{"openid":"a b","dead":true}`,
		"negative times":      `{"dead":true,"times":-1}`,
		"a bad probability":   `{"dead":true,"probability":1.5}`,
		"a delay of no unit":  `{"delay":"5"}`,
		"a delay of an hour":  `{"delay":"1h"}`,
		"a misspelt member":   `{"deed":true}`,
		"dead in words":       `{"dead":"yes"}`,
		"a path as for calls": `{"path":"*","dead":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, setFaults(t, h, `{"push":[`+fault+`]}`), http.StatusBadRequest, "bad_request")
		})
	}
	refused(t, setFaults(t, h, `{"push":[{"dead":true}`+strings.Repeat(`,{"dead":true}`, 100)+`]}`), http.StatusBadRequest, "bad_request")
	const good = `{"api":[],"push":[{"openid":"` + ann + `","event":"CLICK","delay":"1s","dead":true,"duplicate":true,"reorder":true,"times":2,"probability":0.5}]}`
	if got := string(setFaults(t, h, good).Body); got != good {
		t.Errorf("got %s, want %s", got, good)
	}
}
