package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/kefutest"
	"github.com/openkefu/kefu/wechat"
)

// reading are the endpoints that read a JSON body, each with a body that is all
// right, its string members, and the errcodes that one of them out of its form
// may have.
func reading(h *kefutest.House) []jsonEndpoint {
	return []jsonEndpoint{
		{wechat.PathStableToken, map[string]string{"grant_type": "client_credential", "appid": h.AppID, "secret": h.Secret}, []wechat.Errcode{wechat.InvalidGrantType, wechat.InvalidAppID, wechat.InvalidAppSecret}},
		{wechat.PathCallbackCheck, map[string]string{"action": "all", "check_operator": "DEFAULT"}, []wechat.Errcode{wechat.InvalidCheckAction, wechat.InvalidCheckOperator}},
		{wechat.PathClearQuota, map[string]string{"appid": h.AppID}, []wechat.Errcode{wechat.InvalidAppID}},
		{wechat.PathClearQuotaV2, map[string]string{"appid": h.AppID, "appsecret": h.Secret}, []wechat.Errcode{wechat.InvalidAppID, wechat.InvalidAppSecret}},
		{wechat.PathQuotaGet, map[string]string{"cgi_path": wechat.PathToken}, []wechat.Errcode{wechat.CGIPathNotFound}},
		{wechat.PathQuotaClear, map[string]string{"cgi_path": wechat.PathToken}, []wechat.Errcode{wechat.CGIPathNotFound}},
		{wechat.PathRIDGet, map[string]string{"rid": "65f0c2a1-1a2b3c4d-0badf00d"}, []wechat.Errcode{wechat.RIDMalformed}},
		{wechat.PathAgentAdd, map[string]string{"kf_account": "dora@demo_shop", "nickname": "Dora"}, []wechat.Errcode{wechat.IllegalAgent, wechat.IllegalNickname}},
		{wechat.PathAgentInvite, map[string]string{"kf_account": "bob@demo_shop", "invite_wx": "bob_wx"}, []wechat.Errcode{wechat.IllegalAgent, wechat.InvalidWorker}},
		{wechat.PathAgentUpdate, map[string]string{"kf_account": "bob@demo_shop", "nickname": "Bobby"}, []wechat.Errcode{wechat.InvalidAgent, wechat.IllegalNickname}},
		{wechat.PathAgentDelete, map[string]string{"kf_account": "bob@demo_shop"}, []wechat.Errcode{wechat.InvalidAgent}},
	}
}

type jsonEndpoint struct {
	path    string
	members map[string]string
	illegal []wechat.Errcode
}

