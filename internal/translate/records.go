package translate

import (
	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// RecordList says one page of chat records. The next page begins behind the last
// of them; behind an empty page it begins where this one did.
func RecordList(records []kefu.Record, from kefu.MsgID) wechat.RecordList {
	if len(records) > 0 {
		from = records[len(records)-1].ID + 1
	}
	return wechat.RecordList{MsgID: int64(from), Number: int64(len(records)), RecordList: wireRecords(records)}
}

// LegacyRecords says one page of chat records as it was said before 2016.
func LegacyRecords(records []kefu.Record) wechat.LegacyRecords {
	return wechat.LegacyRecords{Status: wechat.NewStatus(wechat.OK, ""), RecordList: wireRecords(records)}
}

func wireRecords(records []kefu.Record) wechat.List[wechat.Record] {
	list := make(wechat.List[wechat.Record], len(records))
	for i := range records {
		r := &records[i]
		list[i] = wechat.Record{
			OpenID: string(r.Customer), OperCode: int(r.What), Text: r.Text, Time: r.At.Unix(), Worker: string(r.Worker),
		}
	}
	return list
}
