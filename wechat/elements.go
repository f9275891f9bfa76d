package wechat

import "fmt"

// Bounds on the body of a push or a passive reply.
const (
	// maxBody is the longest body in bytes: more than the longest sealed message
	// with its envelope, and eight times what a developer's server may answer.
	maxBody = 512 << 10
	// maxElements is how many elements a body may have. The largest known, an
	// event with nine pictures, has some fifty.
	maxElements = 1024
	// usualElements is for how many there is room without asking for memory:
	// pushes have six to twelve.
	usualElements = 12
)

// element is an element of an XML body, or a member of a JSON body: the two are
// read into the same form, so that each type is read once.
type element struct {
	name string
	// text is what stands in the element, without that of elements within; empty
	// when there are any, because all that is left then is indentation.
	text string
	// depth is 0 for the root.
	depth int32
	// branch tells that there are elements within.
	branch bool
}

// elements are those of a body in the order in which they begin, the root first.
// They are filled by a parser, with begin, piece and end, which keep the bounds.
//
// A parser must not hold them in a struct together with the text: the compiler
// could not tell that only the text outlives the call, and would move both to
// the heap.
type elements struct {
	// first are in the value itself, on the stack of whoever reads the body; rest
	// is what does not fit.
	first [usualElements]element
	rest  []element
	count int
	// open are the elements that have begun and not ended, as indexes below
	// maxElements.
	open [maxDepth]int16
	deep int32
	// pieces is how many pieces of text the innermost element has got so far.
	// From the second on they are joined here: adding each to the text would take
	// a time that grows with the square of their number.
	pieces int
	joined []byte
}

func (s *elements) at(i int) *element {
	if i < len(s.first) {
		return &s.first[i]
	}
	return &s.rest[i-len(s.first)]
}

func (s *elements) add(e element) {
	if s.count < len(s.first) {
		s.first[s.count] = e
	} else {
		s.rest = append(s.rest, e)
	}
	s.count++
}

// begin opens an element, or says in words which bound is in the way.
func (s *elements) begin(name string) (refusal string) {
	if s.deep == maxDepth {
		return fmt.Sprintf("it nests deeper than %d", maxDepth)
	}
	if s.count == maxElements {
		return fmt.Sprintf("it has more than %d elements", maxElements)
	}
	if s.deep > 0 {
		parent := s.at(int(s.open[s.deep-1]))
		parent.branch = true
		parent.text = ""
	}
	s.pieces = 0
	s.open[s.deep] = int16(s.count)
	s.add(element{name: name, depth: s.deep})
	s.deep++
	return ""
}

// piece adds text to the innermost open element.
func (s *elements) piece(text string) {
	e := s.at(int(s.open[s.deep-1]))
	if e.branch || text == "" {
		return
	}
	switch s.pieces++; s.pieces {
	case 1:
		e.text = text
	case 2:
		s.joined = append(append(s.joined[:0], e.text...), text...)
	default:
		s.joined = append(s.joined, text...)
	}
}

// end closes the innermost open element.
func (s *elements) end() {
	s.deep--
	if s.pieces > 1 {
		s.at(int(s.open[s.deep])).text = string(s.joined)
	}
	s.pieces = 0
}

// innermost is the name of the element that must end next.
func (s *elements) innermost() string { return s.at(int(s.open[s.deep-1])).name }
