package store

import (
	"time"

	"github.com/openkefu/kefu"
)

// MaxNamed is how many customers, messages, records or notes one question names: a
// page of a list.
const MaxNamed = 50

// Workbench are the questions of the people who answer customers. They are asked
// for lists as a whole: none costs a question for each line.
type Workbench interface {
	// AgentOf is the agent of an account that a person is bound to, or
	// kefu.AgentUnknown.
	AgentOf(app kefu.AppID, worker kefu.WeChatID) (kefu.Agent, error)

	// ConversationsOf lists those of an agent's sessions, the oldest session first;
	// at most limit.
	ConversationsOf(app kefu.AppID, agent kefu.KFID, limit int) ([]kefu.Conversation, error)
	// ConversationsWaiting lists those of customers who wait, in the order of the
	// queue; at most limit.
	ConversationsWaiting(app kefu.AppID, limit int) ([]kefu.Conversation, error)
	// Conversations lists those in which something was said, the latest first, from
	// the one whose newest message is the next before an id, 0 for the newest; at
	// most limit.
	Conversations(app kefu.AppID, before kefu.MsgID, limit int) ([]kefu.Conversation, error)
	// ConversationsWith lists those of the given customers, at most
	// [MaxNamed], the latest first. Who is unknown is passed over.
	ConversationsWith(app kefu.AppID, customers []kefu.OpenID) ([]kefu.Conversation, error)
	// TagNames lists the tags that the account made, by number, without their counts.
	TagNames(app kefu.AppID) ([]kefu.Tag, error)
	// QueueState is how many wait, and since when the one does who waits longest; a
	// zero time when nobody does.
	QueueState(app kefu.AppID) (total int, longest time.Time, err error)

	// ConversationNames lists the names of those with whom something was said, in
	// the order of Conversations.
	ConversationNames(app kefu.AppID, before kefu.MsgID, limit int) ([]CustomerName, error)
	// Heard lists customers in whose conversations words were said, among the newest
	// messages of the account, as many as are to be looked at. Letters of ASCII may
	// be large or small.
	Heard(app kefu.AppID, words string, newest int) ([]kefu.OpenID, error)

	// MessagesByID finds messages, in order; at most [MaxNamed]. Those
	// that there are not are passed over. So are they in RecordsByID.
	MessagesByID(app kefu.AppID, ids []kefu.MsgID) ([]kefu.Message, error)
	RecordsByID(app kefu.AppID, ids []kefu.MsgID) ([]kefu.Record, error)
	// NotesByID are the notes that came with transfers.
	NotesByID(app kefu.AppID, ids []kefu.MsgID) ([]kefu.Note, error)

	// ConversationBefore lists the messages of one customer before an id, 0 for the
	// newest, the newest first; at most limit.
	ConversationBefore(app kefu.AppID, customer kefu.OpenID, before kefu.MsgID, limit int) ([]kefu.Message, error)
	// MessageOfClient is the message of a speaker, 0 for the customer itself, that
	// was sent with a ClientID; ok is false when there is none.
	MessageOfClient(app kefu.AppID, customer kefu.OpenID, agent kefu.KFID, id kefu.ClientID) (m kefu.Message, ok bool, err error)
	// UnreadAfter counts what a customer wrote after a message, to a bound.
	UnreadAfter(app kefu.AppID, customer kefu.OpenID, after kefu.MsgID, most int) (int, error)

	// History lists what became of a customer's sessions (opercodes below 2000), from
	// one id up to before another, 0 for no end, the newest first; at most limit.
	History(app kefu.AppID, customer kefu.OpenID, from, before kefu.MsgID, limit int) ([]kefu.Record, error)
	// SaidBetween looks into a session, from the id with which it began to that with
	// which it ended: how much was said in it, to a bound, and what the customer came
	// with. That is its last message before, if one is not before earlier, else its
	// first in it; the zero Content when there is neither.
	SaidBetween(app kefu.AppID, customer kefu.OpenID, earlier, began, ended kefu.MsgID, most int) (messages int, first kefu.Content, err error)

	// Notes lists a customer's notes, the newest first; at most limit.
	Notes(app kefu.AppID, customer kefu.OpenID, limit int) ([]kefu.Note, error)
	// Note by its id, or kefu.NoteUnknown.
	Note(app kefu.AppID, id kefu.MsgID) (kefu.Note, error)
	// QuickReplies lists those that a person keeps, or, for nobody, those that are
	// shared, in the order in which they were made; at most limit.
	QuickReplies(app kefu.AppID, owner kefu.WeChatID, limit int) ([]kefu.QuickReply, error)
	// QuickReply by its id, or kefu.QuickReplyUnknown.
	QuickReply(app kefu.AppID, id kefu.MsgID) (kefu.QuickReply, error)
}

// CustomerName is how a customer is called, and where it stands in the list of
// conversations.
type CustomerName struct {
	OpenID           kefu.OpenID
	Nickname, Remark string
	Last             kefu.MsgID
}

// WorkbenchTx are the changes of what only the workbench knows.
type WorkbenchTx interface {
	// AddNote adds a note under the id it has.
	AddNote(app kefu.AppID, n *kefu.Note) error
	// RemoveNote refuses with kefu.NoteUnknown.
	RemoveNote(app kefu.AppID, id kefu.MsgID) error
	// AddQuickReply adds one under the id it has.
	AddQuickReply(app kefu.AppID, q *kefu.QuickReply) error
	// SetQuickReply replaces everything of the one with this id, or refuses with
	// kefu.QuickReplyUnknown.
	SetQuickReply(app kefu.AppID, q *kefu.QuickReply) error
	// RemoveQuickReply refuses with kefu.QuickReplyUnknown.
	RemoveQuickReply(app kefu.AppID, id kefu.MsgID) error
}