// body writes the members, one of them replaced by a JSON text.
func (e jsonEndpoint) body(t *testing.T, name, value string) string {
	t.Helper()
	var members []string
	for member, text := range e.members {
		if member == name {
			members = append(members, mustJSON(t, name)+":"+value)
		} else {
			members = append(members, mustJSON(t, member)+":"+mustJSON(t, text))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// Nothing that is no proper body gets any further than its errcode.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	h := start(t)
	want(t, add(t, h, "bob", "Bob"), wechat.OK)
	before := list(t, h)
	for _, e := range reading(h) {
		t.Run(e.path, func(t *testing.T) {
			good := e.body(t, "", "")
			target := withToken(e.path, h.Token(t))
			send := func(name, body string, codes ...wechat.Errcode) {
				t.Helper()
				answer := h.Call(t, http.MethodPost, target, body)
				for _, code := range codes {
					if answer.Errcode() == code {
						return
					}
				}
				t.Errorf("%s: got %s, want one of %d", name, answer.Body, codes)
			}
			for name, body := range map[string]string{"no body": "", "spaces": "  ", "line ends": "\r\n\t"} {
				send(name, body, wechat.EmptyPostData)
			}
			for name, body := range map[string]string{
				"a word": "hello", "a form": "a=b&c=d", "XML": "<xml></xml>", "null": "null", "a number": "5", "a string": `"x"`,
				"an array": "[" + good + "]", "two objects": good + good, "something behind": good + "x",
				"cut at the brace": good[:len(good)-1], "cut in the middle": good[:len(good)/2], "one byte": "{",
				"single quotes": strings.ReplaceAll(good, `"`, "'"), "comma at the end": good[:len(good)-1] + ",}", "comment": "/**/" + good,
				"byte order mark": "\ufeff" + good, "UTF-16": "\xff\xfe{\x00}\x00",
				"invalid UTF-8":  good[:len(good)-1] + ",\"x\":\"\xff\"}",
				"half surrogate": good[:len(good)-1] + `,"x":"\ud800"}`,
				"raw newline":    good[:len(good)-1] + ",\"x\":\"\n\"}",
				"deep arrays":    good[:len(good)-1] + `,"x":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + "}",
				"deep objects":   good[:len(good)-1] + `,"x":` + strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000) + "}",
				"many values":    good[:len(good)-1] + `,"x":[` + strings.Repeat("0,", 70_000) + "0]}",
				"2 MiB":          good[:len(good)-1] + `,"x":"` + strings.Repeat("x", 2<<20) + `"}`,
			} {
				send(name, body, wechat.DataFormatError)
			}
			for member := range e.members {
				for _, value := range []string{"5", "1.5e3", "true", "[]", "{}", `["x"]`} {
					send(member+" is "+value, e.body(t, member, value), wechat.DataFormatError)
				}
				send(member+" twice", good[:len(good)-1]+","+mustJSON(t, member)+`:"x"}`, wechat.DataFormatError)
				absent := append([]wechat.Errcode{wechat.AppIDMissing, wechat.AppSecretMissing}, e.illegal...)
				send(member+" is null", e.body(t, member, "null"), absent...)
				values := map[string]string{
					"NUL": `"a\u0000b"`, "only NUL": `"\u0000"`, "sixty kilobytes": `"` + strings.Repeat("长", 20_000) + `"`,
					"control characters": `"\u0001\u001f\u007f"`,
				}
				if member != "nickname" { // there they are just text
					values["a quote for SQL"], values["a path"] = `"' or 1=1 --"`, `"../../etc/passwd"`
				}
				for name, value := range values {
					send(member+" is "+name, e.body(t, member, value), e.illegal...)
				}
			}
		})
	}
	if after := list(t, h); after != before {
		t.Errorf("got %s, want what was there before: %s", after, before)
	}
}

// stable_token's other member.
func TestForceRefreshMustBeABoolean(t *testing.T) {
	t.Parallel()
	h := start(t)
	for value, code := range map[string]wechat.Errcode{
		"1": wechat.DataFormatError, `"true"`: wechat.DataFormatError, "[]": wechat.DataFormatError,
		"false": wechat.OK, "true": wechat.OK,
	} {
		body := fmt.Sprintf(`{"grant_type":"client_credential","appid":%q,"secret":%q,"force_refresh":%s}`, h.AppID, h.Secret, value)
		want(t, h.Call(t, http.MethodPost, wechat.PathStableToken, body), code)
	}
}

// A client that writes all of its request before it reads gets the answer too,
// also to a body that nobody wants.
func TestClientsThatWriteFirst(t *testing.T) {
	t.Parallel()
	h := start(t)
	token := h.Token(t)
	for _, tt := range []struct {
		name, path, head string
		size             int
		want             wechat.Errcode
	}{
		{"2 MiB of JSON", withToken(wechat.PathAgentAdd, token), "", 2 << 20, wechat.DataFormatError},
		{"2 MiB without a token", wechat.PathAgentAdd, "", 2 << 20, wechat.AccessTokenMissing},
		{"2 MiB to an unknown path", withToken("/cgi-bin/nothing", token), "", 2 << 20, wechat.APIUnauthorized},
		{"20 MiB of picture", withToken(wechat.PathAgentAvatar, token) + "&kf_account=a", "--x\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a\"\r\n\r\n", 20 << 20, wechat.InvalidImageSize},
	} {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(h.URL, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			body := tt.head + strings.Repeat("x", tt.size)
			if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: kefu\r\nContent-Length: %d\r\n\r\n%s", tt.path, len(body), body); err != nil {
				t.Fatalf("write: %v: the connection was cut before all was written", err)
			}
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			text, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			want(t, &kefutest.Answer{Status: answer.StatusCode, Body: text}, tt.want)
		})
	}
}

// A client that waits for leave to send its body, as curl does with large
// ones, is told the answer.
func TestExpectContinue(t *testing.T) {
	t.Parallel()
	h := start(t)
	transport := &http.Transport{ExpectContinueTimeout: time.Minute}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequest(http.MethodPost, h.URL+withToken(wechat.PathAgentAdd, h.Token(t)), bytes.NewReader(make([]byte, 2<<20)))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Expect", "100-continue")
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	want(t, &kefutest.Answer{Body: text}, wechat.DataFormatError)
}

// A body that breaks off harms nobody, and leaves nothing.
func TestBodyThatBreaksOff(t *testing.T) {
	t.Parallel()
	h := start(t, kefutest.WithAccount(func(o *kefu.OfficialAccount) { o.Limits.Agents = 1 }))
	for _, path := range []string{wechat.PathAgentAdd, wechat.PathAgentAvatar} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(h.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: kefu\r\nContent-Length: 100\r\n\r\n{\"kf_account\":\"a@demo_shop\",\"nickname\":\"n\"}", withToken(path, h.Token(t))); err != nil {
			t.Fatal(err)
		}
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(conn)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte(`"errcode":47001`)) {
			t.Errorf("%s: got %q, want errcode 47001", path, text)
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(t, h); got != `{"kf_list":[]}` {
		t.Errorf("got %s, want nobody", got)
	}
}
