package wechat

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseObjectRefuses(t *testing.T) {
	many := func(n int) string { return `{"a":[` + strings.Repeat("0,", n-1) + `0]}` }
	for _, c := range []struct {
		name string
		body string
		want error
	}{
		{"nothing", "", ErrEmpty},
		{"white space", " \r\n\t", ErrEmpty},
		{"null", "null", ErrFormat},
		{"array", "[]", ErrFormat},
		{"string", `"a"`, ErrFormat},
		{"number", "1", ErrFormat},
		{"form", "kf_account=a%40b", ErrFormat},
		{"truncated", `{"kf_account":"a`, ErrFormat},
		{"truncated after a name", `{"kf_account"`, ErrFormat},
		{"truncated after an escape", `{"a":"\`, ErrFormat},
		{"truncated within hex", `{"a":"\u00`, ErrFormat},
		{"no closing brace", `{"a":1`, ErrFormat},
		{"trailing comma", `{"a":1,}`, ErrFormat},
		{"trailing comma in an array", `{"a":[1,]}`, ErrFormat},
		{"two objects", `{}{}`, ErrFormat},
		{"text behind", `{} x`, ErrFormat},
		{"byte order mark", "\ufeff{}", ErrFormat},
		{"byte order mark within space", " \ufeff{}", ErrFormat},
		{"single quotes", `{'a':1}`, ErrFormat},
		{"bare name", `{a:1}`, ErrFormat},
		{"no colon", `{"a" 1}`, ErrFormat},
		{"comment", `{/**/}`, ErrFormat},
		{"unknown word", `{"a":nul}`, ErrFormat},
		{"word goes on", `{"a":nullx}`, ErrFormat},
		{"capital word", `{"a":True}`, ErrFormat},
		{"NaN", `{"a":NaN}`, ErrFormat},
		{"leading zero", `{"a":01}`, ErrFormat},
		{"leading plus", `{"a":+1}`, ErrFormat},
		{"bare minus", `{"a":-}`, ErrFormat},
		{"no fraction", `{"a":1.}`, ErrFormat},
		{"no integer", `{"a":.5}`, ErrFormat},
		{"no exponent", `{"a":1e}`, ErrFormat},
		{"raw newline in a string", "{\"a\":\"x\ny\"}", ErrFormat},
		{"raw NUL in a string", "{\"a\":\"\x00\"}", ErrFormat},
		{"raw newline after an escape", "{\"a\":\"\\t\n\"}", ErrFormat},
		{"NUL bytes", "\x00\x00", ErrFormat},
		{"unknown escape", `{"a":"\x41"}`, ErrFormat},
		{"bad hex", `{"a":"\u00g0"}`, ErrFormat},
		{"lone high half", `{"a":"\ud83d"}`, ErrFormat},
		{"lone low half", `{"a":"\ude00"}`, ErrFormat},
		{"two high halves", `{"a":"\ud83d\ud83d"}`, ErrFormat},
		{"not UTF-8", "{\"a\":\"\xff\"}", ErrFormat},
		{"not UTF-8 after an escape", "{\"a\":\"\\t\xff\"}", ErrFormat},
		{"surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}", ErrFormat},
		{"name not UTF-8", "{\"\xff\":1}", ErrFormat},
		{"duplicate name", `{"a":1,"a":1}`, ErrFormat},
		{"duplicate name, escaped", `{"a":1,"\u0061":2}`, ErrFormat},
		{"duplicate name, within", `{"x":{"y":[{"a":1,"a":1}]}}`, ErrFormat},
		{"duplicate name after many", `{"a":1,` + names(40) + `,"a":1}`, ErrFormat},
		{"duplicate of the last of many", `{` + names(40) + `,"n39":1}`, ErrFormat},
		{"too deep", strings.Repeat(`{"a":`, maxDepth+1) + "1" + strings.Repeat("}", maxDepth+1), ErrFormat},
		{"too deep in arrays", `{"a":` + strings.Repeat("[", 1<<20), ErrFormat},
		{"too many values", many(maxValues), ErrFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := ParseObject([]byte(c.body))
			if !errors.Is(err, c.want) || o != nil {
				t.Errorf("got %v, %v, want %v", o, err, c.want)
			}
		})
	}
	// The bounds refuse only what is beyond them.
	for name, body := range map[string]string{
		"as deep as allowed": strings.Repeat(`{"a":`, maxDepth) + "1" + strings.Repeat("}", maxDepth),
		"as many as allowed": many(maxValues - 2),
	} {
		if _, err := ParseObject([]byte(body)); err != nil {
			t.Errorf("%s: got %v, want none", name, err)
		}
	}
}

func names(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"n%d":%d`, i, i)
	}
	return strings.Join(list, ",")
}

func TestErrorsDoNotQuoteTheBody(t *testing.T) {
	const secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	for _, body := range []string{`{"secret":"` + secret, `{"secret":` + secret + `}`, `{"` + secret + `":1,"` + secret + `":1}`, secret, `{"n":"` + secret + `"}`} {
		o, err := ParseObject([]byte(body))
		if err == nil {
			o.Int("n")
			o.Bool("n")
			err = o.Err()
		}
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("got %v", err)
		}
	}
}

