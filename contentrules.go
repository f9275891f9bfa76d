package kefu

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Validate refuses what cannot be sent to a customer: text, image, voice, video,
// music, news, mpnews, mpnewsarticle, msgmenu, wxcard, miniprogrampage and link
// can, everything else is [MessageTypeUnknown]. A field that a type must have
// and that is absent or nothing but white space, which a phone would show as
// nothing, makes it [MessageIncomplete]; a text then is [ContentEmpty] and news
// without an article are [ArticlesMissing]. What a type must have:
//
//	text             Text
//	image, voice     MediaID
//	video            MediaID; clients do without the thumb that the documents ask for
//	music            MusicURL, ThumbMediaID
//	news             one article with a title, a description or a picture
//	mpnews           MediaID
//	mpnewsarticle    ArticleID
//	msgmenu          1 to MaxMenu items, each with ID and Content
//	wxcard           CardID
//	miniprogrampage  Title, AppID, PagePath, ThumbMediaID
//	link             Title, Description, URL, PicURL
//
// Longer fields than [MaxText], [MaxTitle], [MaxDescription], [MaxURL] and
// [MaxMenuItem] allow are ContentTooLong, TitleTooLong, DescriptionTooLong,
// URLTooLong, PicURLTooLong and MenuItemTooLong. A link of a text that opens a
// mini program, and a page of one, must name what can be an appid, else it is
// [MiniProgramIllegal]. A character that no ledger keeps (U+0000, or bytes that
// are not UTF-8) is [ArgumentIllegal]. Whether media exist is for the ledger to
// say; see [Content.Media].
//
// The error names the field in words.
func (c *Content) Validate() error {
	switch c.Type {
	case MsgText, MsgImage, MsgVoice, MsgVideo, MsgMusic, MsgMPNews, MsgMPNewsArticle, MsgCard, MsgMiniProgramPage:
	case MsgNews:
		if len(c.Articles) > MaxArticles {
			return ArticlesTooMany
		}
	case MsgMenu:
		if err := c.validateMenu(); err != nil {
			return err
		}
	case MsgLink:
		if err := missing(c.Type, field{"description", c.Description}, field{"thumb_url", c.PicURL}); err != nil {
			return err
		}
	default:
		return MessageTypeUnknown
	}
	if err := c.complete(); err != nil {
		return err
	}
	if err := c.fits(); err != nil {
		return err
	}
	switch c.Type {
	case MsgText:
		return miniProgramLinks(c.Text)
	case MsgMiniProgramPage:
		if !AppID(c.AppID).Valid() {
			return fmt.Errorf("%w: miniprogrampage.appid", MiniProgramIllegal)
		}
	}
	return nil
}

// ValidateReply refuses what cannot be a passive reply: text, image, voice,
// video, music, and news of at most [MaxReplyArticles] can. What they must have
// is as in [Content.Validate], but that music needs no MusicURL.
func (c *Content) ValidateReply() error {
	switch c.Type {
	case MsgText, MsgImage, MsgVoice, MsgVideo:
		if err := c.complete(); err != nil {
			return err
		}
	case MsgNews:
		if len(c.Articles) > MaxReplyArticles {
			return fmt.Errorf("%w: a reply has at most %d", ArticlesTooMany, MaxReplyArticles)
		}
		if err := c.complete(); err != nil {
			return err
		}
	case MsgMusic:
		if err := missing(c.Type, field{"thumb_media_id", string(c.ThumbMediaID)}); err != nil {
			return err
		}
	default:
		return MessageTypeUnknown
	}
	return c.fits()
}

// ValidateInbound refuses what a customer cannot send: text, image, voice,
// video, shortvideo, location, link and miniprogrampage can be sent. What they
// must have:
//
//	text               Text
//	image              MediaID or PicURL
//	voice              MediaID
//	video, shortvideo  MediaID
//	location           Latitude and Longitude, in degrees; Scale, if any, is a number too
//	link               Title, URL
//	miniprogrampage    Title, AppID, PagePath
//
// The bounds are those of [Content.Validate].
func (c *Content) ValidateInbound() error {
	var err error
	switch c.Type {
	case MsgText, MsgVoice, MsgVideo:
		err = c.complete()
	case MsgImage:
		if showsNothing(c.PicURL) {
			err = c.complete()
		}
	case MsgShortVideo:
		err = missing(c.Type, field{"media_id", string(c.MediaID)})
	case MsgLocation:
		err = c.place()
	case MsgLink:
		err = missing(c.Type, field{"title", c.Title}, field{"url", c.URL})
	case MsgMiniProgramPage:
		err = missing(c.Type, field{"title", c.Title}, field{"appid", c.AppID}, field{"pagepath", c.PagePath})
		if err == nil && !AppID(c.AppID).Valid() {
			err = fmt.Errorf("%w: miniprogrampage.appid", MiniProgramIllegal)
		}
	default:
		return MessageTypeUnknown
	}
	if err != nil {
		return err
	}
	return c.fits()
}

