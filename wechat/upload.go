package wechat

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
)

// What an upload can be refused for, besides [ErrEmpty] and [ErrFormat].
var (
	// ErrNoFile is an upload without a file part, [MediaDataMissing] on the wire.
	ErrNoFile = errors.New("the upload has no file")
	// ErrEmptyFile is a file of no bytes, [EmptyMediaData] on the wire.
	ErrEmptyFile = errors.New("the uploaded file is empty")
	// ErrTooLarge is a file above the limit, or a form so large that no such
	// file can explain it. Its errcode depends on the endpoint.
	ErrTooLarge = errors.New("the upload is too large")
)

// FieldMedia is the form field that WeChat's documents upload files in.
const FieldMedia = "media"

// Bounds on an upload, besides the limit on the file itself.
const (
	// uploadOverhead is how much longer than the file the whole form may be:
	// boundaries, headers, and the few small fields that clients add.
	uploadOverhead = 1 << 20
	// maxParts is how many parts are looked through for the file. Clients send
	// one to three.
	maxParts = 32
	// lookedAhead is how much of a body may have been read already when a part
	// begins: the buffer of multipart.Reader and the line before it.
	lookedAhead = 8 << 10
	// maxPartHeader is the room for the header of one part. Real ones have some
	// two hundred bytes, most of them the file name.
	maxPartHeader = 16 << 10
)

// Upload is the file of a multipart form.
type Upload struct {
	// FieldName is the form field that the file came in.
	FieldName string
	// FileName is the last element of the name that the client gave, for people
	// to look at: it may be empty, and it is neither unique nor a safe path.
	FileName string
	// ContentType is what the client declared. Clients send image/jpeg for
	// everything; look at the bytes instead.
	ContentType string
	// Bytes are at least one and at most as many as the limit.
	Bytes []byte
}

// ReadUpload reads the file from a multipart form. contentType is the request's
// header. limit is the largest file in bytes; the form may be 1 MiB longer.
//
// It takes what clients have been seen to send: any field name for the file
// (one named "media" is preferred, and is a file even without a file name), any
// or no part type, lines that end in LF, paths as file names, other fields
// around it, and a header without boundary, which then is the first line of the
// body. What follows the "media" file is not read. A body that has a method
// Len() int, the number of bytes left in it, makes reading spare with memory.
//
// Errors wrap [ErrEmpty], [ErrFormat], [ErrNoFile], [ErrEmptyFile] or
// [ErrTooLarge]; any other is what reading body returned.
func ReadUpload(contentType string, body io.Reader, limit int64) (Upload, error) {
	in := &meter{from: body, total: limit + uploadOverhead}
	form, err := openForm(contentType, in)
	if err != nil {
		return Upload{}, err
	}
	best, bestRank := Upload{}, notAFile
	for range maxParts {
		in.allow(maxPartHeader)
		part, err := form.NextRawPart()
		// The last boundary is exactly io.EOF; a form cut off before it is another
		// error that wraps it.
		if err == io.EOF {
			return chosen(best, bestRank)
		}
		if err != nil {
			return Upload{}, in.explain(err)
		}
		named := readDisposition(part.Header.Get("Content-Disposition"))
		rank := named.rank()
		in.allow(limit + uploadOverhead)
		if rank <= bestRank {
			// Skipped here and not by NextRawPart, whose bytes are metered as a header.
			if _, err := io.Copy(io.Discard, part); err != nil {
				return Upload{}, in.explain(err)
			}
			continue
		}
		file, err := readFile(io.LimitReader(part, limit+1), min(expected(body), limit))
		if err != nil {
			return Upload{}, in.explain(err)
		}
		if int64(len(file)) > limit {
			return Upload{}, fmt.Errorf("%w: the file has more than %d bytes", ErrTooLarge, limit)
		}
		best = Upload{
			FieldName:   named.field,
			FileName:    named.file,
			ContentType: part.Header.Get("Content-Type"),
			Bytes:       file,
		}
		if bestRank = rank; rank == namedMediaFile {
			return chosen(best, rank)
		}
	}
	return Upload{}, fmt.Errorf("%w: the form has more than %d parts", ErrFormat, maxParts)
}

