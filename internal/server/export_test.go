package server

// Narrow makes a house small, before it is used: so many calls and other requests
// at work, and so many bytes for large ones.
func (s *Server) Narrow(calls, others, bytes int64) {
	s.crowd.mostCalls, s.crowd.mostOthers = calls, others
	s.crowd.memory = newMemory(bytes)
}

// AtWork is how many calls and other requests have a place, and how much memory is
// taken.
func (s *Server) AtWork() (calls, others, bytes int64) {
	m := s.crowd.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, held := range m.held {
		bytes += held
	}
	return s.crowd.calls.Load(), s.crowd.others.Load(), bytes
}

// Openings are those of a process that may have so many descriptors.
func Openings(descriptors uint64, processors int) (rooms, porch, pushes, sockets int) {
	o := openingsWithin(descriptors, processors)
	return o.rooms, o.porch, o.pushes, o.sockets
}
