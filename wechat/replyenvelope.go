package wechat

import "fmt"

// ReplyEnvelope is a sealed reply. Its signature is made from its own TimeStamp
// and Nonce, which need not be those of the push; they are kept as they were
// written, because that is what is signed: milliseconds, and a nonce that is a
// bare number, have both been seen.
type ReplyEnvelope struct {
	// Encrypt is base64. What is sealed is what the body would have been
	// otherwise: a reply, "success", or nothing.
	Encrypt string
	// MsgSignature is msgcrypt.Signature of the token, TimeStamp, Nonce and
	// Encrypt.
	MsgSignature     string
	TimeStamp, Nonce string
}

// Append writes the envelope at the end of out and returns the result.
func (e *ReplyEnvelope) Append(out []byte, format Format) []byte {
	w := elementWriter{out: out, format: format}
	w.open("")
	w.text(true, "Encrypt", e.Encrypt)
	w.text(true, "MsgSignature", e.MsgSignature)
	w.digits("TimeStamp", e.TimeStamp)
	w.text(true, "Nonce", e.Nonce)
	w.close("")
	return w.out
}

// ParseReplyEnvelope reads a sealed reply. Errors wrap [ErrEmpty] or
// [ErrFormat], also when there is no Encrypt, and never quote the body.
func ParseReplyEnvelope(format Format, body []byte) (ReplyEnvelope, error) {
	var d document
	if err := d.parse(format, body); err != nil {
		return ReplyEnvelope{}, err
	}
	e, err := d.replyEnvelope()
	if err == nil && e.Encrypt == "" {
		err = fmt.Errorf("%w: Encrypt is missing", ErrFormat)
	}
	return e, err
}

func (d *document) replyEnvelope() (ReplyEnvelope, error) {
	var e ReplyEnvelope
	for i := range d.children(0) {
		switch d.at(i).name {
		case "Encrypt":
			e.Encrypt = d.word(i)
		case "MsgSignature":
			e.MsgSignature = d.word(i)
		case "TimeStamp":
			e.TimeStamp = d.word(i)
		case "Nonce":
			e.Nonce = d.word(i)
		}
	}
	if d.fault != nil {
		return ReplyEnvelope{}, d.fault
	}
	return e, nil
}
