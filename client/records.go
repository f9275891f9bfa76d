package client

import (
	"context"
	"iter"
	"time"

	"github.com/openkefu/kefu/wechat"
)

const (
	// recordSpan is the longest time that one call may ask about, both ends
	// included.
	recordSpan = 24 * time.Hour
	// recordPage is how many records [Client.AllRecords] asks for at once: the API
	// gives up to 10,000, which with long texts would not fit into an answer.
	recordPage = 1000
	// firstRecord is the cursor to begin with.
	firstRecord = 1
)

// Records reads one page of the chat records of at most 24 hours. The MsgID of
// the answer is that of the next request, while there are as many records as
// were asked for.
func (c *Client) Records(ctx context.Context, request wechat.RecordListRequest) (wechat.RecordList, error) {
	var answer wechat.RecordList
	err := c.post(ctx, wechat.PathRecordList, request, call{into: &answer, complete: func() string {
		return lacks(answer.RecordList == nil, "recordlist")
	}})
	return answer, err
}

// AllRecords reads the chat records between two times, both inclusive and in
// whole seconds, the oldest first: page by page, and a day at a time when they
// are further apart. It ends with the first error.
func (c *Client) AllRecords(ctx context.Context, from, to time.Time) iter.Seq2[wechat.Record, error] {
	return func(yield func(wechat.Record, error) bool) {
		for begin := from.Unix(); begin <= to.Unix(); {
			end := min(begin+int64(recordSpan/time.Second), to.Unix())
			if !c.recordsWithin(ctx, begin, end, yield) {
				return
			}
			begin = end + 1
		}
	}
}

// recordsWithin yields the records of one span, and tells whether to go on.
func (c *Client) recordsWithin(ctx context.Context, begin, end int64, yield func(wechat.Record, error) bool) bool {
	for cursor := int64(firstRecord); ; {
		page, err := c.Records(ctx, wechat.RecordListRequest{StartTime: begin, EndTime: end, MsgID: cursor, Number: recordPage})
		if err != nil {
			yield(wechat.Record{}, err)
			return false
		}
		for _, r := range page.RecordList {
			if !yield(r, nil) {
				return false
			}
		}
		// A cursor that does not move would ask for the same page for ever.
		if len(page.RecordList) < recordPage || page.MsgID <= cursor {
			return true
		}
		cursor = page.MsgID
	}
}
