package store

import "github.com/openkefu/kefu"

// Console are the questions of those who run an official account and look at what
// went on between it and the developer's programs.
type Console interface {
	// PushesBefore lists pushes before an id, 0 for the newest, the newest first;
	// at most limit.
	PushesBefore(app kefu.AppID, before kefu.MsgID, limit int) ([]kefu.Push, error)
	// PushEnds lists how the pushes from an id on went, without what they tell of, the
	// newest first; at most limit.
	PushEnds(app kefu.AppID, from kefu.MsgID, limit int) ([]PushEnd, error)
	// CallsBefore lists the refused calls of an account before a rid, empty for the
	// newest, the newest first; at most limit. Those of one second come in the order
	// of their rids.
	CallsBefore(app kefu.AppID, before kefu.RID, limit int) ([]kefu.Call, error)
}

// PushEnd is how a push went.
type PushEnd struct {
	Outcome  kefu.Outcome
	Attempts []kefu.Attempt
}
