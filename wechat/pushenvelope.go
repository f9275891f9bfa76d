package wechat

import "fmt"

// PushEnvelope is what a push consists of in safe mode: the official account's
// original id, and the push sealed. The original id must equal the ToUserName
// within; some receivers compare.
type PushEnvelope struct {
	ToUserName string
	// Encrypt is base64, exactly as it is signed.
	Encrypt string
}

// Append writes the envelope at the end of out and returns the result.
func (e *PushEnvelope) Append(out []byte, format Format) []byte {
	w := elementWriter{out: out, format: format}
	w.open("")
	w.text(true, "ToUserName", e.ToUserName)
	w.text(true, "Encrypt", e.Encrypt)
	w.close("")
	return w.out
}

// ParsePushEnvelope reads the sealed part of a push in safe or compatible mode,
// and refuses as [ParsePush] does, or when there is no sealed part.
func ParsePushEnvelope(format Format, body []byte) (PushEnvelope, error) {
	var d document
	if err := d.parse(format, body); err != nil {
		return PushEnvelope{}, err
	}
	var e PushEnvelope
	for i := range d.children(0) {
		switch d.at(i).name {
		case "ToUserName":
			e.ToUserName = d.word(i)
		case "Encrypt":
			e.Encrypt = d.word(i)
		}
	}
	if d.fault != nil {
		return PushEnvelope{}, d.fault
	}
	if e.Encrypt == "" {
		return PushEnvelope{}, fmt.Errorf("%w: Encrypt is missing", ErrFormat)
	}
	return e, nil
}
