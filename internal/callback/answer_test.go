package callback_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/callback"
	"github.com/openkefu/kefu/wechat"
	"github.com/openkefu/kefu/wechat/msgcrypt"
)

func answering(mode kefu.CallbackMode, format kefu.CallbackFormat) (*kefu.OfficialAccount, *developer) {
	c := settings("shop.example:80")
	c.Mode, c.Format = mode, format
	return &kefu.OfficialAccount{AppID: app, OriginalID: "gh_a1b2c3d4e5f6", Callback: c}, &developer{app: app, callback: c}
}

// laughs is an XML document of a few lines that unpacks to gigabytes.
func laughs() string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE xml [<!ENTITY a "ha">`)
	for c := 'b'; c <= 'k'; c++ {
		fmt.Fprintf(&b, `<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	b.WriteString(`]><xml><MsgType>text</MsgType><Content>&k;</Content></xml>`)
	return b.String()
}

func TestReadAnswer(t *testing.T) {
	text := func(to string) wechat.Reply {
		return wechat.Reply{ToUserName: to, FromUserName: "gh_a1b2c3d4e5f6", CreateTime: 1710277282, MsgType: wechat.MsgTypeText, Content: "hi"}
	}
	hi := text(string(ann))
	// Each answer is made by the developer, for the modes in which it is as said.
	const all, sealed = "plain compatible safe", "what was encrypted: "
	for _, tt := range []struct {
		name   string
		modes  string
		format kefu.CallbackFormat
		body   func(d *developer) string
		// want is the text of the reply, "nothing", or how the error begins.
		want string
	}{
		{"nothing", all, "", func(*developer) string { return "" }, "nothing"},
		{"success", all, "", func(*developer) string { return "success" }, "nothing"},
		{"success on a line", all, "", func(*developer) string { return "success\r\n" }, "nothing"},
		{"success in JSON mode", all, kefu.CallbackJSON, func(*developer) string { return "success" }, "nothing"},
		{"a reply in the way of the mode", all, "", func(d *developer) string { return d.reply(hi) }, "hi"},
		{"a reply in JSON", all, kefu.CallbackJSON, func(d *developer) string { return d.reply(hi) }, "hi"},
		{"plain", "plain compatible", "", func(*developer) string { return string(hi.Append(nil, wechat.FormatXML)) }, "hi"},
		{"plain", "safe", "", func(*developer) string { return string(hi.Append(nil, wechat.FormatXML)) }, "the answer is not encrypted, but the callback is in safe mode"},
		{"sealed", "plain", "", func(d *developer) string { return d.seal(hi.Append(nil, wechat.FormatXML)) }, "the answer is encrypted, but the callback is in plain mode"},
		{"nothing, sealed", "compatible safe", "", func(d *developer) string { return d.seal(nil) }, "nothing"},
		{"success, sealed", "compatible safe", "", func(d *developer) string { return d.seal([]byte("success")) }, "nothing"},
		{"indented, sealed", "compatible safe", "", func(d *developer) string {
			return d.seal([]byte("\n<xml>\n  <ToUserName>" + string(ann) + "</ToUserName>\n  <MsgType>text</MsgType>\n  <Content>hi</Content>\n</xml>\n"))
		}, "hi"},
		{"sealed twice", "compatible safe", "", func(d *developer) string {
			return d.seal([]byte(d.seal(hi.Append(nil, wechat.FormatXML))))
		}, "the answer is encrypted twice"},
		{"broken, sealed", "compatible safe", "", func(d *developer) string { return d.seal([]byte("<xml>")) }, sealed + "the answer is neither"},
		{"signed with another token", "compatible safe", "", func(d *developer) string {
			d.callback.Token = "another"
			return d.reply(hi)
		}, "the signature of the answer is wrong: MsgSignature does not match"},
		{"no signature", "compatible safe", "", func(d *developer) string {
			return strings.ReplaceAll(d.reply(hi), "MsgSignature>", "Other>")
		}, "the signature of the answer is wrong: MsgSignature does not match"},
		{"another time than was signed", "compatible safe", "", func(d *developer) string {
			return strings.Replace(d.reply(hi), "1710277282", "1710277283", 1)
		}, "the signature of the answer is wrong: MsgSignature does not match"},
		{"another account's tail", "compatible safe", "", func(d *developer) string {
			d.app = other
			return d.reply(hi)
		}, "the answer does not open"},
		{"another key", "compatible safe", "", func(d *developer) string {
			d.callback.EncodingAESKey = strings.Repeat("A", 43)
			return d.reply(hi)
		}, "the answer does not open"},
		{"wrong padding, well signed", "compatible safe", "", func(d *developer) string {
			e := wechat.ReplyEnvelope{Encrypt: strings.Repeat("QUJD", 32), TimeStamp: "1", Nonce: "2"}
			e.MsgSignature = msgcrypt.Signature(d.callback.Token, "1", "2", e.Encrypt)
			return string(e.Append(nil, wechat.FormatXML))
		}, "the answer does not open"},
		{"no base64, well signed", "compatible safe", "", func(d *developer) string {
			e := wechat.ReplyEnvelope{Encrypt: "%%%", TimeStamp: "1", Nonce: "2"}
			e.MsgSignature = msgcrypt.Signature(d.callback.Token, "1", "2", e.Encrypt)
			return string(e.Append(nil, wechat.FormatXML))
		}, "the answer does not open"},
		{"to somebody else", all, "", func(d *developer) string { return d.reply(text(string(bea))) }, "ToUserName of the reply is not the openid"},
		{"to nobody", all, "", func(d *developer) string { return d.reply(text("")) }, "ToUserName of the reply is not the openid"},
		{"JSON in XML mode", all, "", func(*developer) string { return ` {"code":0}` }, "the answer is JSON, but the callback is set to XML"},
		{"XML in JSON mode", all, kefu.CallbackJSON, func(*developer) string { return string(hi.Append(nil, wechat.FormatXML)) }, "the answer is XML, but the callback is set to JSON"},
		{"an error page", all, "", func(*developer) string { return "<html><body>500</body></html>" }, "the answer is neither"},
		{"words", all, "", func(*developer) string { return "SUCCESS" }, "the answer is neither"},
		{"broken XML", all, "", func(*developer) string { return "<xml><MsgType>text</MsgType><Content>a" }, "the answer is neither"},
		{"an entity of its own", all, "", func(*developer) string {
			return `<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><ToUserName>` + string(ann) + `</ToUserName><MsgType>text</MsgType><Content>&e;</Content></xml>`
		}, "the answer is neither"},
		{"a billion laughs", all, "", func(*developer) string { return laughs() }, "the answer is neither"},
		{"ten thousand levels", all, kefu.CallbackJSON, func(*developer) string { return strings.Repeat(`{"a":`, 10000) }, "the answer is neither"},
		{"a type that cannot be sent", all, "", func(d *developer) string {
			return d.reply(wechat.Reply{ToUserName: string(ann), MsgType: "location"})
		}, "the reply is of no type that can be sent"},
		{"a picture without media", all, "", func(d *developer) string {
			return d.reply(wechat.Reply{ToUserName: string(ann), MsgType: wechat.MsgTypeImage})
		}, "the reply is incomplete"},
	} {
		for _, mode := range strings.Fields(tt.modes) {
			t.Run(tt.name+" "+mode, func(t *testing.T) {
				o, d := answering(kefu.CallbackMode(mode), tt.format)
				d.t = t
				reply, err := callback.ReadAnswer(o, &kefu.Push{Customer: ann, Message: new(kefu.Message)}, []byte(tt.body(d)))
				got := "nothing"
				switch {
				case err != nil:
					got = err.Error()
				case reply != nil:
					got = reply.Content.Text
				}
				// What is wrong with a reply is said of what was in the envelope.
				if !strings.HasPrefix(tt.want, sealed) {
					got = strings.TrimPrefix(got, sealed)
				}
				if !strings.HasPrefix(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			})
		}
	}
}

// The sealed replies of the vectors open.
func TestReadAnswerOfVectors(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "wechat", "testdata", "vectors", "04_encrypted_replies.json"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Cases []struct {
			Name string `json:"name"`
			Body string `json:"http_body"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"xml": "收到", "json": "transfer", "bare-success-in-safe-mode": "nothing", "empty-body": "nothing",
		"json-error-object-in-xml-mode": "the answer is JSON, but the callback is set to XML",
	}
	for _, v := range doc.Cases {
		format := kefu.CallbackXML
		if v.Name == "json" {
			format = kefu.CallbackJSON
		}
		o, _ := answering(kefu.CallbackSafe, format)
		reply, err := callback.ReadAnswer(o, &kefu.Push{Customer: ann, Message: new(kefu.Message)}, []byte(v.Body))
		got := "nothing"
		switch {
		case err != nil:
			got = err.Error()
		case reply != nil && reply.Transfer:
			got = "transfer"
		case reply != nil:
			got = reply.Content.Text
		}
		if got != want[v.Name] {
			t.Errorf("%s: got %q, want %q", v.Name, got, want[v.Name])
		}
		delete(want, v.Name)
	}
	if len(want) > 0 {
		t.Errorf("got no vectors for %v", want)
	}
}

// Whatever comes back, in whatever mode, is nothing, a reply to the customer who
// was spoken of, or an error that says something.
func FuzzReadAnswer(f *testing.F) {
	modes := []kefu.CallbackMode{kefu.CallbackPlain, kefu.CallbackCompatible, kefu.CallbackSafe}
	for mode := range modes {
		for _, format := range []kefu.CallbackFormat{kefu.CallbackXML, kefu.CallbackJSON} {
			_, d := answering(modes[mode], format)
			r := wechat.Reply{ToUserName: string(ann), MsgType: wechat.MsgTypeNews, Articles: []wechat.Article{{Title: "a"}, {URL: "b"}}}
			for _, seed := range []string{"", "success", "<xml>", "{", laughs(), d.reply(r), d.reply(wechat.Reply{ToUserName: string(ann), MsgType: wechat.MsgTypeTransfer, KFAccount: "a@b"})} {
				f.Add(uint8(mode), format == kefu.CallbackJSON, false, []byte(seed))
				f.Add(uint8(mode), format == kefu.CallbackJSON, true, []byte(seed))
			}
		}
	}
	f.Fuzz(func(t *testing.T, mode uint8, inJSON, seal bool, body []byte) {
		format := kefu.CallbackXML
		if inJSON {
			format = kefu.CallbackJSON
		}
		o, d := answering(modes[int(mode)%len(modes)], format)
		if d.t = t; seal && len(body) <= msgcrypt.MaxMessage {
			body = []byte(d.seal(body))
		}
		reply, err := callback.ReadAnswer(o, &kefu.Push{Customer: ann, Event: new(kefu.Event)}, body)
		switch {
		case err != nil && (reply != nil || err.Error() == ""):
			t.Fatalf("got %+v with the error %q", reply, err)
		case reply != nil && !reply.Transfer && reply.Content == nil:
			t.Fatal("got a reply of nothing")
		}
	})
}

// raw answers connections of the in-memory network by hand. It returns when the
// listener is closed and every answer has ended.
func raw(listener net.Listener, answer func(net.Conn)) {
	var answers sync.WaitGroup
	defer answers.Wait()
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		answers.Go(func() {
			defer conn.Close()
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
				answer(conn)
			}
		})
	}
}

// What a server can do to an attempt, and what its developer reads of it.
func TestBadServers(t *testing.T) {
	body := func(status string, size int) string {
		return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n", status, size)
	}
	drip := func(conn net.Conn, text string) {
		for i := range len(text) {
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}
	for name, tt := range map[string]struct {
		answer func(net.Conn)
		want   string
		took   time.Duration
	}{
		"closes":        {func(net.Conn) {}, "the connection was closed without an answer", 0},
		"is silent":     {func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }, "no answer within 5 s", 5 * time.Second},
		"drips headers": {func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess") }, "no answer within 5 s", 5 * time.Second},
		"drips a body":  {func(c net.Conn) { _, _ = io.WriteString(c, body("200 OK", 7)); drip(c, "success") }, "the answer did not end within 5 s", 5 * time.Second},
		"answers late":  {func(c net.Conn) { time.Sleep(5001 * time.Millisecond); _, _ = io.WriteString(c, body("200 OK", 0)) }, "no answer within 5 s", 5 * time.Second},
		"just in time":  {func(c net.Conn) { time.Sleep(4999 * time.Millisecond); _, _ = io.WriteString(c, body("200 OK", 0)) }, "", 4999 * time.Millisecond},
		"stops halfway": {func(c net.Conn) { _, _ = io.WriteString(c, body("200 OK", 7)+"succ") }, "the connection was closed in the middle of the answer", 0},
		"no HTTP":       {func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH\r\n\r\n") }, "the answer is not HTTP", 0},
		"redirects": {func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 302 Found\r\nLocation: http://shop.example:80/x\r\nContent-Length: 0\r\n\r\n")
		}, "status 302: redirects are not followed", 0},
		"other protocol": {func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
			_, _ = io.Copy(io.Discard, c)
		}, "status 101 Switching Protocols", 0},
		"no content": {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n") }, "status 204 No Content", 0},
		"own status": {func(c net.Conn) { _, _ = io.WriteString(c, body("599 What", 0)) }, "status 599", 0},
		"64 KiB": {func(c net.Conn) {
			_, _ = io.WriteString(c, body("200 OK", 64<<10)+"success"+strings.Repeat(" ", 64<<10-7))
		}, "", 0},
		"64 KiB and one":  {func(c net.Conn) { _, _ = io.WriteString(c, body("200 OK", 64<<10+1)+strings.Repeat(" ", 64<<10+1)) }, "the answer is longer than 65536 bytes", 0},
		"10 MiB":          {func(c net.Conn) { _, _ = io.WriteString(c, body("200 OK", 10<<20)+strings.Repeat("a", 10<<20)) }, "the answer is longer than 65536 bytes", 0},
		"endless headers": {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nA: "+strings.Repeat("a", 1<<20)) }, "the headers of the answer are longer than 32768 bytes", 0},
		"gzip": {func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08")
		}, "the answer is neither", 0},
		"two types": {func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: a\r\nContent-Type: image/png\r\nContent-Length: 7\r\n\r\nsuccess")
		}, "", 0},
		"early hints": {func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n\r\n"+body("200 OK", 0)) }, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t)
				w.stopServer()
				listener := w.net.listen("shop.example:80")
				var serving sync.WaitGroup
				serving.Go(func() { raw(listener, tt.answer) })
				w.run()
				id := w.says(ann, "hi")
				time.Sleep(5 * time.Second)
				synctest.Wait()
				p := w.push(app, id)
				if len(p.Attempts) == 0 {
					t.Fatal("got no attempt")
				}
				a := p.Attempts[0]
				if !strings.HasPrefix(a.Failure, tt.want) || tt.want == "" && a.Failure != "" || a.Took != tt.took {
					t.Errorf("got %q after %s, want %q after %s", a.Failure, a.Took, tt.want, tt.took)
				}
				if len(a.Answer) > 1<<10 {
					t.Errorf("got %d bytes of the answer in the push log, want at most 1024", len(a.Answer))
				}
				w.stop()
				_ = listener.Close()
				serving.Wait()
			})
		})
	}
}

// A program that panics on an event counts as a failed delivery, and what comes
// next is not disturbed.
func TestServerPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.answers(func(_ http.ResponseWriter, _ *http.Request, p received) {
			if p.MsgType == wechat.MsgTypeEvent {
				panic("kf_create_session")
			}
		})
		w.run()
		before := w.says(ann, "before")
		synctest.Wait()
		event := w.add(app, ann, here, true, nil, &kefu.Event{Type: kefu.EventCreateSession, Account: "alice@demo_shop"})
		after := w.says(ann, "after")
		time.Sleep(time.Minute)
		w.wants(before, "acknowledged")
		w.wants(event, "failed: the connection was closed without an answer")
		w.wants(after, "acknowledged")
		if got := len(w.dev.received()); got != 5 {
			t.Errorf("got %d requests, want 5", got)
		}
	})
}

// Nobody there, and nobody who answers.
func TestUnreachable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.stopServer()
		w.run()
		id := w.says(ann, "hi")
		synctest.Wait()
		w.wants(id, "due: connection refused by shop.example:80")
		w.net.listen("shop.example:80") // which nobody accepts from
		time.Sleep(10 * time.Second)
		synctest.Wait()
		w.wants(id, "due: no connection to shop.example:80 within 5 s")
	})
}
