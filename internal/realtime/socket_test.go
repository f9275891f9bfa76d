package realtime

import (
	"bytes"
	"io"
	"net"
	"testing"
)

// TestBegunIsFinished: a frame of which a part was written is written to its end
// before the socket is closed, and the rest is not.
func TestBegunIsFinished(t *testing.T) {
	here, there := net.Pipe()
	defer there.Close()
	s := &Socket{door: &Door{hub: New(Parts{})}, conn: here, writing: true}
	frame := frameOf(opText, []byte("hello"))
	s.queue, s.ending = [][]byte{frame[3:], frame}, TooSlow
	s.door.hub.running.Add(1)
	go func() {
		s.write()
		_ = here.Close() // as its reader does
	}()
	got, err := io.ReadAll(there)
	if want := append(frame[3:len(frame):len(frame)], closeFrame(TooSlow)...); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}
