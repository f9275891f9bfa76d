package kefu_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/openkefu/kefu"
)

// media has the form of a media id.
const media kefu.MediaID = "MEDIA_1"

func articles(n int) []kefu.Article {
	list := make([]kefu.Article, n)
	for i := range list {
		list[i] = kefu.Article{Title: "t", Description: "d", URL: "https://example.com/", PicURL: "https://example.com/p.jpg"}
	}
	return list
}

func menu(n int) []kefu.MenuItem {
	list := make([]kefu.MenuItem, n)
	for i := range list {
		list[i] = kefu.MenuItem{ID: "101", Content: "Yes"}
	}
	return list
}

func text(s string) kefu.Content { return kefu.Content{Type: kefu.MsgText, Text: s} }

func chars(n int) string { return strings.Repeat("x", n) }

type ruled struct {
	name    string
	content kefu.Content
	want    error
}

func check(t *testing.T, rows []ruled, rule func(*kefu.Content) error) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if err := rule(&row.content); !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
				t.Errorf("got %v, want %v", err, row.want)
			}
		})
	}
}

func TestContentToACustomer(t *testing.T) {
	const app = "wx00000000000000aa"
	page := kefu.Content{Type: kefu.MsgMiniProgramPage, Title: "Order 7", AppID: app, PagePath: "pages/a?id=7", ThumbMediaID: media}
	link := kefu.Content{Type: kefu.MsgLink, Title: "t", Description: "d", URL: "https://example.com/", PicURL: "https://example.com/t.jpg"}
	but := func(c kefu.Content, change func(*kefu.Content)) kefu.Content {
		change(&c)
		return c
	}
	check(t, []ruled{
		{"text", text("Hello"), nil},
		{"text of the longest length", text(chars(kefu.MaxText)), nil},
		{"text one byte longer", text(chars(kefu.MaxText + 1)), kefu.ContentTooLong},
		{"text counted in bytes", text(strings.Repeat("好", 683)), kefu.ContentTooLong},
		{"text empty", text(""), kefu.ContentEmpty},
		{"text of spaces", text(" \t\r\n"), kefu.ContentEmpty},
		{"text of an ideographic space", text("\u3000"), kefu.ContentEmpty},
		{"text with lines and emoji", text("a\n\n😀"), nil},
		{"text with U+0000", text("a\x00b"), kefu.ArgumentIllegal},
		{"text that is not UTF-8", text("a\xff"), kefu.ArgumentIllegal},
		{"text with a link", text(`<a href="https://example.com">words</a>`), nil},
		{"text with a menu", text(`Pick: <a href="weixin://bizmsgmenu?msgmenucontent=yes&msgmenuid=1">yes</a>`), nil},
		{"text with a mini program", text(`<a href="https://example.com" data-miniprogram-appid="` + app + `" data-miniprogram-path="a?x=1">here</a>`), nil},
		{"mini program in single quotes", text(`<a data-miniprogram-appid='` + app + `' href='x'>here</a>`), nil},
		{"mini program without quotes", text(`<A DATA-MINIPROGRAM-APPID=` + app + `>here</A>`), nil},
		{"mini program that cannot be", text(`see <a data-miniprogram-appid="wx1">here</a>`), kefu.MiniProgramIllegal},
		{"mini program without a name", text(`<a data-miniprogram-appid="">here</a>`), kefu.MiniProgramIllegal},
		{"mini program of a second link", text(`<a data-miniprogram-appid="` + app + `">a</a> <a
			data-miniprogram-appid = nope>b</a>`), kefu.MiniProgramIllegal},
		{"mini program in the value of another attribute", text(`<a href="x data-miniprogram-appid=nope">here</a>`), nil},
		{"mini program outside of a link", text(`data-miniprogram-appid="nope"`), nil},
		{"mini program in another tag", text(`<abbr data-miniprogram-appid="nope">`), nil},

		{"image", kefu.Content{Type: kefu.MsgImage, MediaID: media}, nil},
		{"image without media", kefu.Content{Type: kefu.MsgImage, PicURL: "https://example.com/p.jpg"}, kefu.MessageIncomplete},
		{"image with a media id that none can have", kefu.Content{Type: kefu.MsgImage, MediaID: kefu.MediaID(chars(300))}, kefu.MediaUnknown},
		{"voice", kefu.Content{Type: kefu.MsgVoice, MediaID: media}, nil},
		{"voice without media", kefu.Content{Type: kefu.MsgVoice}, kefu.MessageIncomplete},
		{"video", kefu.Content{Type: kefu.MsgVideo, MediaID: media, ThumbMediaID: media, Title: "t", Description: "d"}, nil},
		{"video without a thumb", kefu.Content{Type: kefu.MsgVideo, MediaID: media}, nil},
		{"video without media", kefu.Content{Type: kefu.MsgVideo, ThumbMediaID: media}, kefu.MessageIncomplete},
		{"video with a long title", kefu.Content{Type: kefu.MsgVideo, MediaID: media, Title: chars(kefu.MaxTitle + 1)}, kefu.TitleTooLong},
		{"video with a long description", kefu.Content{Type: kefu.MsgVideo, MediaID: media, Description: chars(kefu.MaxDescription + 1)}, kefu.DescriptionTooLong},

		{"music", kefu.Content{Type: kefu.MsgMusic, MusicURL: "https://example.com/m.mp3", ThumbMediaID: media}, nil},
		{"music without a thumb", kefu.Content{Type: kefu.MsgMusic, MusicURL: "https://example.com/m.mp3"}, kefu.MessageIncomplete},
		{"music without a URL", kefu.Content{Type: kefu.MsgMusic, HQMusicURL: "https://example.com/m.mp3", ThumbMediaID: media}, kefu.MessageIncomplete},
		{"music with a long URL", kefu.Content{Type: kefu.MsgMusic, MusicURL: chars(kefu.MaxURL + 1), ThumbMediaID: media}, kefu.URLTooLong},
		{"music with a long second URL", kefu.Content{Type: kefu.MsgMusic, MusicURL: "u", HQMusicURL: chars(kefu.MaxURL + 1), ThumbMediaID: media}, kefu.URLTooLong},

		{"news", kefu.Content{Type: kefu.MsgNews, Articles: articles(1)}, nil},
		{"news without articles", kefu.Content{Type: kefu.MsgNews}, kefu.ArticlesMissing},
		{"news of two articles", kefu.Content{Type: kefu.MsgNews, Articles: articles(2)}, kefu.ArticlesTooMany},
		{"news of a picture", kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{PicURL: "https://example.com/p.jpg"}}}, nil},
		{"news of nothing to see", kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{URL: "https://example.com/"}}}, kefu.MessageIncomplete},
		{"news with a long title", kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{Title: chars(kefu.MaxTitle + 1)}}}, kefu.TitleTooLong},
		{"news with a long description", kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{Title: "t", Description: chars(kefu.MaxDescription + 1)}}}, kefu.DescriptionTooLong},
		{"news with a long URL", kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{Title: "t", URL: chars(kefu.MaxURL + 1)}}}, kefu.URLTooLong},
		{"news with a long picture URL", kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{Title: "t", PicURL: chars(kefu.MaxURL + 1)}}}, kefu.PicURLTooLong},
		{"news with U+0000", kefu.Content{Type: kefu.MsgNews, Articles: []kefu.Article{{Title: "t\x00"}}}, kefu.ArgumentIllegal},

		{"mpnews", kefu.Content{Type: kefu.MsgMPNews, MediaID: media}, nil},
		{"mpnews without media", kefu.Content{Type: kefu.MsgMPNews}, kefu.MessageIncomplete},
		{"mpnewsarticle", kefu.Content{Type: kefu.MsgMPNewsArticle, ArticleID: "ARTICLE_1"}, nil},
		{"mpnewsarticle without an id", kefu.Content{Type: kefu.MsgMPNewsArticle}, kefu.MessageIncomplete},
		{"mpnewsarticle with a long id", kefu.Content{Type: kefu.MsgMPNewsArticle, ArticleID: chars(257)}, kefu.MessageIncomplete},
		{"wxcard", kefu.Content{Type: kefu.MsgCard, CardID: "pCARD_1"}, nil},
		{"wxcard without an id", kefu.Content{Type: kefu.MsgCard, CardID: " "}, kefu.MessageIncomplete},

		{"msgmenu", kefu.Content{Type: kefu.MsgMenu, Head: "Was this helpful?", Menu: menu(2), Tail: "Thanks"}, nil},
		{"msgmenu of items alone", kefu.Content{Type: kefu.MsgMenu, Menu: menu(1)}, nil},
		{"msgmenu of the most items", kefu.Content{Type: kefu.MsgMenu, Menu: menu(kefu.MaxMenu)}, nil},
		{"msgmenu of one item more", kefu.Content{Type: kefu.MsgMenu, Menu: menu(kefu.MaxMenu + 1)}, kefu.MenuTooLong},
		{"msgmenu without items", kefu.Content{Type: kefu.MsgMenu, Head: "Pick"}, kefu.MessageIncomplete},
		{"msgmenu with an item without id", kefu.Content{Type: kefu.MsgMenu, Menu: []kefu.MenuItem{{Content: "Yes"}}}, kefu.MessageIncomplete},
		{"msgmenu with an item without words", kefu.Content{Type: kefu.MsgMenu, Menu: []kefu.MenuItem{{ID: "1", Content: " "}}}, kefu.MessageIncomplete},
		{"msgmenu with the longest item", kefu.Content{Type: kefu.MsgMenu, Menu: []kefu.MenuItem{{ID: "1", Content: chars(kefu.MaxMenuItem)}}}, nil},
		{"msgmenu with a longer item", kefu.Content{Type: kefu.MsgMenu, Menu: []kefu.MenuItem{{ID: "1", Content: chars(kefu.MaxMenuItem + 1)}}}, kefu.MenuItemTooLong},
		{"msgmenu with a long id", kefu.Content{Type: kefu.MsgMenu, Menu: []kefu.MenuItem{{ID: chars(kefu.MaxMenuItem + 1), Content: "Yes"}}}, kefu.MenuItemTooLong},
		{"msgmenu with a long head", kefu.Content{Type: kefu.MsgMenu, Head: chars(kefu.MaxText + 1), Menu: menu(1)}, kefu.ContentTooLong},
		{"msgmenu with a long tail", kefu.Content{Type: kefu.MsgMenu, Tail: chars(kefu.MaxText + 1), Menu: menu(1)}, kefu.ContentTooLong},

		{"miniprogrampage", page, nil},
		{"miniprogrampage without a title", but(page, func(c *kefu.Content) { c.Title = "" }), kefu.MessageIncomplete},
		{"miniprogrampage without an appid", but(page, func(c *kefu.Content) { c.AppID = "" }), kefu.MessageIncomplete},
		{"miniprogrampage of what cannot be", but(page, func(c *kefu.Content) { c.AppID = "wx1" }), kefu.MiniProgramIllegal},
		{"miniprogrampage without a path", but(page, func(c *kefu.Content) { c.PagePath = "" }), kefu.MessageIncomplete},
		{"miniprogrampage with a long path", but(page, func(c *kefu.Content) { c.PagePath = chars(kefu.MaxURL + 1) }), kefu.URLTooLong},
		{"miniprogrampage without a thumb", but(page, func(c *kefu.Content) { c.ThumbMediaID = "" }), kefu.MessageIncomplete},

		{"link", link, nil},
		{"link without a title", but(link, func(c *kefu.Content) { c.Title = "" }), kefu.MessageIncomplete},
		{"link without a description", but(link, func(c *kefu.Content) { c.Description = "" }), kefu.MessageIncomplete},
		{"link without a URL", but(link, func(c *kefu.Content) { c.URL = "" }), kefu.MessageIncomplete},
		{"link without a picture", but(link, func(c *kefu.Content) { c.PicURL = "" }), kefu.MessageIncomplete},

		{"no type", kefu.Content{Text: "Hello"}, kefu.MessageTypeUnknown},
		{"a type that does not exist", kefu.Content{Type: "sticker"}, kefu.MessageTypeUnknown},
		{"a type in another case", kefu.Content{Type: "Text", Text: "Hello"}, kefu.MessageTypeUnknown},
		{"location", kefu.Content{Type: kefu.MsgLocation, Latitude: "23.1", Longitude: "113.3"}, kefu.MessageTypeUnknown},
		{"shortvideo", kefu.Content{Type: kefu.MsgShortVideo, MediaID: media}, kefu.MessageTypeUnknown},
		{"a notice", kefu.Content{Type: kefu.MsgNotice, Text: "Hello"}, kefu.MessageTypeUnknown},
	}, (*kefu.Content).Validate)
}

