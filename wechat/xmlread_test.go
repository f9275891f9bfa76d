package wechat

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// list is the elements as a slice.
func (s *elements) list() []element {
	var list []element
	for i := range s.count {
		list = append(list, *s.at(i))
	}
	return list
}

func readXML(body []byte) ([]element, error) {
	var s elements
	err := parseXML(&s, body)
	return s.list(), err
}

// outline is a body as text, one element a line.
func outline(list []element) string {
	var b strings.Builder
	for _, e := range list {
		b.WriteString(strings.Repeat(" ", int(e.depth)) + e.name)
		if !e.branch {
			b.WriteString("=" + strconv.Quote(e.text))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestParseXML(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"CDATA", "<xml><A><![CDATA[a<b>&amp;]]></A></xml>", "xml\n A=\"a<b>&amp;\"\n"},
		{"no CDATA", "<xml><A>text</A></xml>", "xml\n A=\"text\"\n"},
		{"empty CDATA", "<xml><A><![CDATA[]]></A></xml>", "xml\n A=\"\"\n"},
		{"CDATA of brackets", "<xml><A><![CDATA[]]]]></A></xml>", "xml\n A=\"]]\"\n"},
		{"CDATA cut in two", "<xml><A><![CDATA[a]]]]><![CDATA[>b]]></A></xml>", "xml\n A=\"a]]>b\"\n"},
		{"text around CDATA", "<xml><A> a<![CDATA[b]]>c<!-- x -->d </A></xml>", "xml\n A=\" abcd \"\n"},
		{"predefined entities", "<xml><A>&lt;&gt;&amp;&apos;&quot;</A></xml>", "xml\n A=\"<>&'\\\"\"\n"},
		{"numeric entities", "<xml><A>&#20320;&#x597D;&#x1F600;&#0013;&#10;</A></xml>", "xml\n A=\"你好😀\\r\\n\"\n"},
		{"entity between text", "<xml><A>a&amp;b</A></xml>", "xml\n A=\"a&b\"\n"},
		{"line ends", "<xml><A>a\r\nb\rc\n\r</A><B><![CDATA[\r\n&\r<]]></B></xml>", "xml\n A=\"a\\nb\\nc\\n\\n\"\n B=\"\\n&\\n<\"\n"},
		{"indentation", "\n <xml>\n\t<A>a</A>\n\t<B>\n\t\t<C>c</C>\n\t</B>\n</xml> \n", "xml\n A=\"a\"\n B\n  C=\"c\"\n"},
		{"empty elements", "<xml><A/><B /><C></C></xml>", "xml\n A=\"\"\n B=\"\"\n C=\"\"\n"},
		{"empty root", "<xml/>", "xml=\"\"\n"},
		{"end tag with white space", "<xml><A>a</A \n></xml\t>", "xml\n A=\"a\"\n"},
		{"text beside elements", "<xml>x<A>a</A>y</xml>", "xml\n A=\"a\"\n"},
		{"declaration", `<?xml version="1.0" encoding="UTF-8"?>` + "\n<xml><A>a</A></xml>", "xml\n A=\"a\"\n"},
		{"declaration in another form", `<?xml version='1.0' encoding='Utf-8' standalone='yes' ?><xml><A>a</A></xml>`, "xml\n A=\"a\"\n"},
		{"comments", "<!-- a --><xml><!----><A>a</A><!-- <B>b</B> --></xml><!-- c -->", "xml\n A=\"a\"\n"},
		{"attributes", `<xml xmlns="urn:x"><A b="&lt;" c='"'>a</A></xml>`, "xml\n A=\"a\"\n"},
		{"prefix", `<xml xmlns:x="urn:x"><x:A>a</x:A></xml>`, "xml\n x:A=\"a\"\n"},
		{"names beyond ASCII", "<xml><名>a</名></xml>", "xml\n 名=\"a\"\n"},
		{"processing instruction", "<xml><?php echo ?><A>a&#9;b</A></xml><?end?>", "xml\n A=\"a\\tb\"\n"},
		{"joined in another form", `<xml><A b="">a<![CDATA[b]]>c</A></xml>`, "xml\n A=\"abc\"\n"},
		{"names with digits and dots", "<xml><Location_X>1</Location_X><A-1.b>2</A-1.b></xml>", "xml\n Location_X=\"1\"\n A-1.b=\"2\"\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readXML([]byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, outline(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseXMLRefuses(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;">]><xml><A>&lol2;</A></xml>`
	for _, tt := range []struct {
		name, body string
		kind       error
		says       string
	}{
		{"nothing", "", ErrEmpty, ""},
		{"white space", " \r\n\t", ErrEmpty, ""},
		{"JSON", `{"code":0}`, ErrFormat, "XML element"},
		{"word", "success", ErrFormat, "XML element"},
		{"byte order mark", "\ufeff<xml></xml>", ErrFormat, "byte order mark"},
		{"only a comment", "<!-- -->", ErrFormat, "too early"},
		{"only a declaration", `<?xml version="1.0"?>`, ErrFormat, "too early"},
		{"billion laughs", laughs, ErrFormat, "DOCTYPE"},
		{"document type", `<!DOCTYPE xml><xml/>`, ErrFormat, "DOCTYPE"},
		{"document type from elsewhere", `<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>`, ErrFormat, "DOCTYPE"},
		{"document type within", `<xml><!DOCTYPE xml></xml>`, ErrFormat, "DOCTYPE"},
		{"document type behind what is unfamiliar", `<?a?><!DOCTYPE xml [<!ENTITY a "b">]><xml/>`, ErrFormat, "DOCTYPE"},
		{"document type after the root", `<xml/><!DOCTYPE xml>`, ErrFormat, "DOCTYPE"},
		{"entity declaration within", `<xml><!ENTITY a "b"></xml>`, ErrFormat, "DOCTYPE"},
		{"undeclared entity", "<xml><A>&nbsp;</A></xml>", ErrFormat, "entity"},
		{"lone ampersand", "<xml><A>a & b</A></xml>", ErrFormat, "entity"},
		{"entity without end", "<xml><A>&amp</A></xml>", ErrFormat, "entity"},
		{"entity of no digits", "<xml><A>&#;</A></xml>", ErrFormat, "entity"},
		{"entity with capital X", "<xml><A>&#X41;</A></xml>", ErrFormat, "entity"},
		{"entity with a sign", "<xml><A>&#+65;</A></xml>", ErrFormat, "entity"},
		{"NUL as an entity", "<xml><A>&#0;</A></xml>", ErrFormat, "entity"},
		{"half a character as an entity", "<xml><A>&#xD83D;</A></xml>", ErrFormat, "entity"},
		{"entity beyond Unicode", "<xml><A>&#x110000;</A></xml>", ErrFormat, "entity"},
		{"NUL", "<xml><A>a\x00</A></xml>", ErrFormat, "not allowed in XML"},
		{"NUL after an entity", "<xml><A>&lt;\x00</A></xml>", ErrFormat, "not allowed in XML"},
		{"control character in CDATA", "<xml><A><![CDATA[\x08]]></A></xml>", ErrFormat, "not allowed in XML"},
		{"control character in a comment", "<xml><!-- \x08 --></xml>", ErrFormat, "not allowed in XML"},
		{"not UTF-8", "<xml><A>\xc4\xe3</A></xml>", ErrFormat, "not UTF-8"},
		{"not UTF-8 after a line end", "<xml><A>\r\xc4\xe3</A></xml>", ErrFormat, "not UTF-8"},
		{"noncharacter", "<xml><A>\uffff</A></xml>", ErrFormat, "not allowed in XML"},
		{"declared as GBK", `<?xml version="1.0" encoding="GBK"?><xml/>`, ErrFormat, "UTF-8"},
		{"XML 1.1", `<?xml version="1.1"?><xml/>`, ErrFormat, "XML 1.0"},
		{"]]> in text", "<xml><A>a]]>b</A></xml>", ErrFormat, "outside CDATA"},
		{"]]> in text after an entity", "<xml><A>&lt;]]>b</A></xml>", ErrFormat, "outside CDATA"},
		{"hyphens in a comment", "<xml><!-- a -- b --></xml>", ErrFormat, "comment"},
		{"another root", "<html><body>502</body></html>", ErrFormat, "<xml>"},
		{"another root with attributes", `<html lang="zh"><body>502</body></html>`, ErrFormat, "<xml>"},
		{"root in capitals", "<XML></XML>", ErrFormat, "<xml>"},
		{"two roots", "<xml></xml><xml></xml>", ErrFormat, "follows"},
		{"two roots with attributes", `<xml a="b"></xml><xml></xml>`, ErrFormat, "follows"},
		{"text after the root", "<xml></xml>x", ErrFormat, "XML element"},
		{"text after a root with attributes", `<xml a="b"></xml>x`, ErrFormat, "outside the root"},
		{"CDATA outside the root", "<![CDATA[a]]><xml/>", ErrFormat, "DOCTYPE"},
		{"cut off in the root", "<xml><A>a</A>", ErrFormat, "too early"},
		{"cut off in text", "<xml><A>a", ErrFormat, "too early"},
		{"cut off after an entity", "<xml><A>a&lt;", ErrFormat, "too early"},
		{"cut off in CDATA", "<xml><A><![CDATA[a]]", ErrFormat, "too early"},
		{"cut off in a tag", "<xml><A", ErrFormat, "too early"},
		{"cut off before a tag", "<xml><", ErrFormat, "too early"},
		{"cut off in an end tag", "<xml><A></A", ErrFormat, "too early"},
		{"cut off in a comment", "<xml><!-- a", ErrFormat, "too early"},
		{"cut off with attributes", `<xml a="b"><A>`, ErrFormat, "too early"},
		{"elements that overlap", "<xml><A><B></A></B></xml>", ErrFormat, "innermost"},
		{"end of a longer name", "<xml><A></AB></xml>", ErrFormat, "innermost"},
		{"overlap with attributes", `<xml a="b"><A></B></xml>`, ErrFormat, "innermost"},
		{"attribute without quotes", "<xml a=b></xml>", ErrFormat, "not XML"},
		{"slash in a tag", "<xml><A/B></xml>", ErrFormat, "not XML"},
		{"name that begins with a digit", "<xml><1>a</1></xml>", ErrFormat, "not XML"},
		{"33 deep", strings.Replace(strings.Repeat("<a>", 33), "a", "xml", 1), ErrFormat, "nests deeper"},
		{"33 deep with attributes", `<xml a="b">` + strings.Repeat("<a>", 32), ErrFormat, "nests deeper"},
		{"1,025 elements", "<xml>" + strings.Repeat("<a/>", 1024) + "</xml>", ErrFormat, "more than 1024"},
		{"1,025 elements with attributes", `<xml a="b">` + strings.Repeat("<a/>", 1024) + "</xml>", ErrFormat, "more than 1024"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readXML([]byte(tt.body))
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v with %s, want %v that says %q", err, outline(got), tt.kind, tt.says)
			}
		})
	}
}

func TestXMLErrorsQuoteNothing(t *testing.T) {
	for _, body := range []string{
		"<xml><A>S3CRET & x</A></xml>", "<xml><A>&S3CRET;</A></xml>", "<xml><A>S3CRET</B></xml>",
		`<xml a="b"><A>&S3CRET;</A></xml>`, `<xml a="b"><A></S3CRET></xml>`, "<S3CRET/>", `<?xml version="S3CRET"?><xml/>`,
		`<?xml version="1.0" encoding="S3CRET"?><xml/>`, "<xml><MsgId>S3CRET</MsgId></xml>", "<xml><MsgType>S3CRET</MsgType></xml>",
	} {
		for name, parse := range map[string]func() error{
			"push":   func() error { _, err := ParsePush(FormatXML, []byte(body)); return err },
			"answer": func() error { _, err := ParseAnswer(FormatXML, []byte(body)); return err },
		} {
			if err := parse(); err != nil && strings.Contains(err.Error(), "S3CRET") {
				t.Errorf("%s of %s: got %v, want no piece of the body", name, body, err)
			}
		}
	}
}

// A body at the bound is read in a time that grows with its length only: an
// element of forty thousand pieces, and one of many entities.
func TestParseXMLAtTheBound(t *testing.T) {
	for _, tt := range []struct{ name, piece, text string }{
		{"CDATA", "<![CDATA[a]]>", "a"},
		{"entities", "&#x4f60;", "你"},
		{"comments", "a<!-- -->", "a"},
		{"line ends", "\r\n", "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := (maxBody - len("<xml><A></A></xml>")) / len(tt.piece)
			body := "<xml><A>" + strings.Repeat(tt.piece, n) + "</A></xml>"
			start := time.Now()
			var d document
			if err := d.parse(FormatXML, []byte(body)); err != nil {
				t.Fatal(err)
			}
			// Some milliseconds when all is well, minutes when it is not.
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
			if got := d.text(1); got != strings.Repeat(tt.text, n) {
				t.Errorf("got %d bytes, want %d", len(got), n*len(tt.text))
			}
		})
	}
	if err := new(document).parse(FormatXML, make([]byte, maxBody+1)); !errors.Is(err, ErrFormat) {
		t.Errorf("one byte more: got %v, want %v", err, ErrFormat)
	}
}
