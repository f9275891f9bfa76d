package admin

import (
	"strings"
	"time"
	_ "time/tzdata" // browsers name zones that a small server has never heard of

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/exchange"
)

// trendDays is how many days the trend of an overview shows.
const trendDays = 14

// zone is the time zone of whoever asks, by its name; without one it is that of the
// platform. Days begin and end there.
func zone(name string) (*time.Location, error) {
	if name == "" {
		return kefu.Beijing, nil
	}
	if len(name) > 64 || name == "Local" || strings.HasPrefix(name, "/") {
		return nil, exchange.BadRequest(`"tz" must be the name of a time zone, such as "Asia/Shanghai"`)
	}
	at, err := time.LoadLocation(name)
	if err != nil {
		return nil, exchange.BadRequest(`"tz" must be the name of a time zone, such as "Asia/Shanghai"`)
	}
	return at, nil
}

// midnight is when the day of a time began, n days later.
func midnight(at time.Time, n int) time.Time {
	y, m, d := at.Date()
	return time.Date(y, m, d+n, 0, 0, 0, 0, at.Location())
}

// period is what an overview is asked for: today, yesterday, or the last 7 or 14 days
// with today. It is compared with as many days before; today and yesterday by hours,
// the others by days.
func period(name string, now time.Time) (q desk.OverviewQuery, err error) {
	first, days := 0, 1
	switch name {
	case "", "today":
	case "yesterday":
		first = -1
	case "7d":
		first, days = -6, 7
	case "14d":
		first, days = -13, 14
	default:
		return q, exchange.BadRequest(`"range" must be today, yesterday, 7d or 14d`)
	}
	if days == 1 {
		q.Slots, q.Before = hoursOf(midnight(now, first)), hoursOf(midnight(now, first-1))
		// On the days when clocks are changed one has an hour more.
		n := min(len(q.Slots), len(q.Before))
		q.Slots, q.Before = q.Slots[:n], q.Before[:n]
		q.Slots[n-1], q.Before[n-1] = midnight(now, first+1), midnight(now, first)
	} else {
		for i := 0; i <= days; i++ {
			q.Slots = append(q.Slots, midnight(now, first+i))
			q.Before = append(q.Before, midnight(now, first-days+i))
		}
	}
	end := q.Before[len(q.Before)-1]
	q.BeforeUntil = end
	if first+days > 0 {
		q.BeforeUntil = now.AddDate(0, 0, -days)
	}
	for i := 1 - trendDays; i <= 1; i++ {
		q.Days = append(q.Days, midnight(now, i))
	}
	return q, nil
}

// hoursOf are the hours of a day, and its end.
func hoursOf(day time.Time) []time.Time {
	var all []time.Time
	end := midnight(day, 1)
	for at := day; at.Before(end); at = at.Add(time.Hour) {
		all = append(all, at)
	}
	return append(all, end)
}
