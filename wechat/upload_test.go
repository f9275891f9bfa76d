package wechat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// form joins lines with CRLF, as clients send them.
func form(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }

const formType = "multipart/form-data; boundary=b"

func TestReadUpload(t *testing.T) {
	picture := "\xff\xd8\xff\xe0 bytes \r\n--not the boundary\r\n"
	media := func(disposition string, header ...string) string {
		lines := append([]string{"--b", "Content-Disposition: form-data; " + disposition}, header...)
		return form(append(lines, "", picture, "--b--")...)
	}
	plain := Upload{FieldName: "media", FileName: "a.jpg", Bytes: []byte(picture)}
	for _, c := range []struct {
		name        string
		contentType string
		body        string
		want        Upload
	}{
		{"as documented", formType, media(`name="media"; filename="a.jpg"`, "Content-Type: image/jpeg"),
			Upload{FieldName: "media", FileName: "a.jpg", ContentType: "image/jpeg", Bytes: []byte(picture)}},
		{"no part type", formType, media(`name="media"; filename="a.jpg"`), plain},
		{"no CRLF at the end", formType, strings.TrimSuffix(media(`name="media"; filename="a.jpg"`), "\r\n"), plain},
		{"blank lines at the end", formType, media(`name="media"; filename="a.jpg"`) + "\r\n\r\n", plain},
		{"LF", formType, "--b\nContent-Disposition: form-data; name=\"media\"; filename=\"a.jpg\"\n\nxyz\n--b--\n",
			Upload{FieldName: "media", FileName: "a.jpg", Bytes: []byte("xyz")}},
		{"capital header names", formType, strings.Replace(media(`name="media"; filename="a.jpg"`), "Content-Disposition", "CONTENT-DISPOSITION", 1), plain},
		{"unquoted", formType, media(`name=media; filename=a.jpg`), plain},
		{"no boundary in the header", "multipart/form-data", media(`name="media"; filename="a.jpg"`), plain},
		{"empty boundary in the header", `multipart/form-data; boundary=""`, media(`name="media"; filename="a.jpg"`), plain},
		{"header cannot be parsed", `multipart/form-data; boundary=b; boundary=b`, media(`name="media"; filename="a.jpg"`), plain},
		{"no Content-Type", "", media(`name="media"; filename="a.jpg"`), plain},
		{"another Content-Type", "application/x-www-form-urlencoded", media(`name="media"; filename="a.jpg"`), plain},
		{"blank line before the first boundary", "", "\r\n" + media(`name="media"; filename="a.jpg"`), plain},
		{"first line, LF", "", "--b\nContent-Disposition: form-data; name=\"media\"; filename=\"a.jpg\"\n\nxyz\n--b--\n",
			Upload{FieldName: "media", FileName: "a.jpg", Bytes: []byte("xyz")}},
		{"another field name", formType, media(`name="file"; filename="a.jpg"`), Upload{FieldName: "file", FileName: "a.jpg", Bytes: []byte(picture)}},
		{"no field name", formType, media(`filename="a.jpg"`), Upload{FileName: "a.jpg", Bytes: []byte(picture)}},
		{"media without file name", formType, media(`name="media"`), Upload{FieldName: "media", Bytes: []byte(picture)}},
		{"empty file name", formType, media(`name="media"; filename=""`), Upload{FieldName: "media", Bytes: []byte(picture)}},
		{"empty file name elsewhere", formType, media(`name="f"; filename=""`), Upload{FieldName: "f", Bytes: []byte(picture)}},
		{"path", formType, media(`name="media"; filename="/home/x/a.jpg"`), plain},
		{"parent path", formType, media(`name="media"; filename="../../etc/a.jpg"`), plain},
		{"windows path", formType, media(`name="media"; filename="C:\pictures\new\a.jpg"`), plain},
		{"chinese name", formType, media(`name="media"; filename="头像.jpg"`), Upload{FieldName: "media", FileName: "头像.jpg", Bytes: []byte(picture)}},
		{"chinese name, unquoted", formType, media(`name=media; filename=头像.jpg`), Upload{FieldName: "media", FileName: "头像.jpg", Bytes: []byte(picture)}},
		{"name not UTF-8", formType, media("name=\"media\"; filename=\"\xcd\xb7\xcf\xf1.jpg\""), Upload{FieldName: "media", FileName: "ͷ\ufffd.jpg", Bytes: []byte(picture)}},
		{"extended name", formType, media(`name=media; filename="=?utf-8?B?eA==?="; filename*=utf-8''%E5%A4%B4%E5%83%8F.jpg`), Upload{FieldName: "media", FileName: "头像.jpg", Bytes: []byte(picture)}},
		{"extended name first", formType, media(`name=media; filename*=UTF-8''%E5%A4%B4.jpg; filename="x"`), Upload{FieldName: "media", FileName: "头.jpg", Bytes: []byte(picture)}},
		{"semicolon and quote in the name", formType, media(`name="media"; filename="a;\"b\".jpg"`), Upload{FieldName: "media", FileName: `a;"b".jpg`, Bytes: []byte(picture)}},
		{"invisible characters in the name", formType, media("name=\"media\"; filename=\"a\u202egpj.exe\""), Upload{FieldName: "media", FileName: "agpj.exe", Bytes: []byte(picture)}},
		{"long name", formType, media(`name="media"; filename="` + strings.Repeat("客", 100) + `"`), Upload{FieldName: "media", FileName: strings.Repeat("客", 85), Bytes: []byte(picture)}},
		{"declared encoding is not applied", formType, strings.Replace(media(`name="media"; filename="a.jpg"`, "Content-Transfer-Encoding: quoted-printable"), picture, "a=3Db", 1),
			Upload{FieldName: "media", FileName: "a.jpg", Bytes: []byte("a=3Db")}},
		{"other fields around", formType, form("--b", `Content-Disposition: form-data; name="filelength"`, "", "5",
			"--b", `Content-Disposition: form-data; name="media"; filename="a.jpg"`, "", "hello",
			"--b", `Content-Disposition: form-data; name="access_token"`, "", "x", "--b--"),
			Upload{FieldName: "media", FileName: "a.jpg", Bytes: []byte("hello")}},
		{"media preferred to an earlier file", formType, form("--b", `Content-Disposition: form-data; name="file"; filename="1"`, "", "one",
			"--b", `Content-Disposition: form-data; name="media"; filename="2"`, "", "two", "--b--"),
			Upload{FieldName: "media", FileName: "2", Bytes: []byte("two")}},
		{"first of two files", formType, form("--b", `Content-Disposition: form-data; name="file"; filename="1"`, "", "one",
			"--b", `Content-Disposition: form-data; name="file2"; filename="2"`, "", "two", "--b--"),
			Upload{FieldName: "file", FileName: "1", Bytes: []byte("one")}},
		{"file preferred to text in media", formType, form("--b", `Content-Disposition: form-data; name="media"`, "", "text",
			"--b", `Content-Disposition: form-data; name="file"; filename="1"`, "", "one", "--b--"),
			Upload{FieldName: "file", FileName: "1", Bytes: []byte("one")}},
		{"part without disposition", formType, form("--b", "X: y", "", "?", "--b", `Content-Disposition: form-data; name="media"; filename="a.jpg"`, "", "hello", "--b--"),
			Upload{FieldName: "media", FileName: "a.jpg", Bytes: []byte("hello")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, body := range map[string]io.Reader{
				"at once":      strings.NewReader(c.body),
				"byte by byte": iotest.OneByteReader(strings.NewReader(c.body)),
			} {
				got, err := ReadUpload(c.contentType, body, 1000)
				if err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				if got.FieldName != c.want.FieldName || got.FileName != c.want.FileName || got.ContentType != c.want.ContentType || !bytes.Equal(got.Bytes, c.want.Bytes) {
					t.Errorf("%s: got %+v, want %+v", how, got, c.want)
				}
			}
		})
	}
}