func TestContentOfAReply(t *testing.T) {
	check(t, []ruled{
		{"text", text("Hello"), nil},
		{"text empty", text(""), kefu.ContentEmpty},
		{"text of spaces", text("\n"), kefu.ContentEmpty},
		{"text one byte too long", text(chars(kefu.MaxText + 1)), kefu.ContentTooLong},
		{"text with a link to nowhere", text(`<a data-miniprogram-appid="nope">here</a>`), nil},
		{"image", kefu.Content{Type: kefu.MsgImage, MediaID: media}, nil},
		{"image without media", kefu.Content{Type: kefu.MsgImage}, kefu.MessageIncomplete},
		{"voice", kefu.Content{Type: kefu.MsgVoice, MediaID: media}, nil},
		{"video", kefu.Content{Type: kefu.MsgVideo, MediaID: media}, nil},
		{"video with a long title", kefu.Content{Type: kefu.MsgVideo, MediaID: media, Title: chars(kefu.MaxTitle + 1)}, kefu.TitleTooLong},
		{"music without a URL", kefu.Content{Type: kefu.MsgMusic, ThumbMediaID: media}, nil},
		{"music without a thumb", kefu.Content{Type: kefu.MsgMusic, MusicURL: "https://example.com/m.mp3"}, kefu.MessageIncomplete},
		{"news of the most articles", kefu.Content{Type: kefu.MsgNews, Articles: articles(kefu.MaxReplyArticles)}, nil},
		{"news of one article more", kefu.Content{Type: kefu.MsgNews, Articles: articles(kefu.MaxReplyArticles + 1)}, kefu.ArticlesTooMany},
		{"news without articles", kefu.Content{Type: kefu.MsgNews}, kefu.ArticlesMissing},
		{"msgmenu", kefu.Content{Type: kefu.MsgMenu, Menu: menu(1)}, kefu.MessageTypeUnknown},
		{"link", kefu.Content{Type: kefu.MsgLink, Title: "t", Description: "d", URL: "u", PicURL: "p"}, kefu.MessageTypeUnknown},
		{"a type that does not exist", kefu.Content{Type: "sticker"}, kefu.MessageTypeUnknown},
	}, (*kefu.Content).ValidateReply)
}

