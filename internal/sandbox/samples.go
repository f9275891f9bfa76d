package sandbox

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"sync"

	"github.com/openkefu/kefu"
)

// A follower who sends a picture or a recording without saying which sends a
// sample, so that a test need not bring files: media like any other, which the
// developer's server can fetch.

// samplePicture is a PNG of some kilobytes, the colours of a sky.
var samplePicture = sync.OnceValues(func() ([]byte, error) {
	const width, height = 320, 240
	sky := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			sky.SetRGBA(x, y, color.RGBA{R: uint8(90 + y/2), G: uint8(150 + y/4), B: 235, A: 255})
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, sky)
	return out.Bytes(), err
})

// sampleRecording is two seconds of silence in AMR: frames without data.
func sampleRecording() ([]byte, error) {
	const frames, noData = 100, 0x7c
	return append([]byte("#!AMR\n"), bytes.Repeat([]byte{noData}, frames)...), nil
}

// provide gives a picture or a recording that nothing was said about.
func (s *Sandbox) provide(ctx context.Context, app kefu.AppID, c *kefu.Content) error {
	var sample func() ([]byte, error)
	var kind kefu.MediaType
	switch {
	case c == nil || c.MediaID != "":
		return nil
	case c.Type == kefu.MsgImage && c.PicURL == "":
		sample, kind = samplePicture, kefu.MediaImage
	case c.Type == kefu.MsgVoice:
		sample, kind = sampleRecording, kefu.MediaVoice
	default:
		return nil
	}
	data, err := sample()
	if err != nil {
		return err
	}
	m, err := s.Desk.UploadMedia(ctx, app, kind, data)
	if err != nil {
		return err
	}
	c.MediaID = m.ID
	return nil
}
