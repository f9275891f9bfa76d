//go:build unix

package realtime

import (
	"net"
	"syscall"
)

// writeAtOnce writes as much as a connection takes without waiting, and tells how much
// that was. Most pages take everything, and then nobody else is needed to write.
func writeAtOnce(conn net.Conn, bytes []byte) (written int) {
	with, ok := conn.(syscall.Conn)
	if !ok {
		return 0
	}
	raw, err := with.SyscallConn()
	if err != nil {
		return 0
	}
	// What is wrong with a connection is found out by who waits for it.
	_ = raw.Write(func(fd uintptr) bool {
		n, err := syscall.Write(int(fd), bytes)
		if err == nil {
			written = n
		}
		return true
	})
	return written
}
