package kefu

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds on what a message holds, in bytes of UTF-8. WeChat refuses what is
// longer and publishes none of the numbers; these are ours, wide enough for what
// its own clients show.
const (
	// MaxText bounds a text, and the words before and after a menu.
	MaxText = 2048
	// MaxTitle bounds a title. WeChat's editor takes 64 characters, which are at
	// most 256 bytes.
	MaxTitle = 256
	// MaxDescription bounds a description and the address of a place, of which a
	// phone shows a few lines.
	MaxDescription = 1024
	// MaxURL bounds a URL, and the path of a page of a mini program. Longer ones
	// do not pass the common proxies.
	MaxURL = 2048
	// MaxMenuItem bounds an item of a menu and its id.
	MaxMenuItem = 200
	// maxContentID bounds the ids of articles and cards and the words that say
	// how a voice is kept. WeChat's have up to 64 characters.
	maxContentID = 256

	// MaxMenu is how many items a menu has.
	MaxMenu = 10
	// MaxArticles is how many articles a message to a customer has.
	MaxArticles = 1
	// MaxReplyArticles is how many articles a passive reply has.
	MaxReplyArticles = 8
)

// fits refuses fields that are too long, or hold what cannot be kept.
func (c *Content) fits() error {
	for _, a := range c.Articles {
		if err := within(a.Title, a.Description, a.URL, a.PicURL); err != nil {
			return err
		}
	}
	if err := within(c.Title, c.Description, c.URL, c.PicURL); err != nil {
		return err
	}
	switch {
	case len(c.Text) > MaxText || len(c.Head) > MaxText || len(c.Tail) > MaxText || len(c.Recognition) > MaxText:
		return ContentTooLong
	case len(c.Label) > MaxDescription:
		return fmt.Errorf("%w: location.label", DescriptionTooLong)
	case len(c.MusicURL) > MaxURL || len(c.HQMusicURL) > MaxURL || len(c.PagePath) > MaxURL:
		return URLTooLong
	case len(c.MenuID) > MaxMenuItem:
		return MenuItemTooLong
	case len(c.MediaID) > maxContentID || len(c.ThumbMediaID) > maxContentID || len(c.MediaID16K) > maxContentID:
		return MediaUnknown
	case len(c.ArticleID) > maxContentID || len(c.CardID) > maxContentID || len(c.Format) > maxContentID || len(c.AppID) > maxContentID:
		return fmt.Errorf("%w: an id of %s is longer than %d bytes", MessageIncomplete, c.Type, maxContentID)
	}
	return c.keepable()
}

func within(title, description, url, picURL string) error {
	switch {
	case len(title) > MaxTitle:
		return TitleTooLong
	case len(description) > MaxDescription:
		return DescriptionTooLong
	case len(url) > MaxURL:
		return URLTooLong
	case len(picURL) > MaxURL:
		return PicURLTooLong
	}
	return nil
}

// keepable refuses what is not text: U+0000 and what is not UTF-8.
func (c *Content) keepable() error {
	texts := []string{
		c.Text, c.MenuID, c.ArticleData, string(c.MediaID), string(c.ThumbMediaID), c.PicURL, c.Format, string(c.MediaID16K), c.Recognition,
		c.Title, c.Description, c.URL, c.MusicURL, c.HQMusicURL, c.Label, c.AppID, c.PagePath, c.ArticleID, c.CardID, c.Head, c.Tail,
	}
	for _, a := range c.Articles {
		texts = append(texts, a.Title, a.Description, a.URL, a.PicURL)
	}
	for _, item := range c.Menu {
		texts = append(texts, item.ID, item.Content)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return fmt.Errorf("%w: the message holds U+0000 or is not UTF-8", ArgumentIllegal)
		}
	}
	return nil
}
