package bucket_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"go.uber.org/goleak"

	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/media/bucket"
	"github.com/openkefu/kefu/internal/media/mediatest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "SECRETKEYSECRETKEY"

// objects is an object store on this machine with one empty bucket.
type objects struct {
	*httptest.Server
	kept *s3mem.Backend
	// gets counts the requests for bytes.
	gets atomic.Int64
}

func serve(t *testing.T) *objects {
	t.Helper()
	s := &objects{kept: s3mem.New()}
	if err := s.kept.CreateBucket("pictures"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(s.kept, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && !r.URL.Query().Has("location") {
			s.gets.Add(1)
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// address is the URL of the bucket, or of a place in it.
func (s *objects) address(place string) string {
	return fmt.Sprintf("s3://KEY:%s@%s/%s?insecure=1", secret, strings.TrimPrefix(s.URL, "http://"), place)
}

func open(t *testing.T, address string) *bucket.Bucket {
	t.Helper()
	b, err := bucket.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestBucket(t *testing.T) {
	mediatest.Run(t, func(t *testing.T) media.Store { return open(t, serve(t).address("pictures")) })
}

func TestBucketBelowAPrefix(t *testing.T) {
	mediatest.Run(t, func(t *testing.T) media.Store { return open(t, serve(t).address("pictures/kefu/of-1")) })
}

func TestPrefixIsPartOfTheName(t *testing.T) {
	s := serve(t)
	if err := open(t, s.address("pictures/kefu/one/")).Put(t.Context(), "a/b", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	object, err := s.kept.GetObject("pictures", "kefu/one/a/b", nil)
	if err != nil {
		t.Fatalf("the object: got %v, want it under its prefix and key", err)
	}
	_ = object.Contents.Close()
	if _, _, err := open(t, s.address("pictures")).Open(t.Context(), "a/b"); !errors.Is(err, media.ErrNotFound) {
		t.Errorf("without the prefix: got %v, want ErrNotFound", err)
	}
}

// Looking at the first bytes and going back costs no second request, and reading
// a part from the middle costs one.
func TestReadingAsksLittle(t *testing.T) {
	s := serve(t)
	b := open(t, s.address("pictures"))
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	if err := b.Put(t.Context(), "k", bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	s.gets.Store(0)
	r, _, err := b.Open(t.Context(), "k")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	start := make([]byte, 64)
	if _, err := io.ReadFull(r, start); err != nil || !bytes.Equal(start, content[:64]) {
		t.Fatalf("the first bytes: got %q, %v, want those that were put", start, err)
	}
	for _, whence := range []int{io.SeekEnd, io.SeekStart} {
		if _, err := r.Seek(0, whence); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content) {
		t.Errorf("all: got %d bytes, %v, want the %d that were put", len(got), err, len(content))
	}
	if got := s.gets.Load(); got != 1 {
		t.Errorf("got %d requests, want 1", got)
	}
	if _, err := r.Seek(-100, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, content[len(content)-100:]) {
		t.Errorf("the end: got %d bytes, %v, want the last 100", len(got), err)
	}
	if got := s.gets.Load(); got != 2 {
		t.Errorf("got %d requests, want 2", got)
	}
	if _, err := r.Seek(-1, io.SeekStart); err == nil {
		t.Error("seeking before the beginning: got no error, want one")
	}
}

// An object that is replaced while somebody reads is not mixed with the new one.
func TestReplacedWhileRead(t *testing.T) {
	s := serve(t)
	b := open(t, s.address("pictures"))
	for i, content := range []string{strings.Repeat("a", 4096), strings.Repeat("b", 4096)} {
		if err := b.Put(t.Context(), fmt.Sprint("k", i), strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	r, _, err := b.Open(t.Context(), "k0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if err := b.Put(t.Context(), "k0", strings.NewReader(strings.Repeat("b", 4096))); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Seek(4000, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if bytes.Contains(got, []byte("b")) {
		t.Errorf("got %q, %v, want nothing of the new object", got, err)
	}
}

// An object store that is away, and a bucket that is not there, fail calls but
// are not taken for a key that is not there; and no error holds the secret.
func TestFailures(t *testing.T) {
	s := serve(t)
	away := serve(t)
	away.Close()
	for name, address := range map[string]string{
		"no such bucket": s.address("elsewhere"),
		"away":           away.address("pictures"),
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, address)
			_, _, opening := b.Open(t.Context(), "k")
			for doing, err := range map[string]error{
				"opening": opening,
				"putting": b.Put(t.Context(), "k", strings.NewReader("x")),
			} {
				if err == nil || errors.Is(err, media.ErrNotFound) || strings.Contains(err.Error(), secret) {
					t.Errorf("%s: got %v, want an error of its own that keeps the secret", doing, err)
				}
			}
		})
	}
}

func TestAddresses(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_ACCESS_KEY", "")
	t.Setenv("AWS_SECRET_KEY", "")
	for _, tt := range []struct {
		address string
		ok      bool
	}{
		{"s3://KEY:" + secret + "@s3.example.com/bucket", true},
		{"s3://KEY:" + secret + "@s3.example.com:9000/bucket/a/b/?region=eu-central-1&insecure=1", true},
		{"s3://s3.example.com/bucket", false},
		{"s3://KEY@s3.example.com/bucket", false},
		{"https://KEY:" + secret + "@s3.example.com/bucket", false},
		{"s3://KEY:" + secret + "@s3.example.com/", false},
		{"s3://KEY:" + secret + "@/bucket", false},
		{"s3://KEY:" + secret + "@s3.example.com/bucket/a b", false},
		{"s3://KEY:" + secret + "@s3.example.com/bucket/../x", false},
		{"s3://KEY:" + secret + "@s3.example.com/bucket?insecure=yes", false},
		{"s3://KEY:" + secret + "@s3.example.com/bucket?secure=1", false},
		{"s3://KEY:" + secret + "\n@s3.example.com/bucket", false},
		{secret, false},
	} {
		b, err := bucket.Open(tt.address)
		if (err == nil) != tt.ok {
			t.Errorf("%q: got %v, want accepted: %t", tt.address, err, tt.ok)
		}
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("%q: got %v, want no secret in it", tt.address, err)
		}
		if b != nil {
			_ = b.Close()
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "KEY")
	t.Setenv("AWS_SECRET_ACCESS_KEY", secret)
	s := serve(t)
	b := open(t, strings.Replace(s.address("pictures"), "KEY:"+secret+"@", "", 1))
	if err := b.Put(t.Context(), "k", strings.NewReader("x")); err != nil {
		t.Errorf("with the key of the environment: got %v, want no error", err)
	}
}
