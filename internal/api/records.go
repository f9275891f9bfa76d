package api

import (
	"context"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

const (
	// maxRecords is the largest page of chat records, as WeChat has it.
	maxRecords = 10_000
	// maxRecordSpan is the longest time that a page is taken from.
	maxRecordSpan = 24 * time.Hour
	// maxLegacyPage and maxOldestPage are the largest pages before 2016, and
	// before 2014.
	maxLegacyPage = 50
	maxOldestPage = 1000
	// maxPassedOver bounds how many records a numbered page is behind. A day that
	// is busier than that is read with the cursor of getmsglist.
	maxPassedOver = 10_000_000
	// fewRecords are on a page for which nobody asks whether there is room, and
	// recordWeight is what one more takes on its way from the ledger to the wire.
	fewRecords   = 64
	recordWeight = 4 << 10
	// lastSecond is the end of the year 9999. A later time is one in
	// milliseconds.
	lastSecond = 253_402_300_799
)

// records are the endpoints of chat records (聊天记录).
func (a *API) records() []endpoint {
	return []endpoint{
		takesJSON(wechat.PathRecordList, wechat.ParseRecordListRequest, forAgents(a.listRecords)),
		takesJSON(wechat.PathLegacyRecords, wechat.ParseLegacyRecordsRequest, forAgents(a.listLegacyRecords(maxLegacyPage))),
		takesJSON(wechat.PathOldestRecords, wechat.ParseLegacyRecordsRequest, forAgents(a.listLegacyRecords(maxOldestPage))),
	}
}

func (a *API) listRecords(ctx context.Context, c *call, r wechat.RecordListRequest) (any, error) {
	switch {
	case !window(r.StartTime, r.EndTime), r.MsgID < 1, r.Number < 1, r.Number > maxRecords:
		return nil, kefu.RecordQueryIllegal
	case r.EndTime-r.StartTime > int64(maxRecordSpan/time.Second):
		return nil, kefu.RecordSpanTooLong
	}
	if err := c.reservePage(ctx, r.Number); err != nil {
		return nil, err
	}
	records, err := a.Desk.Records(ctx, c.owner.AppID, desk.RecordQuery{
		From:  time.Unix(r.StartTime, 0),
		To:    time.Unix(r.EndTime, 0),
		Least: kefu.MsgID(r.MsgID),
		Limit: int(r.Number),
	})
	if err != nil {
		return nil, err
	}
	list := translate.RecordList(records, kefu.MsgID(r.MsgID))
	return list.Append(nil), nil
}

func (a *API) listLegacyRecords(largest int64) func(context.Context, *call, wechat.LegacyRecordsRequest) (any, error) {
	return func(ctx context.Context, c *call, r wechat.LegacyRecordsRequest) (any, error) {
		customer := kefu.OpenID(r.OpenID)
		switch {
		case !window(r.StartTime, r.EndTime), customer != "" && !customer.Valid(),
			r.PageSize < 1, r.PageSize > largest, r.PageIndex < 1, r.PageIndex-1 > maxPassedOver/r.PageSize:
			return nil, kefu.LegacyQueryIllegal
		}
		from, to := time.Unix(r.StartTime, 0), time.Unix(r.EndTime, 0)
		if kefu.QuotaDay(from) != kefu.QuotaDay(to) {
			return nil, kefu.LegacySpanTooLong
		}
		if err := c.reservePage(ctx, r.PageSize); err != nil {
			return nil, err
		}
		records, err := a.Desk.Records(ctx, c.owner.AppID, desk.RecordQuery{
			From:     from,
			To:       to,
			Customer: customer,
			History:  true,
			Skip:     int((r.PageIndex - 1) * r.PageSize),
			Limit:    int(r.PageSize),
		})
		if err != nil {
			return nil, err
		}
		return translate.LegacyRecords(records), nil
	}
}

// reservePage makes sure that there is room for a page of records.
func (c *call) reservePage(ctx context.Context, number int64) error {
	if number <= fewRecords {
		return nil
	}
	return c.reserve(ctx, number*recordWeight)
}

// window tells whether two times bound one.
func window(start, end int64) bool { return 1 <= start && start <= end && end <= lastSecond }
