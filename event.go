package kefu

import (
	"strings"
	"unicode/utf8"
)

// EventType is what happened, by the wire's own word and case.
type EventType string

// What customers do, and what becomes of their sessions.
const (
	EventSubscribe        EventType = "subscribe"
	EventUnsubscribe      EventType = "unsubscribe"
	EventScan             EventType = "SCAN"
	EventLocation         EventType = "LOCATION"
	EventClick            EventType = "CLICK"
	EventView             EventType = "VIEW"
	EventScanCodePush     EventType = "scancode_push"
	EventScanCodeWait     EventType = "scancode_waitmsg"
	EventViewMiniProgram  EventType = "view_miniprogram"
	EventEnterTempSession EventType = "user_enter_tempsession"

	EventCreateSession EventType = "kf_create_session"
	EventCloseSession  EventType = "kf_close_session"
	EventSwitchSession EventType = "kf_switch_session"
)

// Event is something that happened, beside messages. The names of its JSON form
// are those of the ledger and do not change.
type Event struct {
	Type EventType `json:"type"`
	// Key is the menu item's key or address, or the value of a code.
	Key        string `json:"key,omitempty"`
	Ticket     string `json:"ticket,omitempty"`
	MenuID     string `json:"menu_id,omitempty"`
	ScanType   string `json:"scan_type,omitempty"`
	ScanResult string `json:"scan_result,omitempty"`
	// Latitude and Longitude are degrees and Precision is metres, as decimals.
	Latitude  string `json:"latitude,omitempty"`
	Longitude string `json:"longitude,omitempty"`
	Precision string `json:"precision,omitempty"`
	// SessionFrom is what the button of a mini program was given.
	SessionFrom string `json:"session_from,omitempty"`
	// Account is the agent of a session that begins, ends or goes to To.
	Account KFAccount `json:"kf_account,omitempty"`
	To      KFAccount `json:"to_kf_account,omitempty"`
}

// Grant is the allowance that the event gives; empty for none.
func (e *Event) Grant() GrantKind {
	switch e.Type {
	case EventSubscribe:
		return GrantFollow
	case EventScan:
		return GrantScan
	case EventClick, EventScanCodePush, EventScanCodeWait:
		return GrantClick
	case EventEnterTempSession:
		return GrantEnter
	}
	return ""
}

// Answerable tells whether a reply to the push of this event is shown to the
// customer. One who opened a page, left, or was given an agent asked for
// nothing.
func (e *Event) Answerable() bool {
	switch e.Type {
	case EventView, EventViewMiniProgram, EventUnsubscribe, EventCreateSession, EventCloseSession, EventSwitchSession:
		return false
	}
	return true
}

// OfSession tells whether the event is of what became of a session. The customer
// did nothing, and a widely used library for developers' servers fails at all of
// them: that must not disturb anything else.
func (e *Event) OfSession() bool {
	return e.Type == EventCreateSession || e.Type == EventCloseSession || e.Type == EventSwitchSession
}

// Asked tells whether the customer waits for something to come back, so that a
// developer's server which does not answer is worth a notice.
func (e *Event) Asked() bool {
	return e.Type == EventClick || e.Type == EventScanCodeWait
}

// Validate refuses an event that a follower cannot cause, with
// [MessageTypeUnknown]: following and leaving are changes of who follows, and what
// becomes of a session is not the customer's doing. A field that is longer than
// [MaxURL], or not text, is [ArgumentIllegal].
func (e *Event) Validate() error {
	switch e.Type {
	case EventScan, EventLocation, EventClick, EventView, EventScanCodePush, EventScanCodeWait, EventViewMiniProgram, EventEnterTempSession:
	default:
		return MessageTypeUnknown
	}
	for _, text := range []string{
		e.Key, e.Ticket, e.MenuID, e.ScanType, e.ScanResult, e.Latitude, e.Longitude, e.Precision, e.SessionFrom,
	} {
		if len(text) > MaxURL || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return ArgumentIllegal
		}
	}
	return nil
}
