package wechat

// ParsePush reads a push in plain form: the body of plain and compatible mode,
// or what msgcrypt.Key.Open gave. It ignores elements that it does not know.
// Errors wrap [ErrEmpty], for a body of white space or nothing, or [ErrFormat],
// and never quote the body.
//
// A body is refused that names no MsgType (a sealed one is such), has a known
// element twice, is longer than 512 KiB, has more than 1024 elements or nests
// deeper than 32.
func ParsePush(format Format, body []byte) (Push, error) {
	var d document
	if err := d.parse(format, body); err != nil {
		return Push{}, err
	}
	var p Push
	for i := range d.children(0) {
		p.read(&d, i)
	}
	if d.fault == nil && p.MsgType == "" {
		d.fail("MsgType is missing")
	}
	if d.fault != nil {
		return Push{}, d.fault
	}
	return p, nil
}

// read takes one element. Text that people or programs chose keeps its white
// space, everything else is a word.
func (p *Push) read(d *document, i int) {
	switch d.at(i).name {
	case "ToUserName":
		p.ToUserName = d.word(i)
	case "FromUserName":
		p.FromUserName = d.word(i)
	case "CreateTime":
		p.CreateTime = d.integer(i)
	case "MsgType":
		p.MsgType = d.word(i)
	case "MsgId":
		p.MsgID = d.integer(i)
	case "Content":
		p.Content = d.text(i)
	case "bizmsgmenuid":
		p.BizMsgMenuID = d.text(i)
	case "MediaId":
		p.MediaID = d.word(i)
	case "ThumbMediaId":
		p.ThumbMediaID = d.word(i)
	case "PicUrl":
		p.PicURL = d.word(i)
	case "Format":
		p.Format = d.word(i)
	case "MediaId16K":
		p.MediaID16K = d.word(i)
	case "Recognition":
		p.Recognition = d.text(i)
	case "Location_X":
		p.LocationX = d.word(i)
	case "Location_Y":
		p.LocationY = d.word(i)
	case "Scale":
		p.Scale = d.word(i)
	case "Label":
		p.Label = d.text(i)
	case "Title":
		p.Title = d.text(i)
	case "Description":
		p.Description = d.text(i)
	case "Url":
		p.URL = d.word(i)
	case "AppId":
		p.AppID = d.word(i)
	case "PagePath":
		p.PagePath = d.word(i)
	case "ThumbUrl":
		p.ThumbURL = d.word(i)
	case "MsgDataId":
		p.MsgDataID = d.word(i)
	case "Idx":
		p.Idx = d.integer(i)
	case "BusinessId":
		p.BusinessID = d.integer(i)
	default:
		p.readEvent(d, i)
	}
}

func (p *Push) readEvent(d *document, i int) {
	switch d.at(i).name {
	case "Event":
		p.Event = d.word(i)
	case "EventKey":
		p.EventKey = d.text(i)
	case "Ticket":
		p.Ticket = d.word(i)
	case "MenuId":
		p.MenuID = d.word(i)
	case "ScanCodeInfo":
		d.once(i)
		for j := range d.children(i) {
			switch d.at(j).name {
			case "ScanType":
				p.ScanType = d.word(j)
			case "ScanResult":
				p.ScanResult = d.text(j)
			}
		}
	case "Latitude":
		p.Latitude = d.word(i)
	case "Longitude":
		p.Longitude = d.word(i)
	case "Precision":
		p.Precision = d.word(i)
	case "KfAccount":
		p.KFAccount = d.word(i)
	case "FromKfAccount":
		p.FromKFAccount = d.word(i)
	case "ToKfAccount":
		p.ToKFAccount = d.word(i)
	case "SessionFrom":
		p.SessionFrom = d.text(i)
	}
}
