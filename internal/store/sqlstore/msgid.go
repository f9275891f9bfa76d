package sqlstore

import (
	"time"

	"github.com/openkefu/kefu"
)

// msgIDBlock is how many ids a change takes at once. What one message causes (the
// message, its push, its records) fits, so it costs one update. Ids need not be
// dense, and a second has a million of them.
const msgIDBlock = 16

// msgIDs are the ids that a change took and has not given yet.
type msgIDs struct{ next, last kefu.MsgID }

// NextID implements [store.Tx]. It refuses with kefu.OfficialAccountUnknown.
func (t *tx) NextID(app kefu.AppID, now time.Time) (kefu.MsgID, error) {
	first := kefu.FirstMsgID(now)
	ids, ok := t.ids[app]
	// A block that was taken in an earlier second has no id for this one.
	if !ok || ids.next > ids.last || ids.next < first {
		// The first of the second, or the one after the last when the second has begun
		// or the clock stepped back, and the rest of the block.
		ok, err := t.one("NextID", `update official_account
			set last_msgid = case when last_msgid >= ? + msgid_offset then last_msgid + ? else ? + msgid_offset end
			where appid = ? returning last_msgid`,
			[]any{int64(first), int64(msgIDBlock), int64(first) + msgIDBlock - 1, string(app)}, &ids.last)
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, kefu.OfficialAccountUnknown
		}
		ids.next = ids.last - msgIDBlock + 1
	} else if err := t.ready(); err != nil {
		return 0, err
	}
	id := ids.next
	ids.next++
	if t.ids == nil {
		t.ids = make(map[kefu.AppID]msgIDs)
	}
	t.ids[app] = ids
	return id, nil
}
