package wechat

import "fmt"

// ParseReply reads a passive reply in plain form. It takes what developers'
// servers have been seen to send: text without CDATA, indentation, a CreateTime
// in milliseconds, an empty KfAccount, which names nobody, and elements of other
// types, which are ignored. Of the articles it keeps [MaxArticles].
//
// Errors wrap [ErrEmpty], [ErrFormat], [ErrReplyType] or [ErrReplyIncomplete],
// and never quote the body. The bounds are those of [ParsePush].
func ParseReply(format Format, body []byte) (Reply, error) {
	var d document
	if err := d.parse(format, body); err != nil {
		return Reply{}, err
	}
	return d.reply()
}

func (d *document) reply() (Reply, error) {
	var r Reply
	for i := range d.children(0) {
		switch d.at(i).name {
		case "ToUserName":
			r.ToUserName = d.word(i)
		case "FromUserName":
			r.FromUserName = d.word(i)
		case "CreateTime":
			r.CreateTime = seconds(d.integer(i))
		case "MsgType":
			r.MsgType = d.word(i)
		}
	}
	// What else there is depends on the type, which need not come first.
	section := r.section()
	for i := range d.children(0) {
		switch name := d.at(i).name; {
		case name == "Content" && r.MsgType == MsgTypeText:
			r.Content = d.text(i)
		case name == section && name == "Articles":
			d.once(i)
			r.Articles = d.articles(i)
		case name == section:
			d.once(i)
			for j := range d.children(i) {
				r.readSection(d, j)
			}
		}
	}
	switch {
	case d.fault != nil:
		return Reply{}, d.fault
	case r.MsgType == "":
		return Reply{}, fmt.Errorf("%w: MsgType is missing", ErrFormat)
	}
	missing, err := r.missing()
	if err != nil {
		return Reply{}, err
	}
	if missing != "" {
		return Reply{}, fmt.Errorf("%w: %s is missing or empty", ErrReplyIncomplete, missing)
	}
	return r, nil
}

// readSection takes one element of the section that belongs to the type.
func (r *Reply) readSection(d *document, i int) {
	switch name := d.at(i).name; {
	case r.MsgType == MsgTypeTransfer:
		if name == "KfAccount" {
			r.KFAccount = d.word(i)
		}
	case name == "MediaId" && r.MsgType != MsgTypeMusic:
		r.MediaID = d.word(i)
	case r.MsgType != MsgTypeVideo && r.MsgType != MsgTypeMusic:
	case name == "Title":
		r.Title = d.text(i)
	case name == "Description":
		r.Description = d.text(i)
	case r.MsgType != MsgTypeMusic:
	case name == "MusicUrl":
		r.MusicURL = d.word(i)
	case name == "HQMusicUrl":
		r.HQMusicURL = d.word(i)
	case name == "ThumbMediaId":
		r.ThumbMediaID = d.word(i)
	}
}

// articles reads the items of a list. A JSON list may stand in an object of its
// own, {"item":[…]}, which is how programs that turn XML into JSON write it.
func (d *document) articles(list int) []Article {
	if only := d.child(list, itemName); only >= 0 && d.child(only, itemName) >= 0 {
		list = only
	}
	var articles []Article
	for i := range d.children(list) {
		if d.at(i).name != itemName {
			continue
		}
		if len(articles) == MaxArticles {
			break
		}
		var a Article
		for j := range d.children(i) {
			switch d.at(j).name {
			case "Title":
				a.Title = d.text(j)
			case "Description":
				a.Description = d.text(j)
			case "PicUrl":
				a.PicURL = d.word(j)
			case "Url":
				a.URL = d.word(j)
			}
		}
		articles = append(articles, a)
	}
	return articles
}

// seconds reads a time that is in seconds or in milliseconds. As seconds, the
// bound is in the year 5138; as milliseconds, in 1973.
func seconds(n int64) int64 {
	const bound = 100_000_000_000
	if n >= bound {
		return n / 1000
	}
	return n
}
