package kefu

// MsgType is the kind of a message, by the wire's own word.
type MsgType string

// The kinds of messages. Which way each may go is for [Content.Validate] and
// [Content.ValidateInbound] to say.
const (
	MsgText            MsgType = "text"
	MsgImage           MsgType = "image"
	MsgVoice           MsgType = "voice"
	MsgVideo           MsgType = "video"
	MsgShortVideo      MsgType = "shortvideo"
	MsgLocation        MsgType = "location"
	MsgLink            MsgType = "link"
	MsgMiniProgramPage MsgType = "miniprogrampage"
	MsgMusic           MsgType = "music"
	MsgNews            MsgType = "news"
	MsgMPNews          MsgType = "mpnews"
	MsgMPNewsArticle   MsgType = "mpnewsarticle"
	MsgMenu            MsgType = "msgmenu"
	MsgCard            MsgType = "wxcard"
	// MsgNotice is a line of the system's own, such as the one that an account
	// cannot answer at the moment.
	MsgNotice MsgType = "notice"
)

// Content is what a message says. Type tells which of the other fields belong to
// it:
//
//	text             Text; MenuID when an item of a menu was tapped; AI
//	image            MediaID; PicURL for one of a customer
//	voice            MediaID; Format, MediaID16K and Recognition for one of a customer
//	video            MediaID; optional ThumbMediaID, Title, Description
//	shortvideo       MediaID, ThumbMediaID
//	location         Latitude, Longitude, Scale, Label
//	link             Title, Description, URL, PicURL
//	miniprogrampage  Title, AppID, PagePath, ThumbMediaID, PicURL
//	music            MusicURL, ThumbMediaID; optional Title, Description, HQMusicURL
//	news             Articles
//	mpnews           MediaID
//	mpnewsarticle    ArticleID
//	msgmenu          Head, Menu, Tail
//	wxcard           CardID
//	notice           Text
//
// The names of its JSON form are those of the ledger and do not change.
type Content struct {
	Type MsgType `json:"type"`

	Text string `json:"text,omitempty"`
	// MenuID is the id of the menu item whose tap wrote the text.
	MenuID string `json:"menu_id,omitempty"`
	// ArticleData and ArticleIndex, from 1, name the article that a message of a
	// customer was written at; empty and 0 for none.
	ArticleData  string `json:"article_data,omitempty"`
	ArticleIndex int64  `json:"article_index,omitempty"`
	// AI marks what a machine wrote, which is shown to the customer.
	AI bool `json:"ai,omitempty"`

	MediaID      MediaID `json:"media_id,omitempty"`
	ThumbMediaID MediaID `json:"thumb_media_id,omitempty"`
	PicURL       string  `json:"pic_url,omitempty"`
	Format       string  `json:"format,omitempty"`
	MediaID16K   MediaID `json:"media_id_16k,omitempty"`
	Recognition  string  `json:"recognition,omitempty"`

	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	MusicURL    string `json:"music_url,omitempty"`
	HQMusicURL  string `json:"hq_music_url,omitempty"`

	// Latitude and Longitude are degrees and Scale is the zoom of the map, as
	// decimals; Label is the address in words.
	Latitude  string `json:"latitude,omitempty"`
	Longitude string `json:"longitude,omitempty"`
	Scale     string `json:"scale,omitempty"`
	Label     string `json:"label,omitempty"`

	AppID    string `json:"appid,omitempty"`
	PagePath string `json:"page_path,omitempty"`

	Articles  []Article `json:"articles,omitempty"`
	ArticleID string    `json:"article_id,omitempty"`
	CardID    string    `json:"card_id,omitempty"`

	Head string     `json:"head,omitempty"`
	Menu []MenuItem `json:"menu,omitempty"`
	Tail string     `json:"tail,omitempty"`
}

// Article is a card that leads to a page.
type Article struct {
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
	PicURL      string `json:"pic_url,omitempty"`
}

// MenuItem is a line that the customer can tap: its Content comes back as a
// text of the customer, with its ID.
type MenuItem struct {
	ID      string `json:"id"`
	Content string `json:"content"`
}

// Said is the content as one line of text, as chat records show it: the words
// of a text, and the kind of anything else in brackets.
func (c *Content) Said() string {
	if c.Type == MsgText || c.Type == MsgNotice {
		return c.Text
	}
	return "[" + string(c.Type) + "]"
}

// Media names the media that the content shows, with the kinds that each may
// have.
func (c *Content) Media() []MediaUse {
	var uses []MediaUse
	use := func(id MediaID, kinds ...MediaType) {
		if id != "" {
			uses = append(uses, MediaUse{ID: id, Kinds: kinds})
		}
	}
	switch c.Type {
	case MsgImage:
		use(c.MediaID, MediaImage)
	case MsgVoice:
		use(c.MediaID, MediaVoice)
		use(c.MediaID16K, MediaVoice)
	case MsgVideo, MsgShortVideo:
		use(c.MediaID, MediaVideo)
		use(c.ThumbMediaID, MediaThumb, MediaImage)
	case MsgMusic, MsgMiniProgramPage:
		use(c.ThumbMediaID, MediaThumb, MediaImage)
	}
	return uses
}

// MediaUse is one place where a message shows media.
type MediaUse struct {
	ID    MediaID
	Kinds []MediaType
}
