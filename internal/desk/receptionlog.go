package desk

import (
	"context"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

const (
	// MaxReceptions bounds a page of receptions.
	MaxReceptions = store.MaxNamed
	// MaxWords bounds the words that are looked for at once.
	MaxWords = 8
	// maxSifted bounds the receptions that one question looks at. A page that ends
	// there says where to go on.
	maxSifted = 20_000
	// siftBatch is how many receptions are read at once.
	siftBatch = 200
	// maxSnippet bounds the line of a reception that a list shows, in code points.
	maxSnippet = 120
)

// ReceptionFilter chooses receptions; what is empty chooses all.
type ReceptionFilter struct {
	// Words must all have been said in a reception, or be in the name of its customer,
	// or be its openid. What was said is looked for among the newest 20,000 messages of
	// the time, names among the 5,000 newest conversations.
	Words    []string
	Customer kefu.OpenID
	// Agent is who has it or had it last.
	Agent kefu.KFAccount
	// Standings are those wanted.
	Standings []kefu.ReceptionStanding
	// From and Before bound the ids of receptions, which carry the times at which they
	// began; 0 is no bound.
	From, Before kefu.MsgID
}

// ReceptionLine is a reception as a list shows it.
type ReceptionLine struct {
	kefu.Reception
	Who kefu.Customer
	// Count is how much was said in it, to a bound of a thousand.
	Count int
	// Said is the line in which most of the words were said, or what the customer came
	// with.
	Said string
}

// ReceptionPage is a page of receptions, the newest first.
type ReceptionPage struct {
	Lines []ReceptionLine
	// Next is where the next page begins; 0 when this is the last one.
	Next kefu.MsgID
	// Bounded tells that words were not looked for in all that was said.
	Bounded bool
}

// Receptions lists those that a filter chooses, before an id if it is not 0; at most
// limit. It refuses with [kefu.ArgumentIllegal] words that are too many, too long or no
// text.
func (d *Desk) Receptions(ctx context.Context, app kefu.AppID, f ReceptionFilter, before kefu.MsgID, limit int) (p ReceptionPage, err error) {
	limit = min(max(limit, 1), MaxReceptions)
	err = d.sift(ctx, app, f, func(r store.Reader, s *sieve) error {
		p = ReceptionPage{}
		found, next, err := s.next(r, before, limit)
		if err != nil {
			return err
		}
		p.Next, p.Bounded = next, s.bounded()
		p.Lines, err = s.lines(r, found)
		return err
	})
	return p, err
}

// CountReceptions counts those that a filter chooses; bounded tells that there were more
// than it looks at. It refuses as [Desk.Receptions] does.
func (d *Desk) CountReceptions(ctx context.Context, app kefu.AppID, f ReceptionFilter) (n int, bounded bool, err error) {
	err = d.sift(ctx, app, f, func(r store.Reader, s *sieve) error {
		if _, err := r.OfficialAccount(app); err != nil {
			return err
		}
		found, next, err := s.next(r, 0, math.MaxInt)
		n, bounded = len(found), next != 0 || s.bounded()
		return err
	})
	return n, bounded, err
}

// ReceptionTalk is a reception with what was said in it.
type ReceptionTalk struct {
	ReceptionLine
	Talk
	Agents []kefu.Agent
}

// maxTalked bounds what is read of one reception, the newest first.
const maxTalked = 1_000

// Reception reads one with what was said in it, or refuses with [kefu.MessageUnknown].
func (d *Desk) Reception(ctx context.Context, app kefu.AppID, id kefu.MsgID) (k ReceptionTalk, err error) {
	err = d.ledger.View(ctx, func(r store.Reader) error {
		found, ok, err := r.Reception(app, id)
		switch {
		case err != nil:
			return err
		case !ok:
			return kefu.MessageUnknown
		}
		k, err = talkOf(r, app, &found)
		if err != nil {
			return err
		}
		k.Agents, err = r.Agents(app)
		return err
	})
	return k, err
}

// talkOf reads what was said in a reception, in pages backwards.
func talkOf(r store.Reader, app kefu.AppID, n *kefu.Reception) (k ReceptionTalk, err error) {
	k.Reception = *n
	if k.Who, err = r.Customer(app, n.Customer); err != nil {
		return k, err
	}
	end := n.Until
	if end != 0 {
		end++
	}
	before := end
	var back []kefu.Message
	for !k.More {
		page, err := r.ConversationBefore(app, n.Customer, before, MaxTalk)
		if err != nil {
			return k, err
		}
		for _, m := range page {
			if m.ID < n.From {
				page = nil // what is older belongs to something else
				break
			}
			back = append(back, m)
			before = m.ID
		}
		k.More = len(back) >= maxTalked
		if len(page) < MaxTalk {
			break
		}
	}
	for i := range back {
		k.Messages = append(k.Messages, back[len(back)-1-i])
	}
	k.Count = len(back)
	k.Happenings, err = r.History(app, n.Customer, n.ID, end, maxHappenings)
	if err != nil {
		return k, err
	}
	for i, j := 0, len(k.Happenings)-1; i < j; i, j = i+1, j-1 {
		k.Happenings[i], k.Happenings[j] = k.Happenings[j], k.Happenings[i]
	}
	k.Notes, err = notesOf(r, app, k.Happenings)
	return k, err
}

// EachReception reads all that a filter chooses, the newest first, with what was said in
// them, a few at a time and each few in a state of the ledger of their own. Words are
// looked for once, before; what is said later is not found. It stops with the error that
// each returns, and refuses as [Desk.Receptions] does.
func (d *Desk) EachReception(ctx context.Context, app kefu.AppID, f ReceptionFilter, each func([]ReceptionTalk) error) error {
	var s *sieve
	err := d.sift(ctx, app, f, func(_ store.Reader, prepared *sieve) error {
		s = prepared
		return nil
	})
	before := kefu.FirstMsgID(farFuture)
	for err == nil && before != 0 {
		var talks []ReceptionTalk
		var next kefu.MsgID
		err = d.ledger.View(ctx, func(r store.Reader) (err error) {
			talks = nil
			var found []kefu.Reception
			if found, next, err = s.next(r, before, exportBatch); err != nil {
				return err
			}
			for i := range found {
				talk, err := talkOf(r, app, &found[i])
				if err != nil {
					return err
				}
				talks = append(talks, talk)
			}
			return nil
		})
		if err == nil && len(talks) > 0 {
			err = each(talks)
		}
		before = next
	}
	return err
}

// exportBatch is how many receptions are in memory at once, with what was said in them.
const exportBatch = 20

// sift looks for receptions in one state of the ledger.
func (d *Desk) sift(ctx context.Context, app kefu.AppID, f ReceptionFilter, do func(store.Reader, *sieve) error) error {
	if len(f.Words) > MaxWords {
		return kefu.ArgumentIllegal
	}
	for _, w := range f.Words {
		if w == "" || utf8.RuneCountInString(w) > MaxSought || !utf8.ValidString(w) || strings.ContainsRune(w, 0) {
			return kefu.ArgumentIllegal
		}
	}
	leave, err := d.turnToSearch(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return d.ledger.View(ctx, func(r store.Reader) error {
		s := &sieve{app: app, f: f}
		if err := s.prepare(r); err != nil {
			return err
		}
		return do(r, s)
	})
}

// sieve is a filter with what it has to know before it looks at receptions.
type sieve struct {
	app kefu.AppID
	f   ReceptionFilter
	// all has a bit for each word.
	all uint8
	// hits are those of each customer, the newest first; named has the words that are
	// in its name.
	hits  map[kefu.OpenID][]store.Hit
	named map[kefu.OpenID]uint8
	// searched is the oldest message that was looked at; 0 for all.
	searched kefu.MsgID
	// moreNames tells that not all names were looked at.
	moreNames bool
}

func (s *sieve) prepare(r store.Reader) error {
	if len(s.f.Words) == 0 {
		return nil
	}
	s.all = uint8(1<<len(s.f.Words) - 1)
	// A reception that began before the end of the time may go on after it.
	hits, searched, err := r.HeardWords(s.app, s.f.Words, s.f.From, 0, searchedMessages)
	if err != nil {
		return err
	}
	s.searched, s.hits = searched, make(map[kefu.OpenID][]store.Hit)
	for _, h := range hits {
		s.hits[h.Customer] = append(s.hits[h.Customer], h)
	}
	names, err := r.ConversationNames(s.app, 0, searchedNames)
	if err != nil {
		return err
	}
	s.moreNames, s.named = len(names) == searchedNames, make(map[kefu.OpenID]uint8)
	for i, word := range s.f.Words {
		small := strings.ToLower(word)
		for _, n := range names {
			if strings.Contains(strings.ToLower(n.Remark), small) || strings.Contains(strings.ToLower(n.Nickname), small) {
				s.named[n.OpenID] |= 1 << i
			}
		}
		if id := kefu.OpenID(word); id.Valid() {
			s.named[id] |= 1 << i
		}
	}
	return nil
}

func (s *sieve) bounded() bool { return s.all != 0 && (s.searched != 0 || s.moreNames) }

// next finds the next that pass, and where the one after them is looked for; 0 for
// nowhere.
func (s *sieve) next(r store.Reader, before kefu.MsgID, limit int) (found []kefu.Reception, next kefu.MsgID, err error) {
	q := store.ReceptionQuery{Customer: s.f.Customer, From: s.f.From, Before: s.f.Before, Limit: siftBatch}
	if before != 0 && (q.Before == 0 || before < q.Before) {
		q.Before = before
	}
	for sifted := 0; sifted < maxSifted; sifted += siftBatch {
		batch, err := r.Receptions(s.app, q)
		if err != nil {
			return nil, 0, err
		}
		for i := range batch {
			if s.all != 0 && len(s.named) == 0 && batch[i].ID < s.searched && batch[i].Until < s.searched && batch[i].Until != 0 {
				continue
			}
			if !s.passes(&batch[i]) {
				continue
			}
			if len(found) == limit {
				return found, found[limit-1].ID, nil
			}
			found = append(found, batch[i])
		}
		if len(batch) < siftBatch {
			return found, 0, nil
		}
		q.Before = batch[len(batch)-1].ID
	}
	return found, q.Before, nil
}

func (s *sieve) passes(n *kefu.Reception) bool {
	if s.f.Agent != "" && n.Agent != s.f.Agent {
		return false
	}
	if len(s.f.Standings) > 0 {
		wanted := false
		for _, standing := range s.f.Standings {
			wanted = wanted || standing == n.Standing()
		}
		if !wanted {
			return false
		}
	}
	if s.all == 0 {
		return true
	}
	got := s.named[n.Customer]
	for _, h := range s.within(n) {
		got |= h.Words
	}
	return got == s.all
}

// within are the hits in a reception.
func (s *sieve) within(n *kefu.Reception) []store.Hit {
	hits := s.hits[n.Customer]
	for len(hits) > 0 && n.Until != 0 && hits[0].ID > n.Until {
		hits = hits[1:]
	}
	for i := range hits {
		if hits[i].ID < n.From {
			return hits[:i]
		}
	}
	return hits
}

// lines are receptions as a list shows them, with a question for each.
func (s *sieve) lines(r store.Reader, found []kefu.Reception) ([]ReceptionLine, error) {
	lines := make([]ReceptionLine, len(found))
	for i := range found {
		n := &found[i]
		who, err := r.Customer(s.app, n.Customer)
		if err != nil {
			return nil, err
		}
		until := n.Until
		if until == 0 {
			until = math.MaxInt64
		}
		count, first, err := r.SaidBetween(s.app, n.Customer, n.From, n.From, until, maxCounted)
		if err != nil {
			return nil, err
		}
		lines[i] = ReceptionLine{Reception: *n, Who: who, Count: count, Said: snippet(first.Said(), "")}
		most := 0
		for _, h := range s.within(n) {
			bits := 0
			for w := range s.f.Words {
				bits += int(h.Words >> w & 1)
			}
			if bits > most {
				most, lines[i].Said = bits, snippet(h.Text, s.f.Words[firstBit(h.Words)])
			}
		}
	}
	return lines, nil
}

func firstBit(words uint8) int {
	for i := range MaxWords {
		if words>>i&1 == 1 {
			return i
		}
	}
	return 0
}

// snippet is one line of a text, with a word in it if there is one.
func snippet(text, word string) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) <= maxSnippet {
		return string(line)
	}
	from := 0
	if at := strings.Index(strings.ToLower(string(line)), strings.ToLower(word)); word != "" && at > 0 {
		from = max(min(utf8.RuneCountInString(string(line)[:min(at, len(string(line)))])-maxSnippet/3, len(line)-maxSnippet), 0)
	}
	return string(line[from : from+maxSnippet])
}
