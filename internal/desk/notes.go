package desk

import (
	"context"

	"github.com/openkefu/kefu"
)

// AddNote writes a note about a customer for colleagues. It refuses with
// [kefu.CustomerUnknown], [kefu.NoteIllegal] or [kefu.NoteLimit].
func (d *Desk) AddNote(ctx context.Context, h Hand, customer kefu.OpenID, text string) (kefu.Note, error) {
	var added kefu.Note
	err := d.converse(ctx, h.App, func(t *turn) error {
		if _, err := t.customer(customer); err != nil {
			return err
		}
		id, err := t.tx.NextID(h.App, t.now)
		if err != nil {
			return err
		}
		added = kefu.Note{ID: id, Customer: customer, Author: h.Author, Text: text}
		return t.addNote(&added)
	})
	return added, err
}

// addNote adds a note under the id it has, of which readers are told.
func (t *turn) addNote(n *kefu.Note) error {
	if err := kefu.ValidateNote(n.Text); err != nil {
		return err
	}
	all, err := t.tx.Notes(t.app, n.Customer, kefu.MaxNotes)
	switch {
	case err != nil:
		return err
	case len(all) >= kefu.MaxNotes:
		return kefu.NoteLimit
	}
	n.At = t.now
	if err := t.tx.AddNote(t.app, n); err != nil {
		return err
	}
	return t.tell(kefu.Fact{What: kefu.FactNote, Customer: n.Customer})
}

// RemoveNote removes a note, which is the hand's own unless it oversees. It refuses
// with [kefu.NoteUnknown] or [kefu.NotAllowed].
func (d *Desk) RemoveNote(ctx context.Context, h Hand, id kefu.MsgID) error {
	return d.converse(ctx, h.App, func(t *turn) error {
		n, err := t.tx.Note(h.App, id)
		switch {
		case err != nil:
			return err
		case n.Author.ID != h.Author.ID && !h.Oversees:
			return kefu.NotAllowed
		}
		if err := t.tx.RemoveNote(h.App, id); err != nil {
			return err
		}
		return t.tell(kefu.Fact{What: kefu.FactNote, Customer: n.Customer})
	})
}
