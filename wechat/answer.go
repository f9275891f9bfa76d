package wechat

import "bytes"

// Answer is the body with which a developer's server answered a push. One of
// the two is set, or neither: then the push is acknowledged, and nothing is
// shown to the customer.
type Answer struct {
	// Reply is what to show to the customer.
	Reply *Reply
	// Envelope is an answer that is sealed. What comes out of it is an answer
	// again, for [ParseAnswer], but may not be sealed once more.
	Envelope *ReplyEnvelope
}

// Acknowledged tells whether the answer asks for nothing.
func (a Answer) Acknowledged() bool { return a.Reply == nil && a.Envelope == nil }

// acknowledgement is the recommended answer of a server that has nothing to say
// now. An empty body means the same.
const acknowledgement = "success"

// ParseAnswer reads what a developer's server answered to a push, whatever the
// Content-Type: nothing, "success", a reply, or a sealed answer. White space
// around it says nothing, since many programs end their output with a line.
// Which of them the callback's mode allows is for the caller to say: a plain
// reply to a sealed push is refused, but a plain acknowledgement is not.
//
// Errors are those of [ParseReply], but never [ErrEmpty].
func ParseAnswer(format Format, body []byte) (Answer, error) {
	if word := bytes.Trim(body, whiteSpace); len(word) == 0 || string(word) == acknowledgement {
		return Answer{}, nil
	}
	var d document
	if err := d.parse(format, body); err != nil {
		return Answer{}, err
	}
	if d.child(0, "Encrypt") >= 0 {
		e, err := d.replyEnvelope()
		if err != nil {
			return Answer{}, err
		}
		if e.Encrypt != "" {
			return Answer{Envelope: &e}, nil
		}
	}
	r, err := d.reply()
	if err != nil {
		return Answer{}, err
	}
	return Answer{Reply: &r}, nil
}
