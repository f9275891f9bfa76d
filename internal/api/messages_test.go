package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// textTo is a body that sends a text.
func textTo(customer kefu.OpenID, words string) string {
	return `{"touser":"` + string(customer) + `","msgtype":"text","text":{"content":"` + words + `"}}`
}

// withMedia puts media of the shop's into a body in place of the examples'.
func (s *shop) withMedia(t *testing.T, body string) string {
	t.Helper()
	for name, kind := range map[string]kefu.MediaType{
		"MEDIA_1": kefu.MediaImage, "MEDIA_2": kefu.MediaVoice, "MEDIA_3": kefu.MediaVideo, "MEDIA_4": kefu.MediaThumb, "MEDIA_6": kefu.MediaImage,
	} {
		if strings.Contains(body, `"`+name+`"`) {
			body = strings.ReplaceAll(body, name, s.mediaOf(t, name, kind))
		}
	}
	return body
}

func TestMessageVectors(t *testing.T) {
	var doc struct {
		Cases []struct {
			vector
			Method  string  `json:"method"`
			RawBody *string `json:"raw_body"`
		} `json:"cases"`
	}
	readVector(t, "14_custom_messages.json", &doc)
	if len(doc.Cases) < 29 {
		t.Fatalf("got %d cases, want at least 29", len(doc.Cases))
	}
	typing := `{"touser":"` + string(a1) + `","command":"Typing"}`
	// What happens before a case, after A1 wrote, and the request of those that
	// have none.
	worlds := map[string]struct {
		before     func(t *testing.T, s *shop)
		path, body string
	}{
		"typing-again": {
			before: func(t *testing.T, s *shop) { s.post(t, wechat.PathCustomTyping, typing, wechat.OK) },
			path:   wechat.PathCustomTyping, body: typing,
		},
		"typing-no-recent-contact": {
			before: func(_ *testing.T, s *shop) { s.advance(31 * time.Second) },
			path:   wechat.PathCustomTyping, body: typing,
		},
		"unknown-media": {body: `{"touser":"` + string(a1) + `","msgtype":"image","image":{"media_id":"NOBODYS"}}`},
		"two-articles":  {body: `{"touser":"` + string(a1) + `","msgtype":"news","news":{"articles":[{"title":"a"},{"title":"b"}]}}`},
		"window-closed": {
			before: func(_ *testing.T, s *shop) { s.advance(48 * time.Hour) },
			body:   textTo(a1, "hello"),
		},
		"quota-used-up": {
			before: func(t *testing.T, s *shop) {
				for range 5 {
					s.post(t, wechat.PathCustomSend, textTo(a1, "hello"), wechat.OK)
				}
			},
			body: textTo(a1, "hello"),
		},
	}
	for _, v := range doc.Cases {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			s := openShop(t)
			s.say(t, a1, "hi")
			world := worlds[v.Name]
			if world.before != nil {
				world.before(t, s)
			}
			method, path, body := http.MethodPost, wechat.PathCustomSend, world.body
			if world.path != "" {
				path = world.path
			}
			switch {
			case v.Request != nil:
				path, body = v.Request.Path, s.withMedia(t, string(v.Request.JSON))
			case v.RawBody != nil:
				body = *v.RawBody
			case v.Method != "":
				method = v.Method
			case body == "":
				t.Fatal("the case has no request, and the test does not know which it belongs to")
			}
			before := s.shown(t, a1)
			sameAnswer(t, s.ask(t, method, path, body), v.Response)

			added := s.shown(t, a1)[len(before):]
			if path != wechat.PathCustomSend || v.Response["errcode"] != 0.0 {
				if len(added) != 0 {
					t.Errorf("got %d more messages on the phone, want none", len(added))
				}
				return
			}
			if len(added) != 1 {
				t.Fatalf("got %d more messages on the phone, want what was sent", len(added))
			}
			// What is on the phone, said as it was sent, is what was sent.
			m := translate.CustomMessage(&added[0].Content)
			m.ToUser = string(added[0].Customer)
			if added[0].Account != "" {
				m.CustomService = &wechat.CustomService{KFAccount: string(added[0].Account)}
			}
			if got, want := mustJSON(t, tree(t, mustJSON(t, m))), mustJSON(t, tree(t, body)); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func tree(t *testing.T, text string) (values map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &values); err != nil {
		t.Fatal(err)
	}
	return values
}

// shown is what is on a customer's phone.
func (s *shop) shown(t *testing.T, customer kefu.OpenID) []kefu.Message {
	t.Helper()
	messages, err := s.desk.Conversation(t.Context(), s.app, customer, 0, 1000)
	s.do(t, err)
	return messages
}

func TestAllowanceVectors(t *testing.T) {
	var doc struct {
		Timelines []struct {
			Name  string
			Steps []struct {
				T      int64
				User   string
				Event  kefu.EventType
				Send   string
				Expect wechat.Errcode
			}
		}
	}
	readVector(t, "15_send_windows.json", &doc)
	if len(doc.Timelines) < 7 {
		t.Fatalf("got %d timelines, want at least 7", len(doc.Timelines))
	}
	for _, timeline := range doc.Timelines {
		t.Run(timeline.Name, func(t *testing.T) {
			t.Parallel()
			s := openShop(t)
			sent := 0
			for _, step := range timeline.Steps {
				s.at(opening.Add(time.Duration(step.T) * time.Second))
				switch {
				case step.Send != "":
					s.post(t, wechat.PathCustomSend, textTo(a1, "hello"), step.Expect)
					sent++
				case step.User != "":
					s.say(t, a1, "hi")
				case step.Event == kefu.EventSubscribe:
					s.do(t, s.desk.Unfollow(t.Context(), s.app, a1))
					s.follow(t, a1)
				case step.Event == kefu.EventUnsubscribe:
					s.do(t, s.desk.Unfollow(t.Context(), s.app, a1))
				default:
					_, err := s.desk.Receive(t.Context(), s.app, a1, kefu.Inbound{Event: &kefu.Event{Type: step.Event, Key: "K"}})
					s.do(t, err)
				}
			}
			if sent == 0 {
				t.Error("the timeline sends nothing")
			}
		})
	}
}

// Each row breaks one more rule than the row below it, so that each shows that
// its rule is looked at before the next.
func TestOrderOfSendChecks(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.say(t, a1, "hi")
	image := s.mediaOf(t, "IMAGE", kefu.MediaImage)
	for range 5 {
		s.post(t, wechat.PathCustomSend, textTo(a1, "hello"), wechat.OK)
	}
	const service = `,"customservice":{"kf_account":"nobody@demo_shop"}}`
	to := func(openid string) string { return `{"touser":"` + openid + `","msgtype":` }
	known := to(string(a1))
	for _, tt := range []struct {
		name, body string
		want       wechat.Errcode
	}{
		{"no body", ` `, wechat.EmptyPostData},
		{"not JSON", `{"touser":`, wechat.DataFormatError},
		{"touser a number", `{"touser":5,"msgtype":"sticker"}`, wechat.DataFormatError},
		{"a section of another type", `{"touser":"oNobody","msgtype":"text","text":"hello"}`, wechat.DataFormatError},
		{"nobody", to("oNobody") + `"sticker"` + service, wechat.InvalidOpenID},
		{"touser missing", `{"msgtype":"sticker"}`, wechat.InvalidOpenID},
		{"touser empty", to("") + `"text","text":{"content":"hello"}}`, wechat.InvalidOpenID},
		{"touser that none can be", to(`\u0000`) + `"text","text":{"content":"hello"}}`, wechat.InvalidOpenID},
		{"msgtype unknown, its section of no type", known + `"sticker","sticker":5` + service, wechat.InvalidMessageType},
		{"msgtype of customers only", known + `"location","location":5}`, wechat.InvalidMessageType},
		{"msgtype in another case", known + `"TEXT","TEXT":{"content":"hello"}}`, wechat.InvalidMessageType},
		{"msgtype missing", `{"touser":"` + string(a1) + `","text":{"content":"hello"}}`, wechat.InvalidMessageType},
		{"text without words", known + `"text","text":{"content":" "}` + service, wechat.EmptyContent},
		{"text without its section", known + `"text"` + service, wechat.EmptyContent},
		{"text whose section is null", known + `"text","text":null` + service, wechat.EmptyContent},
		{"news without its section", known + `"news"` + service, wechat.EmptyNewsData},
		{"image without its section", known + `"image"` + service, wechat.InvalidArgsSize},
		{"text with U+0000", known + `"text","text":{"content":"\u0000"}` + service, wechat.InvalidArgsSize},
		{"text too long", known + `"text","text":{"content":"` + strings.Repeat("x", 2049) + `"}` + service, wechat.ContentSizeOutOfLimit},
		{"text with a link to nowhere", known + `"text","text":{"content":"<a data-miniprogram-appid='x'>a</a>"}` + service, wechat.InvalidMiniProgramAppID},
		{"menu too long", known + `"msgmenu","msgmenu":{"list":[` + strings.Repeat(`{"id":1,"content":"a"},`, 10) + `{"id":1,"content":"a"}]}` + service, wechat.MenuListSizeOutOfLimit},
		{"menu item too long", known + `"msgmenu","msgmenu":{"list":[{"id":"1","content":"` + strings.Repeat("x", 201) + `"}]}` + service, wechat.MenuItemSizeOutOfLimit},
		{"no such agent", known + `"image","image":{"media_id":"NOBODYS"}` + service, wechat.InvalidAgent},
		{"an agent that none can be", known + `"image","image":{"media_id":"NOBODYS"},"customservice":{"kf_account":"\u0000"}}`, wechat.InvalidAgent},
		{"no such media", known + `"image","image":{"media_id":"NOBODYS"}}`, wechat.InvalidMediaID},
		{"media of another type", known + `"voice","voice":{"media_id":"` + image + `"}}`, wechat.InvalidMediaID},
		{"the allowance used up", known + `"image","image":{"media_id":"` + image + `"}}`, wechat.ResponseCountOutOfLimit},
		{"no allowance", `{"touser":"` + string(b2) + `","msgtype":"image","image":{"media_id":"` + image + `"}}`, wechat.ResponseOutOfTime},
	} {
		t.Run(tt.name, func(t *testing.T) { s.post(t, wechat.PathCustomSend, tt.body, tt.want) })
	}
	if got := len(s.shown(t, a1)); got != 6 {
		t.Errorf("got %d messages on the phone, want the 6 from before", got)
	}
	s.book.check(t, []string{fuzzedSecret})
}

// What clients really send beside what they must.
func TestLeniency(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	video := s.mediaOf(t, "VIDEO", kefu.MediaVideo)
	for _, tt := range []struct{ name, body string }{
		{"a video without its thumb", `{"touser":"` + string(a1) + `","msgtype":"video","video":{"media_id":"` + video + `"}}`},
		{"a businessid as a number", `{"touser":"` + string(a1) + `","msgtype":"text","text":{"content":"a"},"businessid":1}`},
		{"a businessid as a string", `{"touser":"` + string(a1) + `","msgtype":"text","text":{"content":"a"},"businessid":"1"}`},
		{"ids of a menu as numbers", `{"touser":"` + string(a1) + `","msgtype":"msgmenu","msgmenu":{"list":[{"id":101,"content":"Yes"}]}}`},
		{"an empty kf_account", `{"touser":"` + string(a1) + `","msgtype":"text","text":{"content":"a"},"customservice":{"kf_account":""}}`},
		{"an empty customservice", `{"touser":"` + string(a1) + `","msgtype":"text","text":{"content":"a"},"customservice":{}}`},
		{"members of another API", `{"touser":"` + string(a1) + `","msgtype":"text","text":{"content":"a"},"agentid":0,"toparty":"x"}`},
		{"escaped tags", `{"touser":"` + string(a1) + `","msgtype":"text","text":{"content":"\u003ca href=\"https://example.com\"\u003ea\u003c/a\u003e"}}`},
		{"a newline at the end", textTo(a1, "a") + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.say(t, a1, "hi") // five more
			s.post(t, wechat.PathCustomSend, tt.body, wechat.OK)
		})
	}
	last := s.shown(t, a1)
	if got, want := last[len(last)-3].Content.Text, `<a href="https://example.com">a</a>`; got != want {
		t.Errorf("got %q on the phone, want %q", got, want)
	}
}

