package realtime

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"testing"
	"unicode/utf8"
)

// FuzzFromPage: whatever a page says, it is either a frame within its bounds or
// nonsense.
func FuzzFromPage(f *testing.F) {
	for _, seed := range []string{
		`{"t":"watch","openids":["o1","oDemoKfCustomer_0000000000A1"]}`, `{"t":"here"}`, `{"t":"watch"}`, `{"t":"watch","openids":null}`,
		`{"t":1}`, `[]`, `null`, ``, `{"t":"watch","openids":["<script>"]}`, `{"T":"watch","OPENIDS":["a"]}`, "{\"t\":\"\xff\"}", `{"t":"watch","openids":[["a"]]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := parse(body)
		if err != nil {
			if got.T != "" || got.OpenIDs != nil {
				t.Errorf("got %+v with an error, want nothing", got)
			}
			return
		}
		if got.T == "" || len(got.OpenIDs) > maxWatched {
			t.Errorf("got %+v, want a kind and at most %d customers", got, maxWatched)
		}
		for _, id := range got.OpenIDs {
			if !id.Valid() || !utf8.ValidString(string(id)) {
				t.Errorf("got the openid %q", id)
			}
		}
	})
}

// clientFrame is a frame as a page sends it.
func clientFrame(first byte, payload []byte) []byte {
	frame := []byte{first}
	if len(payload) <= maxShort {
		frame = append(frame, maskBit|byte(len(payload)))
	} else {
		frame = binary.BigEndian.AppendUint16(append(frame, maskBit|mediumLength), uint16(len(payload)))
	}
	mask := []byte{1, 2, 3, 4}
	frame = append(frame, mask...)
	for i, b := range payload {
		frame = append(frame, b^mask[i%len(mask)])
	}
	return frame
}

// FuzzWire: whatever comes over a connection is either messages within their bounds
// or the end of it, and nothing is read past the end of a message.
func FuzzWire(f *testing.F) {
	hello := []byte("hello")
	f.Add(clientFrame(finalBit|opText, hello))
	f.Add(slices.Concat(clientFrame(opText, hello), clientFrame(finalBit|opPing, hello), clientFrame(finalBit|opContinuation, hello)))
	f.Add(clientFrame(finalBit|opText, bytes.Repeat([]byte("x"), maxFromPage)))
	f.Add(clientFrame(finalBit|opText, bytes.Repeat([]byte("x"), maxFromPage+1)))
	f.Add(clientFrame(finalBit|opClose, []byte{3, 232}))
	f.Add([]byte{finalBit | opText, maskBit | hugeMark, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{finalBit | opText, 5, 'h', 'e', 'l', 'l', 'o'})
	f.Add(clientFrame(finalBit|opText, []byte{0xff}))
	f.Add(clientFrame(opPing, nil))
	f.Add(clientFrame(finalBit|0x40|opText, nil))
	f.Add(clientFrame(finalBit|0x3, nil))
	f.Fuzz(func(t *testing.T, sent []byte) {
		in := bytes.NewReader(sent)
		w := wire{in: in}
		for {
			before := in.Len()
			controls := 0
			op, message, err := w.message(func(op byte, payload []byte) error {
				if controls++; len(payload) > maxControl || op < opClose {
					t.Errorf("got a control frame %x of %d bytes", op, len(payload))
				}
				return nil
			})
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, errProtocol) && !errors.Is(err, errTooLong) {
					t.Errorf("got %v", err)
				}
				return
			}
			if len(message) > maxFromPage || op != opText && op != opBinary || in.Len() >= before {
				t.Errorf("got %x of %d bytes", op, len(message))
			}
		}
	})
}

// TestWire: messages come whole, in whatever pieces they were sent.
func TestWire(t *testing.T) {
	long := bytes.Repeat([]byte("x"), 300)
	longest := bytes.Repeat([]byte("y"), maxFromPage)
	for _, c := range []struct {
		name     string
		sent     []byte
		want     []byte
		controls string
		err      error
	}{
		{"short", clientFrame(finalBit|opText, []byte("hello")), []byte("hello"), "", nil},
		{"empty", clientFrame(finalBit|opText, nil), nil, "", nil},
		{"medium", clientFrame(finalBit|opText, long), long, "", nil},
		{"as long as may be", clientFrame(finalBit|opText, longest), longest, "", nil},
		{"too long", clientFrame(finalBit|opText, append(longest, 'z')), nil, "", errTooLong},
		{"too long in pieces", slices.Concat(clientFrame(opText, longest), clientFrame(finalBit|opContinuation, []byte("z"))), nil, "", errTooLong},
		{"in pieces", slices.Concat(clientFrame(opText, []byte("he")), clientFrame(opContinuation, nil), clientFrame(finalBit|opContinuation, []byte("llo"))), []byte("hello"), "", nil},
		{"a ping between", slices.Concat(clientFrame(opText, []byte("he")), clientFrame(finalBit|opPing, []byte("p")), clientFrame(finalBit|opContinuation, []byte("llo"))), []byte("hello"), "9p", nil},
		{"a pong before", slices.Concat(clientFrame(finalBit|opPong, nil), clientFrame(finalBit|opText, []byte("hello"))), []byte("hello"), "a", nil},
		{"a piece of nothing", clientFrame(finalBit|opContinuation, []byte("x")), nil, "", errProtocol},
		{"a message within one", slices.Concat(clientFrame(opText, []byte("he")), clientFrame(finalBit|opText, []byte("llo"))), nil, "", errProtocol},
		{"no UTF-8", clientFrame(finalBit|opText, []byte{0xff}), nil, "", errProtocol},
		{"UTF-8 in pieces", slices.Concat(clientFrame(opText, []byte{0xe4, 0xbd}), clientFrame(finalBit|opContinuation, []byte{0xa0})), []byte("你"), "", nil},
		{"without a mask", []byte{finalBit | opText, 5, 'h', 'e', 'l', 'l', 'o'}, nil, "", errProtocol},
		{"half a ping", clientFrame(opPing, nil), nil, "", errProtocol},
		{"a long ping", clientFrame(finalBit|opPing, long), nil, "", errProtocol},
		{"an extension", clientFrame(finalBit|0x40|opText, []byte("x")), nil, "", errProtocol},
		{"an unknown opcode", clientFrame(finalBit|0x3, []byte("x")), nil, "", errProtocol},
		{"broken off", clientFrame(finalBit|opText, []byte("hello"))[:8], nil, "", io.ErrUnexpectedEOF},
		{"gone", nil, nil, "", io.EOF},
	} {
		controls := ""
		w := wire{in: bytes.NewReader(c.sent)}
		_, got, err := w.message(func(op byte, payload []byte) error {
			controls += string("0123456789abcdef"[op]) + string(payload)
			return nil
		})
		if !errors.Is(err, c.err) || !bytes.Equal(got, c.want) || controls != c.controls {
			t.Errorf("%s: got %q, controls %q, %v, want %q, %q, %v", c.name, got, controls, err, c.want, c.controls, c.err)
		}
	}
}
