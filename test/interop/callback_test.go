package interop

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/menu"
	"github.com/chanxuehong/wechat/mp/message/callback/request"
)

// exchange is the story of an official account and the developer's server
// behind it, which is the SDK's.
type exchange struct {
	conversation
	dev *developer
	// heard is the last event of a session that was looked at.
	heard int64
}

func TestDeveloperServer(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"plain", "compatible", "safe"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			x := newExchange(t, mode)
			for _, chapter := range []struct {
				name string
				tell func(*exchange, *testing.T)
			}{
				{"handshake", (*exchange).handshake},
				{"subscribe", (*exchange).subscribe},
				{"envelope", (*exchange).envelope},
				{"messages", (*exchange).messages},
				{"events", (*exchange).events},
				{"acknowledgements", (*exchange).acknowledgements},
				{"attempts", (*exchange).attempts},
				{"refused answers", (*exchange).refusedAnswers},
				{"transfer", (*exchange).transfer},
				{"transfer by name", (*exchange).transferByName},
				{"events of sessions that fail", (*exchange).failingEvents},
				{"order", (*exchange).order},
			} {
				// What follows a broken chapter would only repeat its failure.
				if !t.Run(chapter.name, func(t *testing.T) { chapter.tell(x, t) }) {
					t.FailNow()
				}
				x.dev.checkQuiet(t)
			}
		})
	}
}

func newExchange(t *testing.T, mode string) *exchange {
	t.Helper()
	x := &exchange{dev: newDeveloper(t, mode)}
	x.kefu = startKefu(t, x.dev.flags()...)
	x.client, x.wire = newClient(t, x.kefu)
	return x
}

func (x *exchange) subscribe(t *testing.T) {
	hire(t, x.kefu, x.client)
	x.kefu.follow(t, anna, nil)
	x.dev.nextEvent(t, anna, request.EventTypeSubscribe)
	x.kefu.follow(t, boris, row{"qr_scene": "window", "ticket": "gQH"})
	a := x.dev.nextEvent(t, boris, request.EventTypeSubscribe)
	if a.EventKey != "qrscene_window" || a.Ticket != "gQH" {
		t.Errorf("got EventKey %q and Ticket %q, want qrscene_window and gQH", a.EventKey, a.Ticket)
	}
	x.kefu.follow(t, chloe, nil)
	x.dev.nextEvent(t, chloe, request.EventTypeSubscribe)

	// The same by the customer's own doing, which can be waited for.
	x.kefu.unfollow(t, boris)
	x.dev.nextEvent(t, boris, request.EventTypeUnsubscribe)
	got := x.kefu.write(t, boris, row{"msgtype": "event", "event": "subscribe", "event_key": "qrscene_door", "ticket": "gQI"})
	x.checkPush(t, got, "replied", 1)
	x.dev.nextEvent(t, boris, request.EventTypeSubscribe)
	x.kefu.checkShown(t, boris, said("Welcome from door"))
}

func (x *exchange) checkPush(t *testing.T, got written, outcome string, attempts int) {
	t.Helper()
	if want := (pushState{outcome, attempts}); got.Push != want {
		t.Errorf("got a push that ended as %+v, want %+v", got.Push, want)
	}
}

// envelope looks at one push as it comes over the wire. That its signatures and
// what is sealed are right is for the SDK to check.
func (x *exchange) envelope(t *testing.T) {
	from := x.kefu.now(t)
	got := x.kefu.write(t, anna, text("]]> & <xml> 你好 😀"))
	to := x.kefu.now(t)
	x.checkPush(t, got, "replied", 1)
	x.kefu.checkShown(t, anna, said("You said: ]]> & <xml> 你好 😀"))

	a := x.dev.next(t)
	if a.ToUserName != originalID || a.FromUserName != anna || a.CreateTime < from || a.CreateTime > to {
		t.Errorf("got the push %+v, want one of %s from %d to %d", a.MsgHeader, anna, from, to)
	}
	if id, err := strconv.ParseInt(got.MsgID, 10, 64); err != nil || a.MsgId != id {
		t.Errorf("got MsgId %d, want %s", a.MsgId, got.MsgID)
	}
	sealed := x.dev.mode != "plain"
	for parameter, want := range map[string]bool{
		"shop": true, "signature": true, "timestamp": true, "nonce": true, "openid": true,
		"encrypt_type": sealed, "msg_signature": sealed, "echostr": false,
	} {
		if got := a.query.Has(parameter); got != want {
			t.Errorf("the query %v has %s: %t, want %t", a.query, parameter, got, want)
		}
	}
	if got := a.query.Get("openid"); got != anna {
		t.Errorf("got openid %q in the query, want %q", got, anna)
	}
	if got, want := strings.Contains(a.body, "<Encrypt>"), sealed; got != want {
		t.Errorf("the body %s is sealed: %t, want %t", a.body, got, want)
	}
	if got, want := strings.Contains(a.body, "<Content>"), x.dev.mode != "safe"; got != want {
		t.Errorf("the body %s can be read: %t, want %t", a.body, got, want)
	}
}

