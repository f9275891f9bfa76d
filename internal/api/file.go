package api

import (
	"io"
	"net/http"
	"strconv"
)

// file is the answer of a call that is answered with bytes and not with JSON.
// Clients tell the two apart by the content type.
type file struct {
	bytes       io.ReadCloser
	size        int64
	name        string
	contentType string
}

// write sends the file and closes it. When the bytes end too early the caller
// sees it by the length: the connection is cut. One who went away is told
// nothing more.
func (f *file) write(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		if closing := f.bytes.Close(); err == nil {
			err = closing
		}
	}()
	header := w.Header()
	header.Set("Content-Type", f.contentType)
	header.Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
	header.Set("Content-Length", strconv.FormatInt(f.size, 10))
	// Strangers uploaded it, so a browser shall not guess what it is.
	header.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		return nil
	}
	_, err = io.CopyN(w, f.bytes, f.size)
	return err
}
