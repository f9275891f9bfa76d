package wechat

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whatever ParseObject accepts, encoding/json accepts with the same values, so
// that a client's own tools and the house never disagree about a request.
func FuzzParseObject(f *testing.F) {
	for _, seed := range []string{
		`{"kf_account":"alice@demo_shop","nickname":"Alice"}` + "\n",
		`{"touser":"o1","msgtype":"news","news":{"articles":[{"title":"t","url":"http:\/\/x"}]}}`,
		`{"a":"\ud83d\ude00\u0000","b":-1.5e+10,"c":[true,false,null,[]],"d":{}}`,
		`{"n":"0042","big":123456789012345678901234567890,"zero":-0}`,
		`{"a":1,"a":2}`, `{"a":"\ud83d"}`, "\ufeff{}", "{\"a\":\"\xff\"}", `{}{}`, " ", "", "[[[[", `{"a":[[[[[[[[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o, err := ParseObject(body)
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var want map[string]any
		wantErr := dec.Decode(&want)
		if wantErr == nil {
			if _, more := dec.Token(); more != io.EOF {
				wantErr = errors.New("something follows")
			}
		}
		switch {
		case err != nil && (!errors.Is(err, ErrFormat) && !errors.Is(err, ErrEmpty)):
			t.Fatalf("got an error of no kind: %v", err)
		case err != nil && errors.Is(err, ErrEmpty) != (strings.Trim(string(body), " \t\r\n") == ""):
			t.Fatalf("got %v for %q", err, body)
		case err != nil:
			return
		case wantErr != nil:
			t.Fatalf("accepted what encoding/json refuses: %v", wantErr)
		}
		if diff := cmp.Diff(want, o.tree()); diff != "" {
			t.Errorf("values differ (-encoding/json +wechat):\n%s", diff)
		}
		for name := range want {
			o.String(name)
			o.Int(name)
			o.Bool(name)
			o.Object(name).String("x")
			o.Strings(name)
			for _, within := range o.Objects(name) {
				within.Int(name)
			}
		}
	})
}

func (o *Object) tree() map[string]any {
	tree := make(map[string]any, len(o.members))
	for _, m := range o.members {
		tree[m.name] = m.value.tree()
	}
	return tree
}

func (v value) tree() any {
	switch v.kind {
	case kindBool:
		return v.text == "true"
	case kindNumber:
		return json.Number(v.text)
	case kindString:
		return v.text
	case kindArray:
		list := make([]any, len(v.members))
		for i := range v.members {
			list[i] = v.members[i].tree()
		}
		return list
	case kindObject:
		return v.object.tree()
	}
	return nil
}
