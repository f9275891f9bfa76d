package translate

import (
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// Call says what is remembered of an API call.
func Call(c *kefu.Call) wechat.Call {
	return wechat.Call{
		ClientIP:     c.ClientIP,
		CostInMS:     c.Took.Milliseconds(),
		InvokeTime:   c.At.Unix(),
		RequestBody:  c.Request,
		RequestURL:   c.Query,
		ResponseBody: c.Response,
	}
}

// RateLimit says a minute quota; nil stays nil, and the wire leaves it out.
func RateLimit(rate *kefu.Rate) *wechat.RateLimit {
	if rate == nil {
		return nil
	}
	return &wechat.RateLimit{CallCount: rate.Calls, RefreshSecond: int64(rate.Period / time.Second)}
}
