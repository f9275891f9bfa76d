// Package mmbiz is the public picture host: the door that does for Kefu what
// mmbiz.qpic.cn does for WeChat. kf_headimgurl in getkflist leads here.
//
//	GET /mmbiz_png/KEY/300?wx_fmt=png
//	GET /mmbiz_jpg/KEY/0?wx_fmt=jpeg
//
// The last segment is a size of package picture: 0 for the original as it was
// uploaded, or the edge of a square. The query is WeChat's habit and means
// nothing here. Anybody may ask, as anybody may at WeChat, and nothing can be
// listed: who knows a key has seen the picture or was told.
//
// What is served was uploaded by strangers. So a file is served only as the one
// content type that its URL names, only when its bytes start like it, and with
// headers that keep a browser from taking it for anything else.
package mmbiz
