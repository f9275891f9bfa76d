// Package mmbiz is the public picture host: the door that does for Kefu what
// mmbiz.qpic.cn does for WeChat. kf_headimgurl in getkflist leads here.
//
//	GET /mmbiz_png/KEY/300?wx_fmt=png
//	GET /mmbiz_jpg/KEY/0?wx_fmt=jpeg
//	GET /mmbiz_media/20260102/DIGEST.mp4
//	GET /mmbiz_pic/DIGEST.png
//
// The first two are pictures of agents; the last segment is a size of package
// picture: 0 for the original as it was uploaded, or the edge of a square. The
// query is WeChat's habit and means nothing here. The third is temporary media,
// which PicUrl in pushes and video_url name; the last is a picture for articles. Anybody may ask, as anybody may at WeChat, and nothing can be
// listed: who knows a key has seen the picture or was told.
//
// What is served was uploaded by strangers. So a file is served only as the one
// content type that its URL names, only when its bytes start like it, and with
// headers that keep a browser from taking it for anything else.
package mmbiz
