package wechat

// flattenJSON reads a JSON body into the elements that the same message has in
// XML. Numbers and booleans become the text that stands for them, null is
// absent. An array becomes one element with its entries as items within, as in
// <Articles><item>.
func flattenJSON(into *elements, body []byte) error {
	o, err := ParseObject(body)
	if err != nil {
		return err
	}
	if refusal := into.flatten("", value{kind: kindObject, object: o}); refusal != "" {
		o.fail("%s", refusal)
	}
	return o.Err()
}

// itemName is what an entry of an array is called.
const itemName = "item"

// flatten adds a member and all within, or says in words which bound is in the
// way. It goes no deeper than the parser went.
func (s *elements) flatten(name string, v value) (refusal string) {
	if v.kind == kindNull {
		return ""
	}
	if refusal := s.begin(name); refusal != "" {
		return refusal
	}
	switch v.kind {
	case kindObject:
		s.at(s.count - 1).branch = true
		for i := range v.object.members {
			if refusal := s.flatten(v.object.members[i].name, v.object.members[i].value); refusal != "" {
				return refusal
			}
		}
	case kindArray:
		s.at(s.count - 1).branch = true
		for i := range v.members {
			if refusal := s.flatten(itemName, v.members[i]); refusal != "" {
				return refusal
			}
		}
	default:
		s.piece(v.text)
	}
	s.end()
	return ""
}
