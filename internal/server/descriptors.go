package server

import "runtime"

const (
	// maxConnections bounds the connections to the house. Ten thousand that say
	// nothing take some two hundred megabytes; a proxy in front makes do with
	// hundreds.
	maxConnections = 8192
	// maxPorch bounds the connections beyond that which are still told, in their
	// own way, to come again.
	maxPorch = 256
	// maxSockets bounds the sockets of pages, each of which takes a few kilobytes.
	maxSockets = 20_000
	// maxPushes bounds the requests at once to developers' servers.
	maxPushes = 1024
	// leastConnections is had even where files are so few that the house can hardly
	// run.
	leastConnections = 4

	// ownDescriptors are those of the process itself, of the database and of its
	// logs; a database has some more for each processor.
	ownDescriptors          = 32
	descriptorsPerProcessor = 4
)

// openings is how many connections the house lets itself have, so that it never
// runs out of file descriptors in the middle of its work.
type openings struct {
	// rooms are for requests that are served, porch for those that are refused.
	rooms, porch int
	// pushes are for requests to developers' servers; as many connections more may
	// wait for another push.
	pushes int
	// sockets are for pages that look on; none takes a room while it does.
	sockets int
}

// openingsWithin shares out file descriptors. A quarter of what the process does
// not need itself goes to pushes, and one to sockets. Of the rest every connection
// may need two, since its request may open a file or another connection.
func openingsWithin(descriptors uint64, processors int) openings {
	left := int(min(descriptors, 1<<20)) - ownDescriptors - descriptorsPerProcessor*processors
	pushes := max(min(left/8, maxPushes), leastConnections)
	sockets := max(min(left/4, maxSockets), leastConnections)
	connections := max((left-2*pushes-sockets)/2, leastConnections)
	porch := min(max(connections/8, 1), maxPorch)
	return openings{
		rooms:   min(connections-porch, maxConnections),
		porch:   porch,
		pushes:  pushes,
		sockets: sockets,
	}
}

// currentOpenings is what this process can have.
func currentOpenings() openings {
	return openingsWithin(maxDescriptors(), runtime.NumCPU())
}
