package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/openkefu/kefu"
)

// msgTypeEvent is the msgtype of what is no message.
const msgTypeEvent kefu.MsgType = "event"

// inEvent are the fields of events.
type inEvent struct {
	Event       kefu.EventType `json:"event"`
	EventKey    string         `json:"event_key"`
	Ticket      string         `json:"ticket"`
	MenuID      decimal        `json:"menu_id"`
	ScanType    string         `json:"scan_type"`
	ScanResult  string         `json:"scan_result"`
	Latitude    decimal        `json:"latitude"`
	Longitude   decimal        `json:"longitude"`
	Precision   decimal        `json:"precision"`
	SessionFrom string         `json:"session_from"`
}

// maxEventField bounds a field of an event, in bytes: menu items have keys of at
// most 128 and addresses of at most 1,024.
const maxEventField = 1024

// given are the fields that are there, by their names.
func (e *inEvent) given() []eventField {
	all := []eventField{
		{"event", string(e.Event)},
		{"event_key", e.EventKey},
		{"ticket", e.Ticket},
		{"menu_id", string(e.MenuID)},
		{"scan_type", e.ScanType},
		{"scan_result", e.ScanResult},
		{"latitude", string(e.Latitude)},
		{"longitude", string(e.Longitude)},
		{"precision", string(e.Precision)},
		{"session_from", e.SessionFrom},
	}
	return slices.DeleteFunc(all, func(f eventField) bool { return f.value == "" })
}

type eventField struct{ name, value string }

// first is the name of a field that is there; empty when there is none.
func (e *inEvent) first() string {
	if given := e.given(); len(given) > 0 {
		return given[0].name
	}
	return ""
}

// customerEvents are the events that a customer can cause, with the fields that
// each must and may have. Sessions have events of their own, which the house
// causes.
var customerEvents = []struct {
	event     kefu.EventType
	must, may []string
}{
	{event: kefu.EventSubscribe, may: []string{"event_key", "ticket"}},
	{event: kefu.EventUnsubscribe},
	{event: kefu.EventScan, must: []string{"event_key"}, may: []string{"ticket"}},
	{event: kefu.EventLocation, must: []string{"latitude", "longitude", "precision"}},
	{event: kefu.EventClick, must: []string{"event_key"}},
	{event: kefu.EventView, must: []string{"event_key"}, may: []string{"menu_id"}},
	{event: kefu.EventScanCodePush, must: []string{"event_key", "scan_type", "scan_result"}},
	{event: kefu.EventScanCodeWait, must: []string{"event_key", "scan_type", "scan_result"}},
	{event: kefu.EventViewMiniProgram, must: []string{"event_key"}, may: []string{"menu_id"}},
	{event: kefu.EventEnterTempSession, must: []string{"session_from"}},
}

// event is the event of the request, or what is wrong with it.
func (q *inboundRequest) event() (kefu.Inbound, error) {
	for _, object := range q.objects() {
		if object.there {
			return kefu.Inbound{}, badRequest(fmt.Sprintf("an event has no object %q", object.of))
		}
	}
	if q.MsgID != 0 || q.BizMsgMenuID != "" {
		return kefu.Inbound{}, badRequest(`events have neither "msgid" nor "bizmsgmenuid"`)
	}
	if err := q.inEvent.check(); err != nil {
		return kefu.Inbound{}, err
	}
	return kefu.Inbound{Event: &kefu.Event{
		Type: q.Event, Key: q.EventKey, Ticket: q.Ticket, MenuID: string(q.MenuID),
		ScanType: q.ScanType, ScanResult: q.ScanResult,
		Latitude: string(q.inEvent.Latitude), Longitude: string(q.inEvent.Longitude), Precision: string(q.Precision),
		SessionFrom: q.SessionFrom,
	}}, nil
}

// check refuses an event that customers do not cause, and fields that are missing
// or not its own.
func (e *inEvent) check() error {
	var names []string
	for _, known := range customerEvents {
		if known.event != e.Event {
			names = append(names, string(known.event))
			continue
		}
		for _, name := range known.must {
			if !slices.ContainsFunc(e.given(), func(f eventField) bool { return f.name == name }) {
				return badRequest(fmt.Sprintf("the event %s needs %q", e.Event, name))
			}
		}
		for _, f := range e.given() {
			if f.name != "event" && !slices.Contains(known.must, f.name) && !slices.Contains(known.may, f.name) {
				return badRequest(fmt.Sprintf("the event %s has no %q", e.Event, f.name))
			}
			if len(f.value) > maxEventField {
				return badRequest(fmt.Sprintf("%q must have at most %d bytes", f.name, maxEventField))
			}
		}
		return nil
	}
	return badRequest(fmt.Sprintf(`"event" must be one of %s, in this case; got %q`, strings.Join(names, ", "), e.Event))
}

// qrPrefix stands before the value of a parametric code in the event of somebody
// who begins to follow by it.
const qrPrefix = "qrscene_"

// followed reads a subscribe event as the follower whom it makes.
func followed(openid kefu.OpenID, e *kefu.Event) (followRequest, error) {
	req := followRequest{OpenID: openid, Ticket: e.Ticket}
	if e.Key == "" {
		return req, nil
	}
	value, found := strings.CutPrefix(e.Key, qrPrefix)
	if !found || value == "" {
		return req, badRequest(fmt.Sprintf(`"event_key" of %s must be %s and the value of a code, or absent`, e.Type, qrPrefix))
	}
	req.QRScene = qrSceneOf(value)
	return req, nil
}
