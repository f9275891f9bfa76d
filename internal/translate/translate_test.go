package translate_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// The wire can say every reason that the house has, in words.
func TestEveryReasonHasAnErrcode(t *testing.T) {
	reasons := kefu.Reasons()
	if len(reasons) < 40 {
		t.Fatalf("got %d reasons, want all of them", len(reasons))
	}
	for _, reason := range reasons {
		for _, err := range []error{reason, fmt.Errorf("desk: %w", reason), errors.Join(errors.New("first"), reason)} {
			code, refused := translate.Errcode(err)
			switch {
			case !refused || code == wechat.OK || code == wechat.SystemError:
				t.Errorf("%d (%v): got %d, %t, want an errcode of its own", reason, err, int(code), refused)
			case code.Text() == "":
				t.Errorf("%d (%v): got %d, which has no text", reason, err, int(code))
			}
		}
	}
}

func TestErrcode(t *testing.T) {
	for _, tt := range []struct {
		name    string
		err     error
		want    wechat.Errcode
		refused bool
	}{
		{"a failure of ours", errors.New("the disk is full"), wechat.SystemError, false},
		{"a reason that does not exist", kefu.Reason(0), wechat.SystemError, false},
		{"an errcode", wechat.RequirePOST, wechat.RequirePOST, true},
		{"an errcode, wrapped", fmt.Errorf("api: %w", wechat.UserLimited), wechat.UserLimited, true},
		{"an empty body", fmt.Errorf("read: %w", wechat.ErrEmpty), wechat.EmptyPostData, true},
		{"a malformed body", fmt.Errorf("read: %w", wechat.ErrFormat), wechat.DataFormatError, true},
		{"no file", wechat.ErrNoFile, wechat.MediaDataMissing, true},
		{"an empty file", wechat.ErrEmptyFile, wechat.EmptyMediaData, true},
		{"too large a file", wechat.ErrTooLarge, wechat.InvalidImageSize, true},
		{"a reason goes before a malformed body", errors.Join(wechat.ErrFormat, kefu.AgentExists), wechat.AgentExists, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if code, refused := translate.Errcode(tt.err); code != tt.want || refused != tt.refused {
				t.Errorf("got %d, %t, want %d, %t", int(code), refused, int(tt.want), tt.refused)
			}
		})
	}
}
