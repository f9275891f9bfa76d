// Package interop lets WeChat SDKs that nobody here wrote talk to the built
// program: github.com/chanxuehong/wechat in Go (*_test.go in this folder) and
// co-wechat-api in Node (node/*.test.mjs). Both are used as published, at one
// pinned version, and both believe that they speak to api.weixin.qq.com; only
// the connection underneath leads elsewhere.
//
// Each test starts its own `kefu dev` on a free port with an empty data folder
// and tells the whole story of an official account's agents: added, invited,
// bound, given a picture, online, renamed, deleted, with the refusals on the
// way. The two halves tell the same story, so that a difference between them is
// a difference between SDKs.
//
// The folder is a module of its own, so that the SDKs never become dependencies
// of the product. The script run next to this file runs both halves.
package interop