func TestContentOfACustomer(t *testing.T) {
	at := func(latitude, longitude, scale string) kefu.Content {
		return kefu.Content{Type: kefu.MsgLocation, Latitude: latitude, Longitude: longitude, Scale: scale, Label: "海珠区"}
	}
	check(t, []ruled{
		{"text", text("hi"), nil},
		{"text of a menu", kefu.Content{Type: kefu.MsgText, Text: "Yes", MenuID: "101"}, nil},
		{"text of a menu with a long id", kefu.Content{Type: kefu.MsgText, Text: "Yes", MenuID: chars(kefu.MaxMenuItem + 1)}, kefu.MenuItemTooLong},
		{"text empty", text(""), kefu.ContentEmpty},
		{"text of spaces", text("  "), kefu.ContentEmpty},
		{"text too long", text(chars(kefu.MaxText + 1)), kefu.ContentTooLong},
		{"text with a link to nowhere", text(`<a data-miniprogram-appid="nope">here</a>`), nil},
		{"text with U+0000", text("\x00"), kefu.ArgumentIllegal},
		{"image by media", kefu.Content{Type: kefu.MsgImage, MediaID: media}, nil},
		{"image by URL", kefu.Content{Type: kefu.MsgImage, PicURL: "https://example.com/p.jpg"}, nil},
		{"image of nothing", kefu.Content{Type: kefu.MsgImage}, kefu.MessageIncomplete},
		{"image with a long URL", kefu.Content{Type: kefu.MsgImage, PicURL: chars(kefu.MaxURL + 1)}, kefu.PicURLTooLong},
		{"voice", kefu.Content{Type: kefu.MsgVoice, MediaID: media, Format: "amr", Recognition: "hello"}, nil},
		{"voice without media", kefu.Content{Type: kefu.MsgVoice, Recognition: "hello"}, kefu.MessageIncomplete},
		{"voice with a long recognition", kefu.Content{Type: kefu.MsgVoice, MediaID: media, Recognition: chars(kefu.MaxText + 1)}, kefu.ContentTooLong},
		{"video", kefu.Content{Type: kefu.MsgVideo, MediaID: media}, nil},
		{"shortvideo", kefu.Content{Type: kefu.MsgShortVideo, MediaID: media}, nil},
		{"shortvideo without media", kefu.Content{Type: kefu.MsgShortVideo}, kefu.MessageIncomplete},
		{"location", at("23.134521", "113.358803", "20"), nil},
		{"location without scale", at("-90", "-180", ""), nil},
		{"location without latitude", at("", "113.358803", ""), kefu.MessageIncomplete},
		{"location without longitude", at("23.134521", "", ""), kefu.MessageIncomplete},
		{"location beyond the pole", at("90.1", "0", ""), kefu.MessageIncomplete},
		{"location beyond the date line", at("0", "-180.5", ""), kefu.MessageIncomplete},
		{"location of words", at("north", "0", ""), kefu.MessageIncomplete},
		{"location of no number", at("NaN", "0", ""), kefu.MessageIncomplete},
		{"location with endless digits", at("0."+strings.Repeat("0", 60), "0", ""), kefu.MessageIncomplete},
		{"location with a scale of words", at("0", "0", "near"), kefu.MessageIncomplete},
		{"location with a long label", kefu.Content{Type: kefu.MsgLocation, Latitude: "0", Longitude: "0", Label: chars(kefu.MaxDescription + 1)}, kefu.DescriptionTooLong},
		{"link", kefu.Content{Type: kefu.MsgLink, Title: "t", URL: "https://example.com/"}, nil},
		{"link without a URL", kefu.Content{Type: kefu.MsgLink, Title: "t"}, kefu.MessageIncomplete},
		{"miniprogrampage", kefu.Content{Type: kefu.MsgMiniProgramPage, Title: "t", AppID: "wx00000000000000aa", PagePath: "pages/a"}, nil},
		{"miniprogrampage of what cannot be", kefu.Content{Type: kefu.MsgMiniProgramPage, Title: "t", AppID: "nope", PagePath: "pages/a"}, kefu.MiniProgramIllegal},
		{"miniprogrampage without a path", kefu.Content{Type: kefu.MsgMiniProgramPage, Title: "t", AppID: "wx00000000000000aa"}, kefu.MessageIncomplete},
		{"music", kefu.Content{Type: kefu.MsgMusic, MusicURL: "u", ThumbMediaID: media}, kefu.MessageTypeUnknown},
		{"news", kefu.Content{Type: kefu.MsgNews, Articles: articles(1)}, kefu.MessageTypeUnknown},
		{"a notice", kefu.Content{Type: kefu.MsgNotice, Text: "Hello"}, kefu.MessageTypeUnknown},
		{"a type that does not exist", kefu.Content{Type: "sticker"}, kefu.MessageTypeUnknown},
	}, (*kefu.Content).ValidateInbound)
}

