package script

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

const (
	uploads     = 200
	uploadBytes = 10 << 20
	// uploadMemory bounds the server, in MiB: 128 of files under way, as much again
	// that the collector has not looked at, and the program with its connections.
	uploadMemory = 400
)

// Two hundred of the largest files at once take no more memory than a dozen: the
// others wait for a moment or are told to come again.
func TestUploadsAreBounded(t *testing.T) {
	h := startForTest(t, "dev", "--log-level", "warn")
	c := crowdClient(t)
	token := apiToken(t, c, h.url)
	file := make([]byte, uploadBytes)
	copy(file, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	head := []byte("--b\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n")
	tail := []byte("\r\n--b--\r\n")

	var accepted, refused atomic.Int64
	var crowd sync.WaitGroup
	for range uploads {
		crowd.Go(func() {
			request, err := http.NewRequest(http.MethodPost, h.url+"/cgi-bin/media/upload?type=image&access_token="+token,
				io.MultiReader(bytes.NewReader(head), bytes.NewReader(file), bytes.NewReader(tail)))
			if err != nil {
				t.Error(err)
				return
			}
			request.ContentLength = int64(len(head) + len(file) + len(tail))
			request.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			switch got, err := answerTo(c, request); {
			case err != nil:
				t.Errorf("upload: got no answer: %v", err)
			case got.accepted():
				accepted.Add(1)
			case got.politely():
				refused.Add(1)
			default:
				t.Errorf("upload: got HTTP %d %s, want a media_id or -1", got.status, got.text)
			}
		})
	}
	crowd.Wait()
	t.Logf("%d uploads accepted, %d told to come again", accepted.Load(), refused.Load())
	if accepted.Load() == 0 {
		t.Error("got no upload accepted, want some")
	}
	h.staysWithin(t, uploadMemory)
	if got, err := ask(c, http.MethodGet, h.url+"/cgi-bin/customservice/getkflist?access_token="+token, ""); err != nil || !got.accepted() {
		t.Errorf("after the uploads: got %v, %v, want a list", got, fmt.Sprint(err))
	}
}