func parse(t *testing.T, body string) *Object {
	t.Helper()
	o, err := ParseObject([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestObjectReads(t *testing.T) {
	o := parse(t, " {\"kf_account\" : \"a@b\",\"emoji\":\"\\ud83d\\ude00\\u5BA2\\n\\\"\\\\\\/\\b\\f\\r\\t\",\"raw\":\"客服😀\",\"nul\":\"\\u0000\",\n"+
		`"n":1710277281,"s":"0042","neg":-7,"yes":true,"no":false,"gone":null,"list":["x","y"],"none":[],`+
		`"news":{"articles":[{"title":"t1"},{"title":"t2","n":"3"}]},"KF_ACCOUNT":"other","":"empty name"} `+"\r\n")
	texts := map[string]string{"kf_account": "a@b", "emoji": "😀客\n\"\\/\b\f\r\t", "raw": "客服😀", "nul": "\x00", "gone": "", "absent": "",
		"KF_ACCOUNT": "other", "": "empty name", "Kf_Account": ""}
	for name, want := range texts {
		if got := o.String(name); got != want {
			t.Errorf("String %q: got %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]int64{"n": 1710277281, "s": 42, "neg": -7, "gone": 0, "absent": 0} {
		if got := o.Int(name); got != want {
			t.Errorf("Int %s: got %d, want %d", name, got, want)
		}
	}
	for name, want := range map[string]bool{"yes": true, "no": false, "gone": false, "absent": false} {
		if got := o.Bool(name); got != want {
			t.Errorf("Bool %s: got %t, want %t", name, got, want)
		}
	}
	for name, want := range map[string]bool{"yes": true, "no": true, "none": true, "news": true, "gone": false, "absent": false, "YES": false} {
		if got := o.Has(name); got != want {
			t.Errorf("Has %s: got %t, want %t", name, got, want)
		}
	}
	if got := o.Strings("list"); !slices.Equal(got, []string{"x", "y"}) {
		t.Errorf("got %q", got)
	}
	if got := o.Strings("none"); got == nil || len(got) != 0 {
		t.Errorf("got %#v, want empty and not nil", got)
	}
	if got := o.Strings("absent"); got != nil {
		t.Errorf("got %#v, want nil", got)
	}
	articles := o.Object("news").Objects("articles")
	if len(articles) != 2 || articles[0].String("title") != "t1" || articles[1].Int("n") != 3 {
		t.Errorf("got %v", articles)
	}
	if got := o.Object("absent").Object("too").String("x"); got != "" || o.Object("absent") == nil {
		t.Errorf("got %q", got)
	}
	if err := o.Err(); err != nil {
		t.Errorf("got %v, want no error after reading what is well typed", err)
	}
}

func TestObjectWithManyMembers(t *testing.T) {
	o := parse(t, "{"+names(200)+"}")
	for _, i := range []int{0, scanMembers, scanMembers + 1, 199} {
		if got := o.Int(fmt.Sprintf("n%d", i)); got != int64(i) {
			t.Errorf("n%d: got %d", i, got)
		}
	}
	if o.Has("n200") || o.Err() != nil {
		t.Errorf("got a member that is not there, or %v", o.Err())
	}
}

func TestWrongTypesStick(t *testing.T) {
	const body = `{"s":"x","n":1,"f":1.5,"e":1e3,"big":9223372036854775808,"plus":"+1","blank":"","b":true,"a":["x",1],"o":{"in":[{"deep":1},2]}}`
	for _, c := range []struct {
		name string
		read func(o *Object)
		want string
	}{
		{"string from number", func(o *Object) { o.String("n") }, "n must be a string, got a number"},
		{"string from boolean", func(o *Object) { o.String("b") }, "b must be a string, got a boolean"},
		{"int from boolean", func(o *Object) { o.Int("b") }, "b must be a whole number, got a boolean"},
		{"int from text", func(o *Object) { o.Int("s") }, "s must be a whole number: it has other characters than digits"},
		{"int from empty text", func(o *Object) { o.Int("blank") }, "blank must be a whole number"},
		{"int from fraction", func(o *Object) { o.Int("f") }, "f must be a whole number"},
		{"int from exponent", func(o *Object) { o.Int("e") }, "e must be a whole number"},
		{"int too large", func(o *Object) { o.Int("big") }, "big must be a whole number: it does not fit"},
		{"int with plus", func(o *Object) { o.Int("plus") }, "plus must be a whole number: a leading +"},
		{"bool from number", func(o *Object) { o.Bool("n") }, "n must be a boolean, got a number"},
		{"bool from text", func(o *Object) { o.Bool("s") }, "s must be a boolean, got a string"},
		{"object from array", func(o *Object) { o.Object("a") }, "a must be an object, got an array"},
		{"strings from object", func(o *Object) { o.Strings("o") }, "o must be an array, got an object"},
		{"strings with a number", func(o *Object) { o.Strings("a") }, "a[1] must be a string, got a number"},
		{"objects with a string", func(o *Object) { o.Objects("a") }, "a[0] must be an object, got a string"},
		{"deep", func(o *Object) { o.Object("o").Objects("in") }, "o.in[1] must be an object, got a number"},
		{"first one wins", func(o *Object) { o.String("n"); o.Bool("s") }, "n must be a string"},
		{"within an absent object", func(o *Object) { o.String("n"); o.Object("none").Int("x") }, "n must be a string"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := parse(t, body)
			c.read(o)
			if err := o.Err(); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	o := parse(t, `{"list":[{"title":1}]}`)
	o.Objects("list")[0].String("title")
	if err := o.Err(); err == nil || !strings.Contains(err.Error(), "list[0].title must be a string") {
		t.Errorf("got %v, want the outermost object to know and name it", err)
	}
}
