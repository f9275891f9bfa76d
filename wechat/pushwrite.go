package wechat

import "slices"

// Append writes the push at the end of out and returns the result. XML is as
// WeChat writes it, on one line: strings in CDATA, numbers bare. Characters that
// XML does not allow become U+FFFD, and line ends LF. In JSON the names are the
// same, CreateTime and MsgId are numbers, and all else is strings.
func (p *Push) Append(out []byte, format Format) []byte {
	return p.append(out, format, "")
}

// AppendCompatible writes the push as compatible mode does: all its fields, and
// the same push sealed. Encrypt is base64 of msgcrypt.Key.Seal, over what
// [Push.Append] wrote.
func (p *Push) AppendCompatible(out []byte, format Format, encrypt string) []byte {
	return p.append(out, format, encrypt)
}

// append writes the fields in one order that is right for all types. What is not
// empty is written whatever the type, so that a push of a type that is not known
// keeps what was understood of it.
func (p *Push) append(out []byte, format Format, encrypt string) []byte {
	w := elementWriter{out: out, format: format}
	w.open("")
	w.text(true, "ToUserName", p.ToUserName)
	w.text(true, "FromUserName", p.FromUserName)
	w.integer(true, "CreateTime", p.CreateTime)
	w.text(true, "MsgType", p.MsgType)
	p.appendMessage(&w)
	p.appendEvent(&w)
	w.text(false, "MsgDataId", p.MsgDataID)
	w.count("Idx", p.Idx)
	w.count("BusinessId", p.BusinessID)
	w.integer(false, "MsgId", p.MsgID)
	w.text(false, "Encrypt", encrypt)
	w.close("")
	return w.out
}

func (p *Push) appendMessage(w *elementWriter) {
	is := func(types ...string) bool { return slices.Contains(types, p.MsgType) }
	w.text(is(MsgTypeText), "Content", p.Content)
	w.text(false, "bizmsgmenuid", p.BizMsgMenuID)
	w.text(is(MsgTypeImage), "PicUrl", p.PicURL)
	w.text(is(MsgTypeImage, MsgTypeVoice, MsgTypeVideo, MsgTypeShortVideo), "MediaId", p.MediaID)
	w.text(is(MsgTypeVoice), "Format", p.Format)
	w.text(false, "MediaId16K", p.MediaID16K)
	w.text(false, "Recognition", p.Recognition)
	place := is(MsgTypeLocation)
	w.decimal(place, "Location_X", p.LocationX)
	w.decimal(place, "Location_Y", p.LocationY)
	w.decimal(place, "Scale", p.Scale)
	w.text(place, "Label", p.Label)
	link, page := is(MsgTypeLink), is(MsgTypeMiniProgramPage)
	w.text(link || page, "Title", p.Title)
	w.text(link, "Description", p.Description)
	w.text(link, "Url", p.URL)
	w.text(page, "AppId", p.AppID)
	w.text(page, "PagePath", p.PagePath)
	w.text(page, "ThumbUrl", p.ThumbURL)
	w.text(page || is(MsgTypeVideo, MsgTypeShortVideo), "ThumbMediaId", p.ThumbMediaID)
}

func (p *Push) appendEvent(w *elementWriter) {
	event := p.MsgType == MsgTypeEvent
	var always eventFields
	if event {
		always = fieldsOfEvent(p.Event)
	}
	w.text(event, "Event", p.Event)
	w.text(always.key, "EventKey", p.EventKey)
	w.text(false, "Ticket", p.Ticket)
	w.decimal(always.menu, "MenuId", p.MenuID)
	if always.scan || p.ScanType != "" || p.ScanResult != "" {
		w.open("ScanCodeInfo")
		w.text(true, "ScanType", p.ScanType)
		w.text(true, "ScanResult", p.ScanResult)
		w.close("ScanCodeInfo")
	}
	w.decimal(always.position, "Latitude", p.Latitude)
	w.decimal(always.position, "Longitude", p.Longitude)
	w.decimal(always.position, "Precision", p.Precision)
	w.text(always.agent, "KfAccount", p.KFAccount)
	w.text(always.agents, "FromKfAccount", p.FromKFAccount)
	w.text(always.agents, "ToKfAccount", p.ToKFAccount)
	w.text(always.sessionFrom, "SessionFrom", p.SessionFrom)
}