// messages sends each type that a customer can, of which the server repeats
// what the SDK found in it.
func (x *exchange) messages(t *testing.T) {
	x.uploadMedia(t)
	for _, m := range []struct {
		name    string
		message row
		want    row
	}{
		{"text", text("两行\n第二行"), said("You said: 两行\n第二行")},
		{"tap on a menu", row{"msgtype": "text", "text": row{"content": "满意"}, "bizmsgmenuid": "101"}, said("You chose 101: 满意")},
		{"image", row{"msgtype": "image", "image": row{"media_id": x.media.image, "picurl": "https://shop.example/p?a=1&b=2"}},
			row{"from": "account", "msgtype": "image", "image": row{"media_id": x.media.image}}},
		{"voice", row{"msgtype": "voice", "voice": row{"media_id": x.media.voice, "format": "amr", "recognition": "你好"}},
			row{"from": "account", "msgtype": "voice", "voice": row{"media_id": x.media.voice}}},
		{"video", row{"msgtype": "video", "video": row{"media_id": x.media.video, "thumb_media_id": x.media.thumb}},
			row{"from": "account", "msgtype": "video", "video": row{"media_id": x.media.video, "title": "Yours", "description": "again"}}},
		{"location", row{"msgtype": "location", "location": row{"latitude": 23.134521, "longitude": 113.358803, "scale": 20, "label": "广州 <1> & 2"}},
			said("23.134521 113.358803 20 广州 <1> & 2")},
		{"link", row{"msgtype": "link", "link": row{"title": "官网", "description": "a & b", "url": "https://shop.example/?a=1&b=2"}},
			said("官网|a & b|https://shop.example/?a=1&b=2")},
		{"text with a MsgId of its own", row{"msgtype": "text", "text": row{"content": "large"}, "msgid": "9223372036854775807"}, said("You said: large")},
		// To a message, WeChat shows the first article alone.
		{"answered with news", text(saysNews), shownNews(1)},
	} {
		t.Run(m.name, func(t *testing.T) {
			got := x.kefu.write(t, anna, m.message)
			x.checkPush(t, got, "replied", 1)
			a := x.dev.next(t)
			if fmt.Sprint(a.MsgId) != got.MsgID || string(a.MsgType) != m.message["msgtype"] {
				t.Errorf("got a push of type %s with MsgId %d, want %s and %s", a.MsgType, a.MsgId, m.message["msgtype"], got.MsgID)
			}
			x.kefu.checkShown(t, anna, m.want)
			switch a.MsgType {
			case request.MsgTypeImage:
				if got, want := a.PicURL, "https://shop.example/p?a=1&b=2"; got != want {
					t.Errorf("got PicUrl %q, want %q", got, want)
				}
			case request.MsgTypeVoice:
				if a.Format != "amr" || a.Recognition != "你好" {
					t.Errorf("got Format %q and Recognition %q, want amr and 你好", a.Format, a.Recognition)
				}
			case request.MsgTypeVideo:
				if a.ThumbMediaId != x.media.thumb {
					t.Errorf("got ThumbMediaId %q, want %q", a.ThumbMediaId, x.media.thumb)
				}
			}
		})
	}
}

func (x *exchange) events(t *testing.T) {
	got := x.kefu.write(t, anna, row{"msgtype": "event", "event": "CLICK", "event_key": "V1001_TODAY & more"})
	x.checkPush(t, got, "replied", 1)
	x.dev.nextEvent(t, anna, menu.EventTypeClick)
	x.kefu.checkShown(t, anna, said("You tapped V1001_TODAY & more"))
	x.checkPush(t, x.kefu.write(t, anna, row{"msgtype": "event", "event": "CLICK", "event_key": saysNews}), "replied", 1)
	x.dev.nextEvent(t, anna, menu.EventTypeClick)
	x.kefu.checkShown(t, anna, shownNews(2))

	for _, e := range []struct {
		event row
		want  func(arrival) bool
	}{
		{row{"event": "VIEW", "event_key": "https://shop.example/?a=1&b=2", "menu_id": 7},
			func(a arrival) bool { return a.EventKey == "https://shop.example/?a=1&b=2" && a.MenuId == 7 }},
		{row{"event": "SCAN", "event_key": "window", "ticket": "gQH"},
			func(a arrival) bool { return a.EventKey == "window" && a.Ticket == "gQH" }},
		{row{"event": "LOCATION", "latitude": 23.137466, "longitude": 113.352425, "precision": 119.385040},
			func(a arrival) bool {
				return a.Latitude == 23.137466 && a.Longitude == 113.352425 && a.Precision == 119.38504
			}},
		{row{"event": "scancode_push", "event_key": "K", "scan_type": "qrcode", "scan_result": "1"},
			func(a arrival) bool {
				return a.EventKey == "K" && a.ScanCodeInfo != nil && a.ScanCodeInfo.ScanType == "qrcode" && a.ScanCodeInfo.ScanResult == "1"
			}},
	} {
		name := fmt.Sprint(e.event["event"])
		e.event["msgtype"] = "event"
		x.checkPush(t, x.kefu.write(t, anna, e.event), "acknowledged", 1)
		if a := x.dev.nextEvent(t, anna, core.EventType(name)); !e.want(a) {
			t.Errorf("%s: got %+v", name, *a.MixedMsg)
		}
	}
}

// acknowledgements are answers that show nothing.
func (x *exchange) acknowledgements(t *testing.T) {
	for _, content := range []string{saysNothing, saysSealed} {
		t.Run(content, func(t *testing.T) {
			before := len(x.kefu.phone(t, anna))
			x.checkPush(t, x.kefu.write(t, anna, text(content)), "acknowledged", 1)
			x.dev.next(t)
			if after := len(x.kefu.phone(t, anna)); after != before+1 {
				t.Errorf("the phone shows %d messages more, want the customer's own", after-before)
			}
		})
	}
}
