package kefu

import (
	"maps"
	"time"
)

// Quota rules of the platform that count calls of one official account.
const (
	// ClearsPerMonth is how often all daily counts may be set to zero.
	ClearsPerMonth = 10
	// PathClearsPerMonth is how often the count of one path may be.
	PathClearsPerMonth = 50
	// ForcesPerDay is how often stable_token may be forced to refresh.
	ForcesPerDay = 20

	// defaultDailyCalls is the quota of a path that WeChat names none for; the
	// same as that of sending, which is the busiest.
	defaultDailyCalls = 500_000
)

var dailyCalls = map[string]int64{
	"/cgi-bin/token":               2_000,
	"/cgi-bin/stable_token":        500_000,
	"/cgi-bin/message/custom/send": 500_000,
	"/cgi-bin/user/get":            500,
	"/cgi-bin/user/info":           5_000_000,
	// Ours. Each of the first two stores up to ten megabytes or one, the second for
	// good; the third stores up to five and costs a decoding.
	"/cgi-bin/media/upload":                  100_000,
	"/cgi-bin/media/uploadimg":               10_000,
	"/customservice/kfaccount/uploadheadimg": 10_000,
}

// HasQuota tells whether WeChat names a quota for a path, be it served here or
// not.
func HasQuota(path string) bool {
	_, named := dailyCalls[path]
	return named
}

// DailyQuotas are the quotas of the paths that have one of their own, as far as an
// account sets nothing else.
func DailyQuotas() map[string]int64 { return maps.Clone(dailyCalls) }

// DailyQuota is how many calls of a path the account has per day.
func (o *OfficialAccount) DailyQuota(path string) int64 {
	if n, ok := o.Limits.DailyCalls[path]; ok {
		return n
	}
	if n, ok := dailyCalls[path]; ok {
		return n
	}
	return defaultDailyCalls
}

// Rate is a bound on calls per minute.
type Rate struct {
	Calls  int64
	Period time.Duration
}

// MinuteRate is how many calls of a path the account has per minute; ok is false
// when they are not bounded.
func (o *OfficialAccount) MinuteRate(path string) (r Rate, ok bool) {
	switch path {
	case "/cgi-bin/stable_token":
		return Rate{Calls: 10_000, Period: time.Minute}, true
	case "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/business/send":
		return Rate{Calls: o.Limits.SendsPerMinute, Period: time.Minute}, true
	}
	return Rate{}, false
}

// Beijing is the zone in which the platform's days and months begin. It has had
// no daylight saving since 1991, so a fixed zone is exact.
var Beijing = time.FixedZone("CST", 8*60*60)

// QuotaDay names the day that a call counts for, as 2006-01-02 in [Beijing].
func QuotaDay(now time.Time) string { return now.In(Beijing).Format("2006-01-02") }

// QuotaMonth names the month that a clearing counts for.
func QuotaMonth(now time.Time) string { return now.In(Beijing).Format("2006-01") }
