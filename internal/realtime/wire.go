package realtime

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf8"
)

// What goes over a connection after the handshake is RFC 6455, of which a socket of
// ours needs little: small frames from the page, whole frames to it, no extensions. A
// library would keep buffers and locks for everything else, for every page.

// The opcodes of frames.
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa

	finalBit, reservedBits, maskBit = 0x80, 0x70, 0x80

	// maxControl bounds the payload of a control frame, by the protocol.
	maxControl = 125
	// A payload up to maxShort has its length in the first bytes, and up to maxMedium in
	// two more.
	maxShort, maxMedium     = 125, 1<<16 - 1
	mediumLength, hugeMark  = 126, 127
	maskLength, shortHeader = 4, 2
)

// What is wrong with a frame of the other side.
var (
	errProtocol = errors.New("realtime: not a frame of a WebSocket client")
	errTooLong  = errors.New("realtime: a message that is too long")
)

// frameOf is a whole frame of a server.
func frameOf(opcode byte, payload []byte) []byte {
	frame := make([]byte, 0, len(payload)+10)
	frame = append(frame, finalBit|opcode)
	switch n := len(payload); {
	case n <= maxShort:
		frame = append(frame, byte(n))
	case n <= maxMedium:
		frame = binary.BigEndian.AppendUint16(append(frame, mediumLength), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, hugeMark), uint64(n))
	}
	return append(frame, payload...)
}

// closeFrame says why a connection is closed.
func closeFrame(code Code) []byte {
	return frameOf(opClose, append(binary.BigEndian.AppendUint16(nil, uint16(code)), words[code]...))
}

// wire reads what a page sends. It has no buffer: a page says little, and waits long.
type wire struct {
	in   io.Reader
	head [8]byte
}

// message reads one message, or a control frame between them. Text has the opcode
// opText, also when it came in pieces, within maxFromPage bytes in all; control frames
// in the middle of one go to control.
func (w *wire) message(control func(opcode byte, payload []byte) error) (opcode byte, message []byte, err error) {
	for begun := false; ; {
		op, final, payload, err := w.frame(maxFromPage - len(message))
		if err != nil {
			return 0, nil, err
		}
		switch op {
		case opClose, opPing, opPong:
			if err := control(op, payload); err != nil {
				return 0, nil, err
			}
			continue
		case opContinuation:
			if !begun {
				return 0, nil, errProtocol
			}
		case opText, opBinary:
			if begun {
				return 0, nil, errProtocol
			}
			begun, opcode = true, op
		default:
			return 0, nil, errProtocol
		}
		message = append(message, payload...)
		if !final {
			continue
		}
		if opcode == opText && !utf8.Valid(message) {
			return 0, nil, errProtocol
		}
		return opcode, message, nil
	}
}

// frame reads one frame of at most most bytes.
func (w *wire) frame(most int) (opcode byte, final bool, payload []byte, err error) {
	// The shortest one has so much: two bytes, and the mask.
	head := w.head[:shortHeader+maskLength]
	if _, err := io.ReadFull(w.in, head); err != nil {
		return 0, false, nil, err
	}
	opcode, final = head[0]&0xf, head[0]&finalBit != 0
	length := int(head[1] &^ maskBit)
	if head[0]&reservedBits != 0 || head[1]&maskBit == 0 || opcode >= opClose && (!final || length > maxControl) {
		return 0, false, nil, errProtocol
	}
	var mask [maskLength]byte
	switch length {
	case hugeMark:
		return 0, false, nil, errTooLong
	case mediumLength:
		head = w.head[:]
		if _, err := io.ReadFull(w.in, head[shortHeader+maskLength:]); err != nil {
			return 0, false, nil, err
		}
		length = int(binary.BigEndian.Uint16(head[shortHeader:]))
	}
	copy(mask[:], head[len(head)-maskLength:])
	if opcode < opClose && length > most {
		return 0, false, nil, errTooLong
	}
	payload = make([]byte, length)
	if _, err := io.ReadFull(w.in, payload); err != nil {
		return 0, false, nil, err
	}
	for i := range payload {
		payload[i] ^= mask[i%maskLength]
	}
	return opcode, final, payload, nil
}