// What is sent in an agent's name is the agent's on the phone and in the
// records; the rest is in no records.
func TestSendInAnAgentsName(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.say(t, a1, "hi")
	s.post(t, wechat.PathCustomSend, textTo(a1, "from the account"), wechat.OK)
	s.post(t, wechat.PathCustomSend, strings.TrimSuffix(textTo(a1, "from Carol"), "}")+`,"customservice":{"kf_account":"carol@demo_shop"}}`, wechat.OK)
	messages := s.shown(t, a1)
	if len(messages) != 3 || messages[1].From != kefu.FromAccount || messages[2].From != kefu.FromAgent || messages[2].Account != carol {
		t.Errorf("got %+v, want one of the account and one of Carol", messages)
	}
	records, err := s.desk.Records(t.Context(), s.app, desk.RecordQuery{From: opening, To: s.now(), Limit: 10})
	s.do(t, err)
	if len(records) != 1 || records[0].Text != "from Carol" || records[0].Worker != carol || records[0].What != kefu.AgentSaid {
		t.Errorf("got %+v, want what Carol said", records)
	}
}

// The business paths do the same and count for themselves.
func TestBusinessPaths(t *testing.T) {
	t.Parallel()
	s := openShop(t, func(o *kefu.OfficialAccount) {
		o.Limits.DailyCalls = map[string]int64{wechat.PathCustomSend: 2, wechat.PathBusinessSend: 1, wechat.PathCustomTyping: 1, wechat.PathBusinessTyping: 1}
	})
	s.say(t, a1, "hi")
	typing := `{"touser":"` + string(a1) + `","command":"Typing","businessid":1}`
	s.post(t, wechat.PathBusinessTyping, typing, wechat.OK)
	s.post(t, wechat.PathBusinessTyping, typing, wechat.DailyQuotaReached)
	s.post(t, wechat.PathCustomTyping, typing, wechat.AlreadyTyping)
	s.post(t, wechat.PathBusinessSend, textTo(a1, "one"), wechat.OK)
	s.post(t, wechat.PathBusinessSend, textTo(a1, "two"), wechat.DailyQuotaReached)
	s.post(t, wechat.PathCustomSend, textTo(a1, "two"), wechat.OK)
	s.post(t, wechat.PathCustomSend, textTo(a1, "three"), wechat.OK)
	s.post(t, wechat.PathCustomSend, textTo(a1, "four"), wechat.DailyQuotaReached)
	if got := len(s.shown(t, a1)); got != 4 {
		t.Errorf("got %d messages on the phone, want what the customer said and three", got)
	}
}

