package wechat

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSessionVectors(t *testing.T) {
	responses := map[string]any{
		"getsession-active": new(Session), "getsession-none": new(Session),
		"getsessionlist": new(SessionList), "getsessionlist-empty": new(SessionList),
		"getwaitcase": new(WaitList), "getwaitcase-empty": new(WaitList),
	}
	for _, v := range readVectors(t, "12_sessions.json") {
		t.Run(v.Name, func(t *testing.T) {
			response := responses[v.Name]
			if response == nil {
				response = new(Status)
			}
			if err := json.Unmarshal(v.Response, response); err != nil {
				t.Fatal(err)
			}
			got, err := Marshal(response)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(values(t, v.Response), values(t, got)); diff != "" || !keysAscend(t, got) {
				t.Errorf("got %s, want alphabetical order, and (-want +got):\n%s", got, diff)
			}
			if v.Request.JSON == nil {
				return
			}
			request, err := ParseSessionRequest(v.Request.JSON)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Marshal(request)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(values(t, v.Request.JSON), values(t, again)); diff != "" {
				t.Errorf("the request written again (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEmptyAnswersOfConversations(t *testing.T) {
	for want, v := range map[string]any{
		`{"createtime":0,"kf_account":""}`:                           Session{},
		`{"sessionlist":[]}`:                                         SessionList{},
		`{"count":0,"waitcaselist":[]}`:                              WaitList{},
		`{"msgid":0,"number":0,"recordlist":[]}`:                     RecordList{},
		`{"errcode":0,"errmsg":"","recordlist":[],"retcode":0}`:      LegacyRecords{},
		`{"msgtype":"news","news":{"articles":[]}}`:                  CustomMessage{MsgType: MsgTypeNews, News: &CustomNews{}},
		`{"msgmenu":{"list":[]},"msgtype":"msgmenu","touser":"oA1"}`: CustomMessage{MsgType: MsgTypeMenu, MsgMenu: &CustomMenu{}, ToUser: "oA1"},
	} {
		if got, err := Marshal(v); err != nil || string(got) != want {
			t.Errorf("%T: got %s, %v, want %s", v, got, err, want)
		}
	}
}

// Early clients send more than they must.
func TestSessionRequestWithNote(t *testing.T) {
	got, err := ParseSessionRequest([]byte(`{"kf_account":"alice@demo_shop","openid":"oA1","text":["a","note"]}`))
	if want := (SessionRequest{KFAccount: "alice@demo_shop", OpenID: "oA1"}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// The bodies of these calls are refused for what every body is refused for.
func TestConversationBodiesRefused(t *testing.T) {
	for name, parse := range map[string]func([]byte) error{
		"session": func(b []byte) error { _, err := ParseSessionRequest(b); return err },
		"message": func(b []byte) error { _, err := ParseCustomMessage(b); return err },
		"typing":  func(b []byte) error { _, err := ParseTypingRequest(b); return err },
		"records": func(b []byte) error { _, err := ParseRecordListRequest(b); return err },
		"legacy":  func(b []byte) error { _, err := ParseLegacyRecordsRequest(b); return err },
	} {
		for body, want := range map[string]error{"": ErrEmpty, " \n": ErrEmpty, "[]": ErrFormat, `{"touser":`: ErrFormat, "{}": nil} {
			if err := parse([]byte(body)); !errors.Is(err, want) || (err == nil) != (want == nil) {
				t.Errorf("%s, body %q: got %v, want %v", name, body, err, want)
			}
		}
	}
	for body, parse := range map[string]func([]byte) error{
		`{"kf_account":5}`:  func(b []byte) error { _, err := ParseSessionRequest(b); return err },
		`{"openid":["o"]}`:  func(b []byte) error { _, err := ParseSessionRequest(b); return err },
		`{"command":true}`:  func(b []byte) error { _, err := ParseTypingRequest(b); return err },
		`{"touser":{}}`:     func(b []byte) error { _, err := ParseTypingRequest(b); return err },
		`{"openid":123456}`: func(b []byte) error { _, err := ParseLegacyRecordsRequest(b); return err },
	} {
		if err := parse([]byte(body)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: got %v, want %v", body, err, ErrFormat)
		}
	}
}
