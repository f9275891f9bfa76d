package api

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/desk"
	"github.com/openkefu/kefu/internal/mediaformat"
	"github.com/openkefu/kefu/internal/picture"
	"github.com/openkefu/kefu/internal/translate"
	"github.com/openkefu/kefu/wechat"
)

// media are the endpoints of temporary media (临时素材), and the one of pictures
// for articles.
func (a *API) media() []endpoint {
	return []endpoint{
		{path: wechat.PathMediaUpload, post: true, serve: a.uploadMedia},
		{path: wechat.PathMediaGet, serve: a.getMedia},
		{path: wechat.PathMediaGetJSSDK, serve: a.getVoice},
		{path: wechat.PathArticleImage, post: true, serve: a.uploadArticleImage},
	}
}

// uploadMedia takes the type from the query and the file from a multipart body.
func (a *API) uploadMedia(ctx context.Context, c *call) (any, error) {
	kind := kefu.MediaType(c.query().Get("type"))
	most, ok := desk.MaxMedia(kind)
	if !ok {
		return nil, kefu.MediaTypeIllegal
	}
	upload, err := c.readUpload(ctx, most)
	if errors.Is(err, wechat.ErrTooLarge) {
		return nil, kefu.MediaTooLarge
	}
	if err != nil {
		return nil, err
	}
	m, err := a.Desk.UploadMedia(ctx, c.owner.AppID, kind, upload.Bytes)
	if err != nil {
		return nil, err
	}
	return translate.UploadedMedia(&m), nil
}

// getMedia answers with the bytes, or with where a video is fetched from.
func (a *API) getMedia(ctx context.Context, c *call) (any, error) {
	return a.fetch(ctx, c, func(m *kefu.Media) (any, error) {
		if m.Type == kefu.MediaVideo {
			return wechat.VideoURL{VideoURL: a.PictureURL + picture.PicturePath(*m)}, nil
		}
		return nil, nil
	})
}

// getVoice answers with the bytes of a voice, in whatever format it is kept:
// there is one copy of each.
func (a *API) getVoice(ctx context.Context, c *call) (any, error) {
	return a.fetch(ctx, c, func(m *kefu.Media) (any, error) {
		if m.Type != kefu.MediaVoice {
			return nil, kefu.MediaUnknown
		}
		return nil, nil
	})
}

// fetch answers with the bytes of media, unless instead has another answer.
func (a *API) fetch(ctx context.Context, c *call, instead func(*kefu.Media) (any, error)) (any, error) {
	id := kefu.MediaID(c.query().Get("media_id"))
	if id == "" {
		return nil, kefu.MediaIDMissing
	}
	m, err := a.Desk.Media(ctx, c.owner.AppID, id)
	if err != nil {
		return nil, err
	}
	if answer, err := instead(&m); answer != nil || err != nil {
		return answer, err
	}
	bytes, err := a.Desk.OpenMedia(ctx, m)
	if err != nil {
		return nil, err
	}
	return &file{
		bytes:       bytes,
		size:        m.Size,
		name:        string(m.ID) + "." + m.Format,
		contentType: mediaformat.Format(m.Format).ContentType(),
	}, nil
}

// uploadArticleImage keeps a picture for good and answers with its URL.
func (a *API) uploadArticleImage(ctx context.Context, c *call) (any, error) {
	most, _ := desk.MaxMedia(kefu.MediaPicture)
	upload, err := c.readUpload(ctx, most)
	if err != nil {
		return nil, err
	}
	path, err := a.Desk.UploadPicture(ctx, c.owner.AppID, upload.Bytes)
	if err != nil {
		return nil, err
	}
	return wechat.ArticleImage{URL: a.PictureURL + path}, nil
}
