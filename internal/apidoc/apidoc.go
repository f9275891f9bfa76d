package apidoc

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

//go:embed openapi.json
var source []byte

// Options choose what is described.
type Options struct {
	// Sandbox adds the control API of kefu dev, which a production server does
	// not have.
	Sandbox bool
}

// Description is the description of one kind of server. It does not change and
// may be used from any goroutine.
type Description struct {
	content func() *content
}

// content is what a description is made of.
type content struct {
	document   []byte
	operations []Operation
	page       []byte
}

// New makes a description.
//
// It does not look into the document yet: that takes longer than all the rest
// of a start, and many servers are never asked for it. The first use does, and
// panics when openapi.json is broken, which the tests of this package rule out.
func New(o Options) *Description {
	return &Description{content: sync.OnceValue(func() *content {
		c, err := o.content()
		if err != nil {
			panic("apidoc: openapi.json: " + err.Error())
		}
		return c
	})}
}

func (o Options) content() (*content, error) {
	text := source
	if !o.Sandbox {
		var err error
		if text, err = withoutTag(source, sandboxTag); err != nil {
			return nil, fmt.Errorf("leaving out the sandbox: %w", err)
		}
	}
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	operations, err := doc.operations()
	if err != nil {
		return nil, err
	}
	return &content{document: text, operations: operations, page: newPage(&doc, operations).render()}, nil
}

// Document is the OpenAPI document as GET /openapi.json answers it. The caller
// owns the result.
func (d *Description) Document() []byte { return slices.Clone(d.content().document) }

// Operations lists the operations by tag, in the order of the document. The
// slice is the caller's, what it refers to must not be changed.
func (d *Description) Operations() []Operation { return slices.Clone(d.content().operations) }
