package script

import (
	"fmt"
	"net/http"
	"time"

	"github.com/openkefu/kefu/wechat"
)

// onPhone is a message as a phone shows it.
type onPhone struct {
	ID      int64
	From    string
	MsgType string
	Text    struct{ Content string }
}

// phone reads all that a customer's phone shows.
func (d door) phone(customer string) (all []onPhone, err error) {
	return pages(func(after int64) ([]onPhone, error) {
		var answer struct{ Messages []onPhone }
		err := d.sandbox(http.MethodGet, fmt.Sprintf("followers/%s/messages?after=%d", customer, after), nil, &answer)
		return answer.Messages, err
	}, func(m onPhone) int64 { return m.ID })
}

// logged is a push as the log of pushes shows it.
type logged struct {
	ID       int64
	OpenID   string
	Kind     string
	Body     string
	Outcome  string
	Attempts []struct{ Failure string }
}

// pushes reads the log of pushes after an id.
func (d door) pushes(after int64) ([]logged, error) {
	return pages(func(from int64) ([]logged, error) {
		var answer struct{ Pushes []logged }
		err := d.sandbox(http.MethodGet, fmt.Sprintf("pushes?after=%d", max(after, from)), nil, &answer)
		return answer.Pushes, err
	}, func(p logged) int64 { return p.ID })
}

// pages reads page after page until there is nothing behind the last.
func pages[T any](page func(after int64) ([]T, error), id func(T) int64) (all []T, err error) {
	for after := int64(0); ; {
		next, err := page(after)
		if err != nil || len(next) == 0 {
			return all, err
		}
		all = append(all, next...)
		after = id(next[len(next)-1])
	}
}

// standing is how a customer stands with the account.
type standing struct {
	OpenID      string
	State       string
	KFAccount   string `json:"kf_account"`
	RepliesLeft int    `json:"replies_left"`
}

// followers reads how everybody stands who follows.
func (d door) followers() (map[string]standing, error) {
	all := make(map[string]standing)
	for after := ""; ; {
		var answer struct {
			Followers []standing
			Next      string
		}
		if err := d.sandbox(http.MethodGet, "followers?after="+after, nil, &answer); err != nil {
			return nil, err
		}
		for _, f := range answer.Followers {
			all[f.OpenID] = f
		}
		if after = answer.Next; after == "" {
			return all, nil
		}
	}
}

// beijing is where the days of records begin.
var beijing = time.FixedZone("CST", 8*60*60)

// records reads the chat records of a customer since a time, with the history of
// its sessions.
func (d door) records(token, customer string, since time.Time) (all []wechat.Record, err error) {
	const page = 1000
	now := time.Now().In(beijing)
	for begin := since.In(beijing); !begin.After(now); {
		tomorrow := time.Date(begin.Year(), begin.Month(), begin.Day()+1, 0, 0, 0, 0, beijing)
		for index := int64(1); ; index++ {
			var list wechat.LegacyRecords
			err := d.api(token, wechat.PathOldestRecords, wechat.LegacyRecordsRequest{
				OpenID: customer, StartTime: begin.Unix(), EndTime: min(tomorrow.Unix()-1, now.Unix()), PageIndex: index, PageSize: page,
			}, &list)
			if err != nil {
				return nil, err
			}
			all = append(all, list.RecordList...)
			if len(list.RecordList) < page {
				break
			}
		}
		begin = tomorrow
	}
	return all, nil
}
