package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestFollowers(t *testing.T) {
	t.Parallel()
	h := start(t)
	if list, next := followers(t, h, ""); len(list) != 0 || next != "" {
		t.Errorf("got %+v, want nobody to begin with", list)
	}
	var made struct{ OpenID string }
	if err := json.Unmarshal(post(t, h, "followers", "").Body, &made); err != nil || len(made.OpenID) != 28 || made.OpenID[0] != 'o' {
		t.Errorf("got the openid %q, want one like WeChat's", made.OpenID)
	}
	done(t, h.Call(t, http.MethodDelete, "/sandbox/v1/followers/"+made.OpenID, ""))
	done(t, h.Call(t, http.MethodDelete, "/sandbox/v1/followers/"+made.OpenID, ""))
	before := h.Now(t)
	follow(t, h, ann, "Ann")
	follow(t, h, ann, "Ann")
	for i := range 5 {
		follow(t, h, fmt.Sprintf("oB%d", i), "")
	}
	list, next := followers(t, h, "?limit=2")
	if len(list) != 2 || list[0].OpenID != "oB0" || next != "oB1" {
		t.Errorf("got %+v and %q, want the first two", list, next)
	}
	list, next = followers(t, h, "?limit=4&after="+next)
	if len(list) != 4 || next != "" {
		t.Fatalf("got %+v and %q, want the other four", list, next)
	}
	last := list[3]
	if last.OpenID != ann || last.Nickname != "Ann" || last.State != "idle" || last.RepliesLeft != 3 || last.Tags == nil ||
		!about(time.Unix(last.SubscribedAt, 0), before) || last.RepliesUntil-last.SubscribedAt != 60 {
		t.Errorf("got %+v, want Ann with the three replies of a minute that following allows", last)
	}
	h.Advance(t, time.Minute)
	if list, _ = followers(t, h, "?after=oB4"); list[0].RepliesLeft != 0 || list[0].RepliesUntil != 0 {
		t.Errorf("got %+v after the minute, want no replies", list[0])
	}
	for name, body := range map[string]string{
		"a bad openid":         `{"openid":"a b"}`,
		"a long nickname":      `{"nickname":"` + strings.Repeat("n", 65) + `"}`,
		"an unknown scene":     `{"scene":"by chance"}`,
		"a code of no value":   `{"qr_scene":0}`,
		"a code of true":       `{"qr_scene":true}`,
		"a long code":          `{"qr_scene":"` + strings.Repeat("c", 65) + `"}`,
		"a ticket for no code": `{"ticket":"T"}`,
		"a misspelt member":    `{"nick":"Ann"}`,
		"a list":               `[]`,
	} {
		t.Run(name, func(t *testing.T) { refused(t, post(t, h, "followers", body), http.StatusBadRequest, "bad_request") })
	}
	for _, query := range []string{"?limit=0", "?limit=1001", "?limit=x", "?after=a%20b"} {
		refused(t, h.Call(t, http.MethodGet, "/sandbox/v1/followers"+query, ""), http.StatusBadRequest, "bad_request")
	}
	for _, nobody := range []string{"oNobody", "a%20b"} {
		refused(t, h.Call(t, http.MethodDelete, "/sandbox/v1/followers/"+nobody, ""), http.StatusNotFound, "customer_unknown")
		refused(t, h.Call(t, http.MethodGet, "/sandbox/v1/followers/"+nobody+"/messages", ""), http.StatusNotFound, "customer_unknown")
		refused(t, post(t, h, "followers/"+nobody+"/messages", `{"msgtype":"text","text":{"content":"x"}}`), http.StatusNotFound, "customer_unknown")
	}
	refused(t, post(t, h, "followers/"+made.OpenID+"/messages", `{"msgtype":"text","text":{"content":"x"}}`), http.StatusConflict, "not_following")
}
