package translate

import (
	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

// UploadedMedia says that media was taken. The id of a thumb has another name
// than that of anything else.
func UploadedMedia(m *kefu.Media) wechat.UploadedMedia {
	answer := wechat.UploadedMedia{Type: string(m.Type), CreatedAt: m.CreatedAt.Unix()}
	if m.Type == kefu.MediaThumb {
		answer.ThumbMediaID = string(m.ID)
	} else {
		answer.MediaID = string(m.ID)
	}
	return answer
}