// readFile reads a file of which some bytes are expected, at once into as many:
// a slice that grows to the size of the largest files takes several times as much
// on its way.
func readFile(from io.Reader, expected int64) ([]byte, error) {
	file := bytes.NewBuffer(make([]byte, 0, expected+bytes.MinRead))
	_, err := file.ReadFrom(from)
	return file.Bytes(), err
}

// expected is how many bytes a form still has, or somewhat more, by the word of a
// body that knows how much is left to read, as bytes.Reader does; else 0.
func expected(body io.Reader) int64 {
	sized, ok := body.(interface{ Len() int })
	if !ok {
		return 0
	}
	return int64(max(sized.Len(), 0)) + lookedAhead
}

func chosen(u Upload, rank fileRank) (Upload, error) {
	if rank == notAFile {
		return Upload{}, fmt.Errorf("%w: send it as the form field %q", ErrNoFile, FieldMedia)
	}
	if len(u.Bytes) == 0 {
		return Upload{}, ErrEmptyFile
	}
	return u, nil
}

// openForm finds the boundary and returns the form that it separates.
func openForm(contentType string, in *meter) (*multipart.Reader, error) {
	in.allow(maxPartHeader)
	head := make([]byte, maxBoundaryLine)
	n, err := io.ReadFull(in, head)
	head = head[:n]
	if in.fault != nil {
		return nil, in.explain(err)
	}
	if len(bytes.TrimLeft(head, " \t\r\n")) == 0 && n < maxBoundaryLine {
		return nil, ErrEmpty
	}
	boundary, multi := headerBoundary(contentType)
	if boundary == "" {
		boundary = firstLineBoundary(head)
	}
	switch {
	case len(boundary) > maxBoundary:
		return nil, fmt.Errorf("%w: the boundary has more than %d bytes", ErrFormat, maxBoundary)
	case boundary == "" && multi:
		return nil, fmt.Errorf("%w: the Content-Type names no boundary and the body does not begin with one", ErrFormat)
	case boundary == "":
		return nil, fmt.Errorf("%w: the body is not multipart/form-data", ErrNoFile)
	}
	return multipart.NewReader(io.MultiReader(bytes.NewReader(head), in), boundary), nil
}

// meter counts what is read, so that every stage of reading has its bound.
type meter struct {
	from  io.Reader
	stage int64 // left for the stage that runs now
	total int64 // left for the whole
	// fault is why reading stopped before the end: a bound, or the error of from.
	fault error
}

// allow begins a stage. multipart.Reader looks ahead by a buffer, so a stage may
// in truth begin some kilobytes earlier.
func (m *meter) allow(n int64) { m.stage = n }

func (m *meter) Read(p []byte) (int, error) {
	switch {
	case m.fault != nil:
		return 0, m.fault
	case m.total <= 0:
		m.fault = fmt.Errorf("%w: the form is far longer than the largest file", ErrTooLarge)
		return 0, m.fault
	case m.stage <= 0:
		m.fault = fmt.Errorf("%w: no part with its header within %d bytes, perhaps another boundary was meant", ErrFormat, maxPartHeader)
		return 0, m.fault
	}
	p = p[:min(int64(len(p)), m.stage, m.total)]
	n, err := m.from.Read(p)
	m.stage -= int64(n)
	m.total -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		m.fault = fmt.Errorf("reading the upload: %w", err)
		err = m.fault
	}
	return n, err
}

// explain is why the form could not be read on: the bound or network error that
// the meter met, or else a form that is not well formed.
func (m *meter) explain(err error) error {
	if m.fault != nil {
		return m.fault
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: the form ends before its last boundary", ErrFormat)
	}
	// The multipart error would quote the body.
	return fmt.Errorf("%w: the form has a bad part header or something between two parts", ErrFormat)
}
