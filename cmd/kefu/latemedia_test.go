package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/config"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/media/bucket"
)

func TestMediaIsKeptWhereTheSettingsSay(t *testing.T) {
	const secret = "SECRETKEYSECRETKEY"
	for _, tt := range []struct {
		name, url string
		ok        func(media.Store) bool
	}{
		{"a folder", "", func(s media.Store) bool { _, ok := s.(*media.Disk); return ok }},
		{"a bucket that is away", "s3://KEY:" + secret + "@127.0.0.1:1/bucket?insecure=1", func(s media.Store) bool { _, ok := s.(*bucket.Bucket); return ok }},
		{"a bucket with an unknown option", "s3://KEY:" + secret + "@127.0.0.1:1/bucket?color=red", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			kept, err := openMedia(&config.Settings{Data: t.TempDir(), MediaURL: config.Secret(tt.url)})
			if tt.ok == nil {
				var wrong *config.Error
				if !errors.As(err, &wrong) || wrong.Name != "media-url" || strings.Contains(err.Error(), secret) {
					t.Errorf("got %v, want an error about media-url without the secret", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !tt.ok(kept) {
				t.Errorf("got a %T", kept)
			}
			if err := kept.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
