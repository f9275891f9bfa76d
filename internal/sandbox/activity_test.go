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

type activity struct {
	Epoch string
	Last  int64
	Whole bool
	Lines []struct {
		Seq           int64
		Kind, Title   string
		Method, About string
		Errcode       *int
		RID           string
		Outcome       string
		Attempts      int
	}
}

func happened(t *testing.T, h *kefutest.House, query string) (activity, string) {
	t.Helper()
	answer := h.Call(t, http.MethodGet, "/sandbox/v1/activity"+query, "")
	var a activity
	if err := json.Unmarshal(answer.Body, &a); err != nil || answer.Status != http.StatusOK {
		t.Fatalf("got %d %s (%v)", answer.Status, answer.Body, err)
	}
	return a, string(answer.Body)
}

// Calls and pushes are seen as they happen, whom they are about, and nothing secret.
func TestActivity(t *testing.T) {
	t.Parallel()
	h, _ := withDeveloper(t)
	before, _ := happened(t, h, "")
	if !before.Whole {
		t.Errorf("got %+v, want all there is", before)
	}
	follow(t, h, ann, "Ann")
	token := h.Token(t)
	h.Call(t, http.MethodPost, "/customservice/kfaccount/add?access_token="+token, `{"kf_account":"carol@demo_shop","nickname":"Geheim"}`)
	h.Call(t, http.MethodPost, "/customservice/kfaccount/add?access_token="+token, `{"kf_account":"carol@demo_shop","nickname":"Carol"}`)
	says(t, h, ann, "words of a customer")

	await(t, "all of it is seen", func() bool {
		a, _ := happened(t, h, fmt.Sprintf("?epoch=%s&after=%d", before.Epoch, before.Last))
		calls, pushes := 0, 0
		for _, l := range a.Lines {
			if l.Kind == "push" && l.Outcome == "acknowledged" && l.About == ann {
				pushes++
			}
			if l.Kind == "call" && l.Title == "/customservice/kfaccount/add" && l.About == "carol@demo_shop" && l.Method == http.MethodPost {
				calls++
			}
		}
		return calls == 2 && pushes >= 2 && !a.Whole
	})
	a, text := happened(t, h, "")
	for i, l := range a.Lines {
		if l.Seq != int64(i)+1 {
			t.Errorf("line %d has the number %d", i, l.Seq)
		}
	}
	var second *int
	rid := ""
	for _, l := range a.Lines {
		if l.About == "carol@demo_shop" {
			second, rid = l.Errcode, l.RID
		}
	}
	if second == nil || *second != 65406 || rid == "" {
		t.Errorf("got %s, want the second refused with a rid", text)
	}
	for _, secret := range []string{token, "Geheim", "words of"} {
		if strings.Contains(text, secret) {
			t.Errorf("got %s, which has %q in it", text, secret)
		}
	}

	// Who waits hears of the next call at once, and who knows another life of the
	// sandbox hears everything.
	heard := make(chan activity, 1)
	go func() {
		got, _ := happened(t, h, fmt.Sprintf("?epoch=%s&after=%d&wait=1", a.Epoch, a.Last))
		heard <- got
	}()
	h.Call(t, http.MethodGet, "/cgi-bin/customservice/getkflist?access_token="+token, "")
	select {
	case got := <-heard:
		if len(got.Lines) == 0 || got.Whole {
			t.Errorf("who waited: got %+v, want the call", got)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("who waited heard nothing")
	}
	if got, _ := happened(t, h, "?epoch=another&after=5&wait=1"); !got.Whole || len(got.Lines) < len(a.Lines) {
		t.Errorf("another epoch: got %+v, want everything", got)
	}
	done(t, post(t, h, "reset", ""))
	if got, text := happened(t, h, fmt.Sprintf("?epoch=%s&after=%d&wait=1", a.Epoch, a.Last)); !got.Whole || got.Epoch == a.Epoch || strings.Contains(text, ann) {
		t.Errorf("after a reset: got %s, want a new life", text)
	}
	refused(t, h.Call(t, http.MethodGet, "/sandbox/v1/activity?after=x", ""), http.StatusBadRequest, "bad_request")
}

// A push that a fault answers with a status is tried again like any other.
func TestPushStatusFault(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	follow(t, h, ann, "Ann")
	await(t, "the follow is told of", func() bool { return len(dev.told()) == 1 })
	setFaults(t, h, `{"push":[{"openid":"`+ann+`","status":502,"times":1}]}`)
	post(t, h, "followers/"+ann+"/messages", `{"msgtype":"text","text":{"content":"Hi"}}`)
	await(t, "the first attempt fails", func() bool { return len(pushOf(t, h, ann, "text").Attempts) == 1 })
	if got := pushOf(t, h, ann, "text").Attempts[0]; got.Status != 502 || got.Failure != "status 502 Bad Gateway" {
		t.Errorf("got %+v, want a bad gateway", got)
	}
	h.Advance(t, 6*time.Second)
	await(t, "the second arrives", func() bool { return pushOf(t, h, ann, "text").Outcome == "acknowledged" })
	refused(t, h.Call(t, http.MethodPut, "/sandbox/v1/faults", `{"push":[{"status":200}]}`), http.StatusBadRequest, "bad_request")
}

// The control room shows the secret that the start of the program prints, as long as it
// works.
func TestRoom(t *testing.T) {
	t.Parallel()
	h := start(t)
	var room struct {
		Accounts []struct{ AppID, Secret string }
		Now      int64
	}
	answer := h.Call(t, http.MethodGet, "/sandbox/v1/room", "")
	if err := json.Unmarshal(answer.Body, &room); err != nil || len(room.Accounts) != 1 || room.Accounts[0].AppID != h.AppID || room.Now == 0 {
		t.Fatalf("got %s (%v), want the demo account", answer.Body, err)
	}
}
