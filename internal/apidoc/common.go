package apidoc

import "iter"

// commonFrom is how many operations must answer a form for it to be common:
// below that, a link to another place costs the reader more than the table.
const commonFrom = 5

// markCommon marks the named forms that at least commonFrom operations answer.
func markCommon(operations []Operation) {
	users := make(map[string]map[string]bool) // operation ids by the name of the form
	for i := range operations {
		for shape := range operations[i].shapes() {
			if users[shape.Name] == nil {
				users[shape.Name] = make(map[string]bool)
			}
			users[shape.Name][operations[i].ID] = true
		}
	}
	for i := range operations {
		for shape := range operations[i].shapes() {
			shape.Common = shape.Name != "" && len(users[shape.Name]) >= commonFrom
		}
	}
}

// shapes goes through the forms of all answers.
func (o *Operation) shapes() iter.Seq[*Shape] {
	return func(yield func(*Shape) bool) {
		for _, answer := range o.Answers {
			for _, content := range answer.Content {
				for i := range content.Shapes {
					if !yield(&content.Shapes[i]) {
						return
					}
				}
			}
		}
	}
}
