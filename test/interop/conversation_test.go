package interop

import (
	"strings"
	"testing"
	"time"

	"github.com/chanxuehong/wechat/mp/core"
	"github.com/chanxuehong/wechat/mp/dkf"
	"github.com/chanxuehong/wechat/mp/message/custom"
)

// conversation is the story of an official account, its followers and its
// agents, told through the SDK. There is no developer's server in it: whoever
// writes waits for an agent.
type conversation struct {
	kefu   *kefu
	client *core.Client
	wire   *redirect
	// began is the time of the sandbox when the story began.
	began time.Time
	media uploads
}

// uploads are the ids of what the story uploaded.
type uploads struct{ image, voice, video, thumb string }

func TestConversationStory(t *testing.T) {
	t.Parallel()
	k := startKefu(t)
	c := &conversation{kefu: k}
	c.began = k.setNoon(t)
	c.client, c.wire = newClient(t, k)
	for _, chapter := range []struct {
		name string
		tell func(*conversation, *testing.T)
	}{
		{"agents", (*conversation).agents},
		{"followers", (*conversation).followers},
		{"remarks", (*conversation).remarks},
		{"tags", (*conversation).tags},
		{"media", (*conversation).uploadMedia},
		{"refuse media", (*conversation).refuseMedia},
		{"replies", (*conversation).replies},
		{"messages", (*conversation).messages},
		{"refuse messages", (*conversation).refuseMessages},
		{"typing", (*conversation).typing},
		{"sessions", (*conversation).sessions},
		{"refuse sessions", (*conversation).refuseSessions},
		{"records", (*conversation).records},
		{"old records", (*conversation).oldRecords},
	} {
		// What follows a broken chapter would only repeat its failure.
		if !t.Run(chapter.name, func(t *testing.T) { chapter.tell(c, t) }) {
			t.FailNow()
		}
	}
}

// post calls what the SDK has no function for, with the SDK's client.
func (c *conversation) post(path string, request any) error {
	var answer core.Error
	if err := c.client.PostJSON("https://api.weixin.qq.com"+path+"?access_token=", request, &answer); err != nil {
		return err
	}
	if answer.ErrCode != core.ErrCodeOK {
		return &answer
	}
	return nil
}

func (c *conversation) agents(t *testing.T) {
	hire(t, c.kefu, c.client)
	list, err := dkf.KfList(c.client)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Account != alice || list[1].Account != bob {
		t.Errorf("got agents %v, want %s and %s", list, alice, bob)
	}
}

