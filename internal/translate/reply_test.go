package translate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// Every passive reply of the vectors is understood.
func TestReply(t *testing.T) {
	vectors := readPushVectors(t, "08_passive_replies_xml.json")
	delete(vectors, "ack-success")
	delete(vectors, "ack-empty")
	shown := func(c kefu.Content) kefu.Reply { return kefu.Reply{Content: &c} }
	for name, want := range map[string]kefu.Reply{
		"text":             shown(kefu.Content{Type: kefu.MsgText, Text: "您好，请稍候"}),
		"image":            shown(kefu.Content{Type: kefu.MsgImage, MediaID: "MEDIA_1"}),
		"voice":            shown(kefu.Content{Type: kefu.MsgVoice, MediaID: "MEDIA_2"}),
		"video":            shown(kefu.Content{Type: kefu.MsgVideo, MediaID: "MEDIA_3", Title: "t", Description: "d"}),
		"music":            shown(kefu.Content{Type: kefu.MsgMusic, Title: "t", Description: "d", MusicURL: "https://example.com/m.mp3", HQMusicURL: "https://example.com/hq.mp3", ThumbMediaID: "MEDIA_4"}),
		"news-one-article": shown(kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{Title: "t", Description: "d", PicURL: "https://example.com/p.jpg", URL: "https://example.com/"}}}),
		"transfer-any":     {Transfer: true},
		"transfer-named":   {Transfer: true, To: "alice@demo_shop"},
	} {
		v, ok := vectors[name]
		if !ok {
			t.Fatalf("%s: no such vector", name)
		}
		delete(vectors, name)
		r, err := wechat.ParseReply(wechat.FormatXML, []byte(v.XML))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&want, translate.Reply(&r, &kefu.Push{Message: new(kefu.Message)})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for name := range vectors {
		t.Errorf("%s: got no reply for this vector", name)
	}
}

// A message is answered with one article, an event with up to eight.
func TestReplyArticles(t *testing.T) {
	r := &wechat.Reply{MsgType: wechat.MsgTypeNews, Articles: make([]wechat.Article, 10)}
	for i := range r.Articles {
		r.Articles[i].Title = string(rune('a' + i))
	}
	for want, p := range map[int]*kefu.Push{1: {Message: new(kefu.Message)}, 8: {Event: new(kefu.Event)}} {
		got := translate.Reply(r, p).Content.Articles
		if len(got) != want || got[0].Title != "a" {
			t.Errorf("got %d articles from %q, want %d from a", len(got), got[0].Title, want)
		}
	}
}
