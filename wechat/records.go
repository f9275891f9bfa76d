package wechat

import (
	"slices"
	"strconv"
)

// RecordListRequest is the body of [PathRecordList]. A member that is missing,
// or that is not a whole number, is 0, which none of them may be: the endpoint
// says both with [InvalidParam], unlike all others.
type RecordListRequest struct {
	// EndTime and StartTime are in Unix seconds, both inclusive.
	EndTime int64 `json:"endtime"`
	// MsgID is the id to begin with, 1 at first.
	MsgID int64 `json:"msgid"`
	// Number is how many records are wanted, at most 10,000.
	Number    int64 `json:"number"`
	StartTime int64 `json:"starttime"`
}

// ParseRecordListRequest reads the body of [PathRecordList]. Its errors are about
// the body as a whole.
func ParseRecordListRequest(body []byte) (RecordListRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return RecordListRequest{}, err
	}
	return RecordListRequest{EndTime: o.Int("endtime"), MsgID: o.Int("msgid"), Number: o.Int("number"), StartTime: o.Int("starttime")}, nil
}

// RecordList answers [PathRecordList].
type RecordList struct {
	// MsgID is where the next page begins.
	MsgID int64 `json:"msgid"`
	// Number is how many records there are. Fewer than were asked for means that
	// this page is the last.
	Number     int64        `json:"number"`
	RecordList List[Record] `json:"recordlist"`
}

// Record is one line of the chat records (聊天记录).
type Record struct {
	OpenID string `json:"openid"`
	// OperCode is one of the OperCode constants.
	OperCode int    `json:"opercode"`
	Text     string `json:"text"`
	// Time is in Unix seconds.
	Time int64 `json:"time"`
	// Worker is the full kf account.
	Worker string `json:"worker"`
}

// Values of [Record.OperCode]. [PathRecordList] tells of the last two only.
const (
	OperCodeQueued       = 1000 // the customer waits
	OperCodeAccepted     = 1001 // an agent got the customer
	OperCodeStarted      = 1002 // an agent, or the API, began the session
	OperCodeTransferred  = 1003
	OperCodeClosed       = 1004
	OperCodeGrabbed      = 1005 // another agent took the customer
	OperCodeAccountHeard = 2001 // the account got a message
	OperCodeAgentSaid    = 2002
	OperCodeCustomerSaid = 2003
)

// Append writes the answer behind out, as [Marshal] would. A page may have 10,000
// records, and this is several times as fast.
func (l *RecordList) Append(out []byte) []byte {
	// The names of the members, the numbers, and some escapes.
	const around = 96
	size := around
	for i := range l.RecordList {
		r := &l.RecordList[i]
		size += around + len(r.OpenID) + len(r.Text) + len(r.Worker)
	}
	out = slices.Grow(out, size)
	out = append(out, `{"msgid":`...)
	out = strconv.AppendInt(out, l.MsgID, 10)
	out = append(out, `,"number":`...)
	out = strconv.AppendInt(out, l.Number, 10)
	out = append(out, `,"recordlist":[`...)
	for i := range l.RecordList {
		r := &l.RecordList[i]
		if i > 0 {
			out = append(out, ',')
		}
		out = appendJSONString(append(out, `{"openid":`...), r.OpenID)
		out = strconv.AppendInt(append(out, `,"opercode":`...), int64(r.OperCode), 10)
		out = appendJSONString(append(out, `,"text":`...), r.Text)
		out = strconv.AppendInt(append(out, `,"time":`...), r.Time, 10)
		out = append(appendJSONString(append(out, `,"worker":`...), r.Worker), '}')
	}
	return append(out, `]}`...)
}

// LegacyRecordsRequest is the body of [PathLegacyRecords] and
// [PathOldestRecords]. As in [RecordListRequest], a number that is missing or
// none is 0.
type LegacyRecordsRequest struct {
	// EndTime and StartTime are in Unix seconds, on one day.
	EndTime int64 `json:"endtime"`
	// OpenID is whose records are wanted; everybody's when it is empty.
	OpenID string `json:"openid"`
	// PageIndex counts pages of PageSize records from 1.
	PageIndex int64 `json:"pageindex"`
	PageSize  int64 `json:"pagesize"`
	StartTime int64 `json:"starttime"`
}

// ParseLegacyRecordsRequest reads the body of [PathLegacyRecords] and
// [PathOldestRecords].
func ParseLegacyRecordsRequest(body []byte) (LegacyRecordsRequest, error) {
	o, err := ParseObject(body)
	if err != nil {
		return LegacyRecordsRequest{}, err
	}
	r := LegacyRecordsRequest{OpenID: o.String("openid")}
	if err := o.Err(); err != nil {
		return LegacyRecordsRequest{}, err
	}
	r.EndTime, r.StartTime = o.Int("endtime"), o.Int("starttime")
	r.PageIndex, r.PageSize = o.Int("pageindex"), o.Int("pagesize")
	return r, nil
}

// LegacyRecords answers [PathLegacyRecords] and [PathOldestRecords].
type LegacyRecords struct {
	Status
	RecordList List[Record] `json:"recordlist"`
	// RetCode is always 0.
	RetCode int `json:"retcode"`
}