func TestReadUploadRefuses(t *testing.T) {
	file := func(n int) string {
		return form("--b", `Content-Disposition: form-data; name="media"; filename="a"`, "", strings.Repeat("x", n), "--b--")
	}
	field := form("--b", `Content-Disposition: form-data; name="x"`, "", "y")
	for _, c := range []struct {
		name        string
		contentType string
		body        string
		want        error
	}{
		{"nothing", formType, "", ErrEmpty},
		{"nothing, no type", "", "", ErrEmpty},
		{"white space", formType, "\r\n\r\n", ErrEmpty},
		{"no file", formType, field + "--b--", ErrNoFile},
		{"JSON", "application/json", `{"media":"x"}`, ErrNoFile},
		{"bare picture", "image/png", "\x89PNG\r\n\x1a\n", ErrNoFile},
		{"claims to be a form", "multipart/form-data", "\x89PNG\r\n\x1a\n", ErrFormat},
		{"another boundary", "multipart/form-data; boundary=c", file(5), ErrFormat},
		{"another boundary, long body", "multipart/form-data; boundary=c", strings.Repeat(file(90), 1000), ErrFormat},
		{"empty file", formType, file(0), ErrEmptyFile},
		{"largest file", formType, file(100), nil},
		{"one byte more", formType, file(101), ErrTooLarge},
		{"cut off within the file", formType, file(90)[:100], ErrFormat},
		{"cut off before the last boundary", formType, strings.TrimSuffix(file(90), "--b--\r\n"), ErrFormat},
		{"cut off after a field", formType, field, ErrFormat},
		{"cut off within a header", formType, "--b\r\nContent-Dispo", ErrFormat},
		{"header without colon", formType, form("--b", "what", "", "x", "--b--"), ErrFormat},
		{"endless header", formType, "--b\r\n" + strings.Repeat("X: "+strings.Repeat("y", 90)+"\r\n", 1000), ErrFormat},
		{"endless header line", formType, "--b\r\nX: " + strings.Repeat("y", 100_000), ErrFormat},
		{"endless preamble", formType, strings.Repeat("y\r\n", 100_000), ErrFormat},
		{"too many parts", formType, strings.Repeat(field, maxParts+1) + "--b--", ErrFormat},
		{"endless field", formType, strings.TrimSuffix(field, "\r\n") + strings.Repeat("y", 2<<20), ErrTooLarge},
		{"long boundary", "multipart/form-data; boundary=" + strings.Repeat("b", maxBoundary+1), file(5), ErrFormat},
		{"only dashes", "multipart/form-data", "--\r\n\r\n", ErrFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadUpload(c.contentType, strings.NewReader(c.body), 100)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %+v, %v, want %v", got, err, c.want)
			}
			if c.want != nil && got.Bytes != nil {
				t.Errorf("got %d bytes with %v", len(got.Bytes), err)
			}
		})
	}
}

