//go:build !race

package simtest

// raced tells that the race detector is on.
const raced = false