// The rules read what strangers wrote: they end, and what passes them is within
// the bounds.
func FuzzContentRules(f *testing.F) {
	f.Add("text", `<a href="x" data-miniprogram-appid="wx00000000000000aa">here</a>`, "101")
	f.Add("text", `<a data-miniprogram-appid='`+chars(500), "")
	f.Add("location", "23.134521", "113.358803")
	f.Add("msgmenu", "Yes", "101")
	f.Fuzz(func(t *testing.T, kind, one, other string) {
		c := kefu.Content{
			Type: kefu.MsgType(kind), Text: one, MediaID: kefu.MediaID(other), Title: one, Description: other, URL: one, PicURL: other, MusicURL: one,
			ThumbMediaID: kefu.MediaID(other), Latitude: one, Longitude: other, AppID: one, PagePath: other, ArticleID: one, CardID: other,
			Articles: []kefu.Article{{Title: one, URL: other}}, Menu: []kefu.MenuItem{{ID: one, Content: other}},
		}
		for name, rule := range map[string]func(*kefu.Content) error{
			"to": (*kefu.Content).Validate, "reply": (*kefu.Content).ValidateReply, "from": (*kefu.Content).ValidateInbound,
		} {
			var reason kefu.Reason
			switch err := rule(&c); {
			case err != nil && !errors.As(err, &reason):
				t.Errorf("%s: got %v, want a reason", name, err)
			case err == nil && (strings.ContainsRune(one+other, 0) || len(one) > kefu.MaxURL || len(other) > kefu.MaxURL):
				t.Errorf("%s: got %q and %q through", name, one, other)
			}
		}
	})
}