func TestReadUploadPassesNetworkErrorsOn(t *testing.T) {
	broken := errors.New("connection reset")
	whole := form("--b", `Content-Disposition: form-data; name="media"; filename="a"`, "", strings.Repeat("x", 5000), "--b--")
	for _, n := range []int{0, 20, 300, 4000} {
		body := io.MultiReader(strings.NewReader(whole[:n]), iotest.ErrReader(broken))
		if _, err := ReadUpload(formType, body, 10_000); !errors.Is(err, broken) || errors.Is(err, ErrFormat) {
			t.Errorf("after %d bytes: got %v, want %v", n, err, broken)
		}
	}
}

func FuzzReadUpload(f *testing.F) {
	const limit = 64
	whole := form("--b", `Content-Disposition: form-data; name="media"; filename="a;\"b\".jpg"; filename*=utf-8''%41`, "Content-Type: image/png", "", "hello", "--b--")
	f.Add(formType, []byte(whole))
	f.Add("", []byte(whole))
	f.Add("multipart/form-data", []byte(strings.ReplaceAll(whole, "\r\n", "\n")))
	f.Add(formType, []byte(form("--b", `Content-Disposition: form-data; name="x"; filename=C:\a\`, "", strings.Repeat("y", limit+1), "--b--")))
	f.Add(formType, []byte("--b\r\n\r\n\r\n--b--"))
	f.Add("text/plain", []byte("--\r\n--"))
	f.Fuzz(func(t *testing.T, contentType string, body []byte) {
		u, err := ReadUpload(contentType, bytes.NewReader(body), limit)
		if err != nil {
			known := 0
			for _, kind := range []error{ErrEmpty, ErrFormat, ErrNoFile, ErrEmptyFile, ErrTooLarge} {
				if errors.Is(err, kind) {
					known++
				}
			}
			if known != 1 {
				t.Fatalf("got an error of %d kinds: %v", known, err)
			}
			return
		}
		if len(u.Bytes) == 0 || len(u.Bytes) > limit {
			t.Fatalf("got %d bytes, want 1 to %d", len(u.Bytes), limit)
		}
		if !bytes.Contains(body, u.Bytes) {
			t.Fatalf("got bytes that were not sent")
		}
		if len(u.FileName) > maxFileName || strings.ContainsAny(u.FileName, "/\\\x00\r\n") {
			t.Fatalf("got the file name %q", u.FileName)
		}
	})
}

func ExampleReadUpload() {
	body := "--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"C:\\me.jpg\"\r\n\r\nbytes\r\n--b--\r\n"
	u, err := ReadUpload("multipart/form-data; boundary=b", strings.NewReader(body), 5<<20)
	fmt.Println(u.FileName, len(u.Bytes), err)
	// Output: me.jpg 5 <nil>
}
