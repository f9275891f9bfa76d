package desk

import (
	"context"
	"slices"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/store"
)

// Scene is what facts are about, as it is now.
type Scene struct {
	// Account is a copy.
	Account       *kefu.OfficialAccount
	Conversations map[kefu.OpenID]kefu.Conversation
	Messages      map[kefu.MsgID]kefu.Message
	// Happenings are the records that facts name, with the Notes of transfers among
	// them.
	Happenings map[kefu.MsgID]kefu.Record
	Notes      map[kefu.MsgID]kefu.Note
	// Agents are all of the account, by number.
	Agents []kefu.Agent
	QueueState
}

// Scene reads what facts are about in one state of the ledger, with a few questions
// for every [store.MaxNamed] of them.
func (d *Desk) Scene(ctx context.Context, app kefu.AppID, facts []kefu.Fact) (s Scene, err error) {
	var customers []kefu.OpenID
	var said, happened []kefu.MsgID
	for _, f := range facts {
		if f.Customer != "" && !slices.Contains(customers, f.Customer) {
			customers = append(customers, f.Customer)
		}
		switch {
		case f.Message == 0:
		case f.What == kefu.FactStanding:
			happened = append(happened, f.Message)
		default:
			said = append(said, f.Message)
		}
	}
	err = d.ledger.View(ctx, func(r store.Reader) (err error) {
		s = Scene{
			Conversations: make(map[kefu.OpenID]kefu.Conversation, len(customers)),
			Messages:      make(map[kefu.MsgID]kefu.Message, len(said)),
			Happenings:    make(map[kefu.MsgID]kefu.Record, len(happened)),
		}
		if s.Account, err = r.OfficialAccount(app); err != nil {
			return err
		}
		if s.Agents, err = r.Agents(app); err != nil {
			return err
		}
		if s.Total, s.Longest, err = r.QueueState(app); err != nil {
			return err
		}
		for some := range slices.Chunk(customers, store.MaxNamed) {
			rows, err := r.ConversationsWith(app, some)
			if err != nil {
				return err
			}
			for i := range rows {
				s.Conversations[rows[i].Customer.OpenID] = rows[i]
			}
		}
		for some := range slices.Chunk(said, store.MaxNamed) {
			messages, err := r.MessagesByID(app, some)
			if err != nil {
				return err
			}
			for i := range messages {
				s.Messages[messages[i].ID] = messages[i]
			}
		}
		var lines []kefu.Record
		for some := range slices.Chunk(happened, store.MaxNamed) {
			records, err := r.RecordsByID(app, some)
			if err != nil {
				return err
			}
			for i := range records {
				s.Happenings[records[i].ID] = records[i]
			}
			lines = append(lines, records...)
		}
		s.Notes, err = notesOf(r, app, lines)
		return err
	})
	return s, err
}