func TestTyping(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	typing := func(customer, command string, want wechat.Errcode) {
		t.Helper()
		s.post(t, wechat.PathCustomTyping, `{"touser":"`+customer+`","command":"`+command+`"}`, want)
	}
	typing("oNobody", "Typing", wechat.InvalidOpenID)
	typing("oNobody", "CancelTyping", wechat.InvalidOpenID)
	typing("oNobody", "typing", wechat.InvalidCommand)
	typing(string(a1), "", wechat.InvalidCommand)
	typing(string(a1), "Typing", wechat.ResponseOutOfTime)
	typing(string(a1), "CancelTyping", wechat.OK)

	s.say(t, a1, "hi")
	s.advance(30 * time.Second)
	typing(string(a1), "Typing", wechat.OK)
	typing(string(a1), "Typing", wechat.AlreadyTyping)
	typing(string(a1), "CancelTyping", wechat.OK)
	typing(string(a1), "Typing", wechat.OK)
	s.post(t, wechat.PathCustomSend, textTo(a1, "hello"), wechat.OK) // ends it
	typing(string(a1), "Typing", wechat.OK)
	s.advance(15 * time.Second) // ends by itself
	typing(string(a1), "Typing", wechat.OK)
	s.advance(16 * time.Second) // 31 s after the last message
	typing(string(a1), "Typing", wechat.TypingNeedsMessage)

	s.do(t, s.desk.Unfollow(t.Context(), s.app, a1))
	typing(string(a1), "Typing", wechat.ResponseOutOfTime)
}