// complete refuses a message to a customer that lacks what its type must have.
func (c *Content) complete() error {
	media := field{"media_id", string(c.MediaID)}
	thumb := field{"thumb_media_id", string(c.ThumbMediaID)}
	switch c.Type {
	case MsgText:
		if showsNothing(c.Text) {
			return ContentEmpty
		}
	case MsgImage, MsgVoice, MsgVideo, MsgMPNews:
		return missing(c.Type, media)
	case MsgMusic:
		return missing(c.Type, field{"musicurl", c.MusicURL}, thumb)
	case MsgNews:
		if len(c.Articles) == 0 {
			return ArticlesMissing
		}
		for i, a := range c.Articles {
			if showsNothing(a.Title) && showsNothing(a.Description) && showsNothing(a.PicURL) {
				return fmt.Errorf("%w: news.articles[%d] shows nothing", MessageIncomplete, i)
			}
		}
	case MsgMPNewsArticle:
		return missing(c.Type, field{"article_id", c.ArticleID})
	case MsgCard:
		return missing(c.Type, field{"card_id", c.CardID})
	case MsgMiniProgramPage:
		return missing(c.Type, field{"title", c.Title}, field{"appid", c.AppID}, field{"pagepath", c.PagePath}, thumb)
	case MsgLink:
		return missing(c.Type, field{"title", c.Title}, field{"url", c.URL})
	}
	return nil
}

func (c *Content) validateMenu() error {
	switch {
	case len(c.Menu) == 0:
		return fmt.Errorf("%w: msgmenu.list", MessageIncomplete)
	case len(c.Menu) > MaxMenu:
		return MenuTooLong
	}
	for i, item := range c.Menu {
		switch {
		case showsNothing(item.ID) || showsNothing(item.Content):
			return fmt.Errorf("%w: msgmenu.list[%d] needs id and content", MessageIncomplete, i)
		case len(item.ID) > MaxMenuItem || len(item.Content) > MaxMenuItem:
			return fmt.Errorf("%w: msgmenu.list[%d]", MenuItemTooLong, i)
		}
	}
	return nil
}

// place refuses a location that is none on Earth.
func (c *Content) place() error {
	if err := missing(c.Type, field{"latitude", c.Latitude}, field{"longitude", c.Longitude}); err != nil {
		return err
	}
	for _, number := range []struct {
		field
		bound float64
	}{
		{field{"latitude", c.Latitude}, 90},
		{field{"longitude", c.Longitude}, 180},
		{field{"scale", c.Scale}, 100},
	} {
		if number.text == "" {
			continue
		}
		if n, err := strconv.ParseFloat(number.text, 64); err != nil || len(number.text) > maxDecimal || !(-number.bound <= n && n <= number.bound) {
			return fmt.Errorf("%w: location.%s must be a number of at most %g", MessageIncomplete, number.name, number.bound)
		}
	}
	return nil
}

// maxDecimal bounds the digits of a coordinate. Phones send up to 20.
const maxDecimal = 32

// field is a part of a message by its name on the wire, which is what the
// reader of a refusal wrote.
type field struct{ name, text string }

// missing names the first field that is blank.
func missing(section MsgType, fields ...field) error {
	for _, f := range fields {
		if showsNothing(f.text) {
			return fmt.Errorf("%w: %s.%s", MessageIncomplete, section, f.name)
		}
	}
	return nil
}

// showsNothing tells whether a text is nothing but white space.
func showsNothing(text string) bool { return strings.TrimSpace(text) == "" }

var (
	anchor = regexp.MustCompile(`(?i)<a\s(?:[^>"']|"[^"]*"|'[^']*')*>`)
	// A name may stand inside of another attribute's value; quoted values are
	// therefore stepped over as a whole.
	attribute = regexp.MustCompile(`(?i)([^\s"'=<>/]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]*)`)
)

// miniProgramLinks refuses a text with a link to a mini program that cannot be.
func miniProgramLinks(text string) error {
	for _, tag := range anchor.FindAllString(text, -1) {
		for _, a := range attribute.FindAllStringSubmatch(tag, -1) {
			if strings.EqualFold(a[1], "data-miniprogram-appid") && !AppID(strings.Trim(a[2], `"'`)).Valid() {
				return fmt.Errorf("%w: data-miniprogram-appid", MiniProgramIllegal)
			}
		}
	}
	return nil
}
