package sqlstore

import "time"

// flag is a yes or no in a column.
func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// millis is a time in a column; what is finer than a millisecond is lost, and 0
// is no time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// moment is the time that millis wrote, in UTC.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// octets are bytes in a column that is never null.
func octets(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// atMost is the bound of a list; PostgreSQL takes no negative one.
func atMost(limit int) int64 { return int64(max(limit, 0)) }
