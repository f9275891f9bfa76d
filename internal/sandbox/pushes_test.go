package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// Everything that a customer does comes to the developer's server, in the form
// that the log of pushes shows.
func TestPushes(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	if got := does(t, h, followsBy(t, h, `{"openid":"`+ann+`","qr_scene":123,"ticket":"T1"}`), `{"msgtype":"text","text":{"content":"Hi"}}`); got.Push.Outcome != "acknowledged" || got.Push.Attempts != 1 || got.MsgID == "" {
		t.Errorf("got %+v, want it acknowledged at once", got)
	}
	for _, row := range []struct {
		body     string
		elements []string
	}{
		{`{"msgtype":"text","text":{"content":"yes"},"bizmsgmenuid":"101"}`, []string{"<Content><![CDATA[yes]]>", "<bizmsgmenuid><![CDATA[101]]>", "<MsgId>"}},
		{`{"msgtype":"image","image":{"picurl":"http://example.com/a.png"}}`, []string{"<PicUrl><![CDATA[http://example.com/a.png]]>"}},
		{`{"msgtype":"location","location":{"latitude":23.134521,"longitude":113.358803,"scale":20,"label":"Canton"}}`, []string{"<Location_X>23.134521<", "<Location_Y>113.358803<", "<Scale>20<", "<Label><![CDATA[Canton]]>"}},
		{`{"msgtype":"link","link":{"title":"t","description":"d","url":"https://example.com/"}}`, []string{"<Title><![CDATA[t]]>", "<Url><![CDATA[https://example.com/]]>"}},
		{`{"msgtype":"event","event":"CLICK","event_key":"V1001"}`, []string{"<Event><![CDATA[CLICK]]>", "<EventKey><![CDATA[V1001]]>"}},
		{`{"msgtype":"event","event":"LOCATION","latitude":23.1,"longitude":113.3,"precision":119.5}`, []string{"<Latitude>23.1<", "<Precision>119.5<"}},
		{`{"msgtype":"event","event":"scancode_push","event_key":"k","scan_type":"qrcode","scan_result":"r"}`, []string{"<ScanType><![CDATA[qrcode]]>", "<ScanResult><![CDATA[r]]>"}},
		{`{"msgtype":"event","event":"user_enter_tempsession","session_from":"s"}`, []string{"<SessionFrom><![CDATA[s]]>"}},
		{`{"msgtype":"event","event":"unsubscribe"}`, []string{"<Event><![CDATA[unsubscribe]]>"}},
		{`{"msgtype":"event","event":"subscribe","event_key":"qrscene_spring","ticket":"T2"}`, []string{"<EventKey><![CDATA[qrscene_spring]]>", "<Ticket><![CDATA[T2]]>"}},
	} {
		t.Run(row.body, func(t *testing.T) {
			got := does(t, h, ann, row.body)
			if got.Push.Outcome != "acknowledged" || (got.MsgID == "") != strings.Contains(row.body, `"event"`) {
				t.Errorf("got %+v, want it acknowledged", got)
			}
			told := dev.told()
			for _, element := range row.elements {
				if !strings.Contains(told[len(told)-1], element) {
					t.Errorf("got %s, want %s in it", told[len(told)-1], element)
				}
			}
		})
	}
	told := dev.told()
	log := pushes(t, h, "")
	if len(log) != len(told) || len(log) != 12 {
		t.Fatalf("got %d pushes in the log and %d told, want 12", len(log), len(told))
	}
	for i, p := range log {
		if p.Body != told[i] || p.URL != dev.url || p.OpenID != ann || p.Outcome != "acknowledged" ||
			len(p.Attempts) != 1 || p.Attempts[0].Status != 200 || p.Attempts[0].Answer != "success" || p.Attempts[0].Failure != "" {
			t.Errorf("got %+v, want what was told: %s", p, told[i])
		}
	}
	if !strings.Contains(log[0].Body, "qrscene_123") || log[0].Kind != "subscribe" || log[1].Kind != "text" || log[6].Kind != "CLICK" {
		t.Errorf("got the kinds %q, %q and %q", log[0].Kind, log[1].Kind, log[6].Kind)
	}
	if page := pushes(t, h, fmt.Sprintf("?limit=2&after=%d", log[1].ID)); len(page) != 2 || page[0].ID != log[2].ID || page[1].ID != log[3].ID {
		t.Errorf("got %+v, want the third and the fourth", page)
	}
	// Following twice is following once.
	if got := does(t, h, ann, `{"msgtype":"event","event":"subscribe"}`); got.Push.Outcome != "none" {
		t.Errorf("got %+v, want nothing pushed", got)
	}
	for _, query := range []string{"?after=-1", "?after=x", "?limit=0"} {
		refused(t, h.Call(t, http.MethodGet, "/sandbox/v1/pushes"+query, ""), http.StatusBadRequest, "bad_request")
	}
	refused(t, post(t, h, "followers/"+ann+"/messages?wait=maybe", `{"msgtype":"text","text":{"content":"x"}}`), http.StatusBadRequest, "bad_request")
	refused(t, post(t, h, "followers/"+ann+"/messages", `{"msgtype":"text","text":{"content":" "}}`), http.StatusBadRequest, "content_empty")
	refused(t, post(t, h, "followers/"+ann+"/messages", `{"msgtype":"image","image":{"media_id":"nothing"}}`), http.StatusBadRequest, "media_unknown")
}

// A message with an id of its own is taken once.
func TestOwnMsgID(t *testing.T) {
	t.Parallel()
	h, dev := withDeveloper(t)
	follow(t, h, ann, "Ann")
	const body = `{"msgtype":"text","text":{"content":"Hi"},"msgid":"23456789012345678"}`
	if got := does(t, h, ann, body); got.MsgID != "23456789012345678" || got.Push.Outcome != "acknowledged" {
		t.Errorf("got %+v, want it acknowledged under its own id", got)
	}
	if got := does(t, h, ann, body); got.MsgID != "23456789012345678" || got.Push.Outcome != "none" {
		t.Errorf("again: got %+v, want the same id and nothing pushed", got)
	}
	told := dev.told()
	if len(told) != 2 || !strings.Contains(told[1], "<MsgId>23456789012345678</MsgId>") {
		t.Errorf("got %q told, want the message once", told)
	}
	if messages, _ := phone(t, h, ann, ""); len(messages) != 1 {
		t.Errorf("got %+v on the phone, want the message once", messages)
	}
}
