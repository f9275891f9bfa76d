package wechat

import (
	"fmt"
	"net/netip"
	"regexp"
)

// Status is what WeChat answers to a call that returns nothing else, and to
// every call that failed.
type Status struct {
	Errcode Errcode `json:"errcode"`
	Errmsg  string  `json:"errmsg"`
}

// NewStatus is the answer for a code with its own text. The rid, three groups
// of eight hexadecimal digits that name the call, is appended to the text of
// every code but [OK]; an empty rid is left out.
func NewStatus(code Errcode, rid string) Status {
	return NewStatusText(code, code.Text(), rid)
}

// NewStatusText is [NewStatus] with another base text, for the codes whose text
// depends on the call: [Errcode.LongText] and [AddressNotAllowedText].
func NewStatusText(code Errcode, base, rid string) Status {
	if code != OK && rid != "" {
		base += " rid: " + rid
	}
	return Status{Errcode: code, Errmsg: base}
}

// AddressNotAllowedText is the base text of [AddressNotAllowed]. It names the
// caller's address twice, as it is and in its IPv6 form; operators copy it from
// there to the allow-list.
func AddressNotAllowedText(caller netip.Addr) string {
	caller = caller.Unmap().WithZone("")
	mapped := caller.String()
	if caller.Is4() {
		mapped = "::ffff:" + mapped
	}
	return "invalid ip " + caller.String() + " ipv6 " + mapped + ", not in whitelist"
}

var errmsgForm = regexp.MustCompile(`(?s)^(.*?)(?:,? ?hint: \[([^\]]+)\])?(?:,? rid: ([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}))?$`)

// SplitErrmsg takes an errmsg apart: the base text, the hint that old answers
// carry, and the rid of new ones. hint and rid are empty when there is none.
// Programs decide by the errcode; the parts are for people and for looking the
// call up.
func SplitErrmsg(errmsg string) (base, hint, rid string) {
	parts := errmsgForm.FindStringSubmatch(errmsg)
	return parts[1], parts[2], parts[3]
}

// Err is nil when the call succeeded and an [*APIError] when it did not.
func (s Status) Err() error {
	if s.Errcode == OK {
		return nil
	}
	base, hint, rid := SplitErrmsg(s.Errmsg)
	return &APIError{Errcode: s.Errcode, Base: base, Hint: hint, RID: rid}
}

// APIError is a refusal of the API as an error. It unwraps to its errcode, so
// that errors.Is(err, wechat.AgentExists) works.
type APIError struct {
	Errcode Errcode
	// Base is the text without hint and rid, as the server wrote it.
	Base string
	// Hint and RID are empty when the server sent none.
	Hint, RID string
}

// Error is the code, the text and, when there is one, the rid.
func (e *APIError) Error() string {
	text := fmt.Sprintf("errcode %d: %s", int(e.Errcode), e.Base)
	if e.RID != "" {
		text += " (rid " + e.RID + ")"
	}
	return text
}

// Unwrap is the errcode.
func (e *APIError) Unwrap() error { return e.Errcode }
