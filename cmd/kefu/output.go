package main

import (
	"encoding/json"
	"io"
)

// output is stdout. It remembers the first failure, so that a command whose
// words did not arrive, say on a full disk, does not end as if they had.
type output struct {
	to     io.Writer
	failed error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if err != nil && o.failed == nil {
		o.failed = err
	}
	return n, err
}

// printJSON prints one JSON value, for scripts.
func (t *terminal) printJSON(v any) error {
	e := json.NewEncoder(t.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