// replies goes through what a customer's action allows.
func (c *conversation) replies(t *testing.T) {
	send := func() error { return custom.Send(c.client, custom.NewText(anna, "一 <b>&amp;</b> 二", "")) }
	// Following allowed three, for a minute.
	c.kefu.advance(t, 61*time.Second)
	checkRefused(t, send(), replyTimeOver)

	c.kefu.write(t, anna, text("Are you there?"))
	for range 5 {
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	c.kefu.checkShown(t, anna, said("一 <b>&amp;</b> 二"))
	before := len(c.kefu.phone(t, anna))
	checkRefused(t, send(), replyCountReached)
	if after := len(c.kefu.phone(t, anna)); after != before {
		t.Errorf("after a refused message, the phone shows %d messages, want %d", after, before)
	}

	// A tap on a menu allows three more.
	c.kefu.write(t, anna, row{"msgtype": "event", "event": "CLICK", "event_key": "HELP"})
	for range 3 {
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	checkRefused(t, send(), replyCountReached)
}

// messages sends each type that the SDK knows, and looks at the phone.
func (c *conversation) messages(t *testing.T) {
	article := custom.Article{Title: "Opening hours", Description: "9 to 5", URL: "https://shop.example/hours", PicURL: "https://shop.example/hours.png"}
	menu := []custom.MenuItem{{Id: 101, Content: "满意"}, {Id: 102, Content: "不满意"}}
	for _, m := range []struct {
		name    string
		message any
		want    row
	}{
		{"text", custom.NewText(anna, "第一行\n第二行 <a href=\"https://shop.example\">&</a>", ""),
			said("第一行\n第二行 <a href=\"https://shop.example\">&</a>")},
		{"text of an agent", custom.NewText(anna, "Alice here", alice), saidBy(alice, "Alice", "Alice here")},
		{"image", custom.NewImage(anna, c.media.image, ""),
			row{"from": "account", "msgtype": "image", "image": row{"media_id": c.media.image}}},
		{"voice", custom.NewVoice(anna, c.media.voice, ""),
			row{"from": "account", "msgtype": "voice", "voice": row{"media_id": c.media.voice}}},
		{"video", custom.NewVideo(anna, c.media.video, c.media.thumb, "Tour", "All rooms", ""),
			row{"from": "account", "msgtype": "video", "video": row{
				"media_id": c.media.video, "thumb_media_id": c.media.thumb, "title": "Tour", "description": "All rooms"}}},
		{"music", custom.NewMusic(anna, c.media.thumb, "https://shop.example/a.mp3", "https://shop.example/a.flac", "Jingle", "Ours", ""),
			row{"from": "account", "msgtype": "music", "music": row{
				"musicurl": "https://shop.example/a.mp3", "hqmusicurl": "https://shop.example/a.flac",
				"thumb_media_id": c.media.thumb, "title": "Jingle", "description": "Ours"}}},
		{"news", custom.NewNews(anna, []custom.Article{article}, ""),
			row{"from": "account", "msgtype": "news", "news": row{"articles": []any{row{
				"title": "Opening hours", "description": "9 to 5", "url": "https://shop.example/hours", "picurl": "https://shop.example/hours.png"}}}}},
		{"mpnews", custom.NewMPNews(anna, "MPNEWS-7", ""),
			row{"from": "account", "msgtype": "mpnews", "mpnews": row{"media_id": "MPNEWS-7"}}},
		{"card", custom.NewWxCard(anna, "pCard-7", "", ""),
			row{"from": "account", "msgtype": "wxcard", "wxcard": row{"card_id": "pCard-7"}}},
		{"link", custom.NewMiniLink(anna, "Shop", "Ours", "https://shop.example", "https://shop.example/s.png", ""),
			row{"from": "account", "msgtype": "link", "link": row{
				"title": "Shop", "description": "Ours", "url": "https://shop.example", "thumb_url": "https://shop.example/s.png"}}},
		{"menu of an agent", custom.NewMenu(anna, "How was it?", "Thank you", bob, menu),
			row{"from": "agent", "kf_account": bob, "nickname": "Bob", "msgtype": "msgmenu", "msgmenu": row{
				"head_content": "How was it?", "tail_content": "Thank you",
				"list": []any{row{"id": "101", "content": "满意"}, row{"id": "102", "content": "不满意"}}}}},
	} {
		t.Run(m.name, func(t *testing.T) {
			c.kefu.write(t, anna, text("more, please"))
			if err := custom.Send(c.client, m.message); err != nil {
				t.Fatal(err)
			}
			if got, want := c.wire.lastAnswer(), `{"errcode":0,"errmsg":"ok"}`; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			c.kefu.checkShown(t, anna, m.want)
		})
	}
}

func (c *conversation) refuseMessages(t *testing.T) {
	c.kefu.write(t, anna, text("and more"))
	before := len(c.kefu.phone(t, anna))
	two := []custom.Article{{Title: "one", URL: "https://shop.example/1"}, {Title: "two", URL: "https://shop.example/2"}}
	for _, r := range []struct {
		name    string
		message any
		want    refusal
	}{
		{"customer unknown", custom.NewText("oNobody", "hello", ""), openidIllegal},
		{"not following", custom.NewText(chloe, "hello", ""), replyTimeOver},
		{"agent unknown", custom.NewText(anna, "hello", "nobody@demo_shop"), agentUnknown},
		{"empty text", custom.NewText(anna, "", ""), contentEmpty},
		{"text too long", custom.NewText(anna, strings.Repeat("x", 2049), ""), contentTooLong},
		{"media unknown", custom.NewImage(anna, "MEDIA_nobody_uploaded", ""), mediaUnknown},
		{"media of another type", custom.NewImage(anna, c.media.voice, ""), mediaUnknown},
		{"two articles", custom.NewNews(anna, two, ""), articlesTooMany},
	} {
		t.Run(r.name, func(t *testing.T) { checkRefused(t, custom.Send(c.client, r.message), r.want) })
	}
	if after := len(c.kefu.phone(t, anna)); after != before {
		t.Errorf("after refusals only, the phone shows %d messages, want %d", after, before)
	}
}

// typing is newer than the SDK, whose client alone is used.
func (c *conversation) typing(t *testing.T) {
	typing := func(command string) error {
		return c.post("/cgi-bin/message/custom/typing", row{"touser": anna, "command": command})
	}
	show := func(want bool) {
		t.Helper()
		if got := c.kefu.typing(t, anna); got != want {
			t.Errorf("the phone shows typing: got %t, want %t", got, want)
		}
	}
	c.kefu.write(t, anna, text("Hello?"))
	if err := typing("Typing"); err != nil {
		t.Fatal(err)
	}
	show(true)
	checkRefused(t, typing("Typing"), typingAlready)
	if err := typing("CancelTyping"); err != nil {
		t.Fatal(err)
	}
	show(false)
	if err := typing("Typing"); err != nil {
		t.Fatal(err)
	}
	// What is sent ends it.
	if err := custom.Send(c.client, custom.NewText(anna, "Yes!", "")); err != nil {
		t.Fatal(err)
	}
	show(false)
	checkRefused(t, typing("typing"), commandIllegal)
	c.kefu.advance(t, 31*time.Second)
	checkRefused(t, typing("Typing"), typingWithoutMessage)
}
