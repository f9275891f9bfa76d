package wechat

// Values of [Push.Event], in the case in which WeChat writes them.
const (
	// EventSubscribe is a new follower. EventKey is empty, or "qrscene_" and the
	// value of the code that was scanned.
	EventSubscribe = "subscribe"
	// EventUnsubscribe is a follower who left.
	EventUnsubscribe = "unsubscribe"
	// EventScan is a code scanned by somebody who follows already.
	EventScan = "SCAN"
	// EventLocation reports where a customer is, every few seconds while in the
	// conversation; not to be taken for [MsgTypeLocation].
	EventLocation = "LOCATION"
	// EventClick and EventView are taps on a menu.
	EventClick = "CLICK"
	EventView  = "VIEW"
	// EventScanCodePush and EventScanCodeWait are menu items that scan; the
	// second shows the customer that an answer is coming.
	EventScanCodePush = "scancode_push"
	EventScanCodeWait = "scancode_waitmsg"
	// EventViewMiniProgram is a menu item that opens a mini program.
	EventViewMiniProgram = "view_miniprogram"
	// EventCreateSession, EventCloseSession and EventSwitchSession tell what
	// agents do.
	EventCreateSession = "kf_create_session"
	EventCloseSession  = "kf_close_session"
	EventSwitchSession = "kf_switch_session"
	// EventEnterTempSession is a customer of a mini program who opens the
	// conversation.
	EventEnterTempSession = "user_enter_tempsession"
)

// eventFields are the fields that an event always has, empty or not.
type eventFields struct {
	key, menu, scan, position, agent, agents, sessionFrom bool
}

func fieldsOfEvent(event string) (always eventFields) {
	switch event {
	case EventSubscribe, EventUnsubscribe, EventScan, EventClick:
		always.key = true
	case EventView, EventViewMiniProgram:
		always.key, always.menu = true, true
	case EventScanCodePush, EventScanCodeWait:
		always.key, always.scan = true, true
	case EventLocation:
		always.position = true
	case EventCreateSession, EventCloseSession:
		always.agent = true
	case EventSwitchSession:
		always.agents = true
	case EventEnterTempSession:
		always.sessionFrom = true
	}
	return always
}
