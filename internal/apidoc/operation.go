package apidoc

import (
	"encoding/json"
	"strings"
)

// sandboxTag marks the operations that exist only in kefu dev.
const sandboxTag = "Sandbox"

// Operation is one method of one path, with every reference resolved.
type Operation struct {
	Method string
	// Path is as in the document, with parameters in braces:
	// /mmbiz_png/{key}/{size}. [http.ServeMux] reads the same form.
	Path string
	Tag  string
	// ID is the operationId: unique, and the anchor on the page.
	ID      string
	Summary string
	// Description is Markdown, without the table of errcodes at its end.
	Description string
	Parameters  []Parameter
	// TokenParameter is the query parameter that carries the access token;
	// empty for an operation that needs none.
	TokenParameter string
	// Request has one entry for each media type that a body may have; empty
	// when the operation has no body.
	Request         []Content
	RequestRequired bool
	Answers         []Answer
	// Errcodes are all that the operation may answer beside 0, by ascending
	// code; empty for an operation that speaks in HTTP status codes.
	Errcodes []Errcode
}

// Sandbox tells whether only kefu dev has the operation.
func (o *Operation) Sandbox() bool { return o.Tag == sandboxTag }

// Parameter is a value in the query or in the path.
type Parameter struct {
	Name        string
	In          string // "query" or "path"
	Type        string
	Required    bool
	Description string // Markdown
	Constraints []string
	Example     string // empty when there is none
}

// Content is a body of one media type.
type Content struct {
	Type string
	// Shapes are the forms that it can take: one, or each of a choice.
	Shapes   []Shape
	Examples []Example
}

// Shape is one form of a body: its fields, parents before children.
type Shape struct {
	// Name is that of the schema; empty when it has none.
	Name        string
	Description string // Markdown
	Fields      []Field
	// Common tells that many operations answer this form. A reader wants to see
	// it once.
	Common bool
}

// Field is a member of an object somewhere in a body.
type Field struct {
	Name        string
	Depth       int // 0 for members of the body itself
	Type        string
	Required    bool
	Description string // Markdown
	Constraints []string
}

// Answer is what can come back under one HTTP status.
type Answer struct {
	Status      string // three digits, or "default" for all that are not listed
	Description string
	Content     []Content
}

// Example is a sample of a body.
type Example struct {
	Name    string
	Summary string
	Value   json.RawMessage
}

// Errcode is a refusal of the API.
type Errcode struct {
	Code int `json:"code"`
	// Text is what errmsg begins with; a part in braces varies.
	Text string `json:"text"`
	// When says in Markdown what brings it about, and what to do if that is not
	// plain.
	When string `json:"when"`
}

// errcodeTableHead begins the table at the end of a description.
const errcodeTableHead = "| errcode | errmsg | when |\n| --- | --- | --- |\n"

// withoutErrcodeTable cuts the table of errcodes, which the page shows in its
// own way, off a description.
func withoutErrcodeTable(description string) string {
	before, _, _ := strings.Cut(description, errcodeTableHead)
	return strings.TrimSpace(before)
}

// scalarText is a JSON string or number as text for a table or a URL.
func scalarText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return string(value)
}
