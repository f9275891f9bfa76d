package kefu

import "time"

// MediaID names media of an official account: 64 letters, digits, "_" or "-".
type MediaID string

// MediaType is what a file was uploaded as.
type MediaType string

// The types of media. A picture for articles has a URL and no id on the wire.
const (
	MediaImage   MediaType = "image"
	MediaVoice   MediaType = "voice"
	MediaVideo   MediaType = "video"
	MediaThumb   MediaType = "thumb"
	MediaPicture MediaType = "picture"
)

// MediaLife is how long temporary media can be fetched and sent.
const MediaLife = 3 * 24 * time.Hour

// Media is a file that somebody uploaded.
type Media struct {
	ID   MediaID
	Type MediaType
	// Format is the ending of a file name of its kind, such as "png" or "amr".
	Format string
	// Key is where the bytes are kept.
	Key  string
	Size int64
	// ExpiresAt is zero for what is kept for good.
	CreatedAt, ExpiresAt time.Time
}

// Expired tells whether the media can no longer be used.
func (m *Media) Expired(now time.Time) bool {
	return !m.ExpiresAt.IsZero() && !now.Before(m.ExpiresAt)
}