// FuzzConversations sends bodies to the endpoints of sessions, messages and
// records: every answer is one object, and nothing breaks inside.
func FuzzConversations(f *testing.F) {
	paths := []string{
		wechat.PathCustomSend, wechat.PathCustomTyping, wechat.PathBusinessSend, wechat.PathBusinessTyping, wechat.PathSessionCreate,
		wechat.PathSessionClose, wechat.PathRecordList, wechat.PathLegacyRecords, wechat.PathOldestRecords,
	}
	for i := range paths {
		for _, body := range []string{
			``, `{}`, `[]`, `{"touser":`, textTo(a1, "hello"), textTo(a1, `\u0000\ud83d\ude00`), textTo("oNobody", "hello"),
			`{"touser":"` + string(a1) + `","msgtype":"msgmenu","msgmenu":{"list":[{"id":1,"content":"a"}]},"customservice":{"kf_account":"alice@demo_shop"}}`,
			`{"touser":"` + string(a1) + `","msgtype":"news","news":{"articles":[{"title":"a"},5]}}`,
			`{"touser":"` + string(a1) + `","msgtype":"voice","voice":{"media_id":"` + strings.Repeat("_", 64) + `"}}`,
			`{"touser":"` + string(a1) + `","command":"Typing"}`, sessionOf(alice, a1), sessionOf(alice, "\xff"), sessionOf("\x00", a1),
			`{"starttime":1710277200,"endtime":"1710277300","msgid":1,"number":10000,"openid":"","pagesize":50,"pageindex":1}`,
			`{"starttime":1,"endtime":9223372036854775807,"msgid":9223372036854775807,"number":1,"pagesize":1,"pageindex":9223372036854775807}`,
		} {
			f.Add(uint8(i), []byte(body))
		}
	}
	s := openShop(f)
	s.say(f, a1, "hi")
	token := s.token(f)
	f.Fuzz(func(t *testing.T, path uint8, body []byte) {
		answer := httptest.NewRecorder()
		s.door.ServeHTTP(answer, httptest.NewRequest(http.MethodPost, withToken(paths[int(path)%len(paths)], token), strings.NewReader(string(body))))
		if problem := notOneObject(answer.Body.Bytes()); problem != "" || answer.Code != http.StatusOK {
			t.Fatalf("HTTP %d, %s: %q", answer.Code, problem, answer.Body)
		}
		if errcodeIn(t, answer.Body.Bytes()) == wechat.SystemError {
			t.Errorf("got %s: no request may break something inside", answer.Body)
		}
		s.book.check(t, []string{fuzzedSecret, token})
		s.book.clear()
	})
}
