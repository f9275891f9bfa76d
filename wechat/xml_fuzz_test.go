package wechat

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readByStandard reads a body with encoding/xml alone: its elements in the
// order in which they begin, with the text of those that have none within.
func readByStandard(body []byte) (list []element, err error) {
	// Token checks more than RawToken, but gives prefixes another meaning.
	for dec := xml.NewDecoder(bytes.NewReader(body)); ; {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
	}
	var open []int
	for dec := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := dec.RawToken()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) > 0 {
				parent := &list[open[len(open)-1]]
				parent.branch, parent.text = true, ""
			}
			name := token.Name.Local
			if token.Name.Space != "" {
				name = token.Name.Space + ":" + name
			}
			list = append(list, element{name: name, depth: int32(len(open))})
			open = append(open, len(list)-1)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && !list[open[len(open)-1]].branch {
				list[open[len(open)-1]].text += string(token)
			}
		}
	}
}

// Whatever parseXML accepts, encoding/xml accepts with the same values, so that
// the house, a gateway and a developer's server never disagree about a push.
func FuzzParseXML(f *testing.F) {
	for _, seed := range []string{
		"<xml><ToUserName><![CDATA[gh_a1b2c3d4e5f6]]></ToUserName>\n<CreateTime>1710277281</CreateTime><MsgId>24500000000000001</MsgId>\n</xml>",
		"<xml><Articles><item><Title><![CDATA[a]]]]><![CDATA[>b]]></Title></item><item/></Articles></xml>",
		`<?xml version="1.0" encoding="UTF-8"?><!-- c --><xml><A>&lt;&#x4f60;&#13;&#10; ]] ></A><B/></xml>`,
		`<xml a='&quot;' xmlns:b="c"><b:A d = "e"/><?pi x?>x</xml >`,
		`<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>`,
		"<xml><A>a\r\n\r\n\rb<![CDATA[\r]]>\n</A></xml>", "<xml>\xff</xml>", "<xml>\ufffd\ufffe</xml>", "<xml>&#xd800;</xml>",
		"<xml><A></B></xml>", "<xml><A", "<xml/>x", "", " ", "<xml><!-- -- --></xml>", "<xml>]]></xml>", "<a><a><a><a>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := readXML(body)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrEmpty) {
				t.Fatalf("got an error of no kind: %v", err)
			}
			return
		}
		want, err := readByStandard(body)
		if err != nil {
			t.Fatalf("accepted what encoding/xml refuses: %v", err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(element{})); diff != "" {
			t.Errorf("values differ (-encoding/xml +wechat):\n%s", diff)
		}
		// The two readers of this package are one to those who use them.
		var second elements
		err = parseUnfamiliarXML(&second, string(body))
		if err != nil {
			t.Fatalf("the second reader refuses what the first accepts: %v", err)
		}
		if diff := cmp.Diff(got, second.list(), cmp.AllowUnexported(element{})); diff != "" {
			t.Errorf("values differ (-first +second):\n%s", diff)
		}
	})
}
