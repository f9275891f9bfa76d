package wechat

// Types of media, the parameter type of [PathMediaUpload].
const (
	MediaTypeImage = "image"
	MediaTypeVoice = "voice"
	MediaTypeVideo = "video"
	MediaTypeThumb = "thumb"
)

// UploadedMedia answers [PathMediaUpload]. One of the two ids is there: that of a
// thumb has a name of its own.
type UploadedMedia struct {
	// CreatedAt is in Unix seconds. The media can be used for three days.
	CreatedAt    int64  `json:"created_at"`
	MediaID      string `json:"media_id,omitempty"`
	ThumbMediaID string `json:"thumb_media_id,omitempty"`
	Type         string `json:"type"`
}

// VideoURL answers [PathMediaGet] for a video, which is fetched from there.
// Other media are answered with their bytes.
type VideoURL struct {
	VideoURL string `json:"video_url"`
}

// ArticleImage answers [PathArticleImage].
type ArticleImage struct {
	URL string `json:"url"`
}

// ID is the id, whichever name it came under.
func (m *UploadedMedia) ID() string {
	if m.ThumbMediaID != "" {
		return m.ThumbMediaID
	}
	return m.MediaID
}
