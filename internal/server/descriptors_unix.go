//go:build unix

package server

import "syscall"

// unknownDescriptors is what every system allows, should it not say.
const unknownDescriptors = 256

// maxDescriptors is how many files and connections the process may have open.
// Go has raised it to the most that the system allows.
func maxDescriptors() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return unknownDescriptors
	}
	return uint64(limit.Cur)
}
