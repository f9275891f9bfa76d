//go:build !unix

package server

import "math"

// maxDescriptors is how many files and connections the process may have open:
// here only memory bounds them.
func maxDescriptors() uint64 { return math.MaxInt32 }
