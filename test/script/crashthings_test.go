package script

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"

	"github.com/openkefu/kefu/wechat"
)

// keepAccounts adds, renames and deletes kf accounts.
func (l *life) keepAccounts(r *rand.Rand) {
	for n := 1; !l.over.Load(); n++ {
		pauseBetween(r)
		name, a := fmt.Sprintf("k%d_%d@demo_shop", l.number, n), &account{name: "new"}
		l.mu.Lock()
		l.accounts[name] = a
		l.mu.Unlock()
		f, alive := l.tally(l.api(l.token, wechat.PathAgentAdd, wechat.AddAgent{KFAccount: name, Nickname: a.name}, nil))
		if a.there, a.unsure = f == done, f == open; !alive {
			return
		}
		a.maybe = fmt.Sprintf("n%d", n)
		f, alive = l.tally(l.api(l.token, wechat.PathAgentUpdate, wechat.UpdateAgent{KFAccount: name, Nickname: a.maybe}, nil))
		if f == done {
			a.name = a.maybe
		}
		if f != open {
			a.maybe = ""
		}
		if !alive {
			return
		}
		if old := l.oneOf(func() map[string]bool { return there(l.accounts) }); old != "" {
			a := l.accounts[old]
			f, alive := l.tally(l.api(l.token, wechat.PathAgentDelete, wechat.DeleteAgent{KFAccount: old}, nil))
			if f == done {
				a.there = false
			}
			if a.unsure = f == open; !alive {
				return
			}
		}
	}
}

// there lists the accounts that are there for sure.
func there(accounts map[string]*account) map[string]bool {
	list := make(map[string]bool)
	for name, a := range accounts {
		if a.there && !a.unsure {
			list[name] = true
		}
	}
	return list
}

// oneOf chooses one of many to take away; empty while there are not too many.
func (l *life) oneOf(list func() map[string]bool) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := list()
	if len(all) < thingsKept {
		return ""
	}
	for name := range all {
		return name
	}
	return ""
}

// keepTags makes tags, gives them and takes them away.
func (l *life) keepTags(r *rand.Rand) {
	for n := 1; !l.over.Load(); n++ {
		pauseBetween(r)
		name, made := fmt.Sprintf("tag %d.%d", l.number, n), &tag{has: make(map[string]fate)}
		l.mu.Lock()
		l.tags[name] = made
		l.mu.Unlock()
		var answer wechat.TagAnswer
		f, alive := l.tally(l.api(l.token, wechat.PathTagCreate, map[string]any{"tag": wechat.Tag{Name: name}}, &answer))
		if made.there, made.unsure, made.id = f == done, f == open, answer.Tag.ID; !alive {
			return
		}
		customer := l.customers[r.IntN(len(l.customers))]
		for _, path := range []string{wechat.PathTagging, wechat.PathUntagging}[:1+r.IntN(2)] {
			before := made.has[customer]
			f, alive := l.tally(l.api(l.token, path, wechat.Tagging{OpenIDList: wechat.List[string]{customer}, TagID: made.id}, nil))
			switch {
			case f == open:
				made.has[customer] = open
			case f == declined && before == open:
				made.has[customer] = declined // It has too many, or does not follow yet.
			case f == done && path == wechat.PathTagging:
				made.has[customer] = done
			case f == done:
				made.has[customer] = declined
			}
			if !alive {
				return
			}
		}
		if old := l.oneOf(func() map[string]bool { return thereTags(l.tags) }); old != "" {
			taken := l.tags[old]
			f, alive := l.tally(l.api(l.token, wechat.PathTagDelete, map[string]any{"tag": wechat.Tag{ID: taken.id}}, nil))
			if f == done {
				taken.there = false
			}
			if taken.unsure = f == open; !alive {
				return
			}
		}
	}
}

func thereTags(tags map[string]*tag) map[string]bool {
	list := make(map[string]bool)
	for name, t := range tags {
		if t.there && !t.unsure {
			list[name] = true
		}
	}
	return list
}

// uploadPictures uploads pictures of which no two are alike.
func (l *life) uploadPictures(r *rand.Rand) {
	for !l.over.Load() {
		pauseBetween(r)
		grey := image.NewGray(image.Rect(0, 0, 16, 16))
		for i := range grey.Pix {
			grey.Pix[i] = byte(r.Uint32())
		}
		var encoded bytes.Buffer
		if err := png.Encode(&encoded, grey); err != nil {
			l.t.Error(err)
			return
		}
		id, err := l.upload(l.token, encoded.Bytes())
		f, alive := l.tally(err)
		if f == done {
			l.mu.Lock()
			l.uploads[id] = encoded.Bytes()
			l.mu.Unlock()
		}
		if !alive && !l.goesOn {
			return
		}
	}
}
