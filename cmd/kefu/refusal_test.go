package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/openkefu/kefu/client"
	"github.com/openkefu/kefu/wechat"
)

func TestRefusal(t *testing.T) {
	plain := errors.New("no answer")
	for _, row := range []struct {
		name string
		err  error
		want string
	}{
		{"with rid and advice",
			&client.Error{Path: "/customservice/kfaccount/add", APIError: wechat.APIError{
				Errcode: wechat.AgentExists, Base: "custom service account exists", RID: "65f0c2a1-1a2b3c4d-0badf00d"}},
			"the API refused with errcode 65406: custom service account exists (rid 65f0c2a1-1a2b3c4d-0badf00d); choose another name, or change its nickname with kefu agent update"},
		{"without either",
			&client.Error{APIError: wechat.APIError{Errcode: 99999, Base: "something new"}},
			"the API refused with errcode 99999: something new"},
		{"another error", plain, "no answer"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := refusal(row.err)
			if got.Error() != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
			if !errors.Is(got, row.err) {
				t.Error("the error is no longer what the client returned")
			}
		})
	}
}

// Advice is the end of a line: no capital, no full stop, and never a secret's
// flag on a command line that is to be copied.
func TestAdvice(t *testing.T) {
	given := 0
	for _, code := range wechat.Errcodes() {
		text := advice(code)
		if text == "" {
			continue
		}
		given++
		if strings.HasSuffix(text, ".") || strings.Contains(text, "\n") || text[:1] != strings.ToLower(text[:1]) {
			t.Errorf("%d: %q does not read as the end of a line", int(code), text)
		}
	}
	if given == 0 {
		t.Error("no errcode has advice")
	}
	if got := advice(wechat.OK); got != "" {
		t.Errorf("success: got the advice %q, want none", got)
	}
}
