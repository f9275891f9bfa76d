package storetest

import (
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

func media(id kefu.MediaID, key string, expires time.Time) *kefu.Media {
	return &kefu.Media{ID: id, Type: kefu.MediaImage, Format: "png", Key: key, Size: 5 << 20, CreatedAt: noon, ExpiresAt: expires}
}

func mediaFiles(t *testing.T, s store.Store) {
	o, other := account(1), account(2)
	add(t, s, o, other)
	until := noon.Add(kefu.MediaLife)
	addMedia := func(o *kefu.OfficialAccount, all ...*kefu.Media) {
		t.Helper()
		update(t, s, o.AppID, func(tx store.Tx) error {
			for _, m := range all {
				if err := tx.AddMedia(o.AppID, m); err != nil {
					return err
				}
			}
			return nil
		})
	}
	kept, spare := media("kept", "f/kept", time.Time{}), media("spare", "f/spare", until.Add(time.Millisecond))
	kept.Type = kefu.MediaPicture
	addMedia(o, kept, spare, media("one", "f/one", until), media("two", "f/shared", until.Add(-time.Hour)),
		media("three", "f/kept", until), media("four", "f/theirs", until), media("five", "f/shared", until))
	addMedia(other, media("one", "f/theirs", time.Time{}), media("six", "f/six", until))
	known := func(when string, app kefu.AppID, want map[kefu.MediaID]bool) {
		t.Helper()
		view(t, s, func(r store.Reader) error {
			for id, there := range want {
				_, err := r.Media(app, id)
				if there && err != nil || !there && err != kefu.MediaUnknown {
					t.Errorf("Media %q %s: got %v, want it there %v", id, when, err, there)
				}
			}
			return nil
		})
	}
	view(t, s, func(r store.Reader) error {
		for _, want := range []*kefu.Media{kept, spare} {
			got, err := r.Media(o.AppID, want.ID)
			same(t, "Media", got, *want)
			if err != nil {
				return err
			}
		}
		return nil
	})
	known("at first", o.AppID, map[kefu.MediaID]bool{"one": true, "six": false, "ONE": false, "\x00": false, "": false})

	var removed int
	keys := make(map[string]int)
	for {
		const limit = 2
		var n int
		var free []string
		update(t, s, store.House, func(tx store.Tx) (err error) {
			n, free, err = tx.SweepMedia(until, limit)
			return err
		})
		if n > limit {
			t.Fatalf("SweepMedia: got %d removed, want at most %d", n, limit)
		}
		removed += n
		for _, key := range free {
			keys[key]++
		}
		if n < limit {
			break
		}
	}
	if removed != 6 {
		t.Errorf("SweepMedia until nothing is left: got %d removed, want 6", removed)
	}
	// Not the bytes that something still names, of whatever account.
	same(t, "keys that nothing names", keys, map[string]int{"f/one": 1, "f/shared": 1, "f/six": 1})
	known("after the sweep", o.AppID, map[kefu.MediaID]bool{"kept": true, "spare": true, "one": false, "two": false, "three": false, "four": false, "five": false})
	known("after the sweep", other.AppID, map[kefu.MediaID]bool{"one": true, "six": false})

	// An account that is removed leaves the bytes of its media to the next sweep.
	update(t, s, o.AppID, func(tx store.Tx) error { return tx.RemoveOfficialAccount(o.AppID) })
	known("after its account was removed", o.AppID, map[kefu.MediaID]bool{"kept": false, "spare": false})
	add(t, s, o)
	known("after it was added again", o.AppID, map[kefu.MediaID]bool{"kept": false, "spare": false})
	update(t, s, store.House, func(tx store.Tx) error {
		if n, _, err := tx.SweepMedia(until, 10); n != 0 || err != nil {
			t.Errorf("SweepMedia before their time: got %d removed, %v, want none", n, err)
		}
		n, free, err := tx.SweepMedia(until.Add(time.Hour), 10)
		if n != 1 {
			t.Errorf("SweepMedia after their time: got %d removed, want 1", n)
		}
		same(t, "keys of a removed account", free, []string{"f/spare"})
		return err
	})
}
