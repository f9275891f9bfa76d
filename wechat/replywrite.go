package wechat

import "strconv"

// Append writes the reply at the end of out and returns the result, in the same
// manner as [Push.Append]. Optional elements that are empty are left out, and
// fields that do not belong to the type are passed over.
func (r *Reply) Append(out []byte, format Format) []byte {
	w := elementWriter{out: out, format: format}
	w.open("")
	w.text(true, "ToUserName", r.ToUserName)
	w.text(true, "FromUserName", r.FromUserName)
	w.integer(true, "CreateTime", r.CreateTime)
	w.text(true, "MsgType", r.MsgType)
	section := r.section()
	switch r.MsgType {
	case MsgTypeText:
		w.text(true, "Content", r.Content)
	case MsgTypeImage, MsgTypeVoice:
		w.open(section)
		w.text(true, "MediaId", r.MediaID)
		w.close(section)
	case MsgTypeVideo:
		w.open(section)
		w.text(true, "MediaId", r.MediaID)
		w.text(false, "Title", r.Title)
		w.text(false, "Description", r.Description)
		w.close(section)
	case MsgTypeMusic:
		w.open(section)
		w.text(false, "Title", r.Title)
		w.text(false, "Description", r.Description)
		w.text(false, "MusicUrl", r.MusicURL)
		w.text(false, "HQMusicUrl", r.HQMusicURL)
		w.text(true, "ThumbMediaId", r.ThumbMediaID)
		w.close(section)
	case MsgTypeNews:
		r.appendArticles(&w)
	case MsgTypeTransfer:
		if r.KFAccount != "" {
			w.open(section)
			w.text(true, "KfAccount", r.KFAccount)
			w.close(section)
		}
	}
	w.close("")
	return w.out
}

func (r *Reply) appendArticles(w *elementWriter) {
	articles := r.Articles[:min(len(r.Articles), MaxArticles)]
	w.bare("ArticleCount", strconv.Itoa(len(articles)))
	w.openList("Articles")
	for _, a := range articles {
		w.openItem()
		w.text(true, "Title", a.Title)
		w.text(true, "Description", a.Description)
		w.text(true, "PicUrl", a.PicURL)
		w.text(true, "Url", a.URL)
		w.closeItem()
	}
	w.closeList("Articles")
}
