// Package interop lets WeChat SDKs that nobody here wrote talk to the built
// program: github.com/chanxuehong/wechat in Go (*_test.go in this folder), and
// co-wechat-api and co-wechat in Node (node/*.test.mjs). All are used as
// published, at one pinned version. As clients they believe that they speak to
// api.weixin.qq.com; only the connection underneath leads elsewhere. As
// developer's servers they get pushes and answer them, in all three modes of a
// callback.
//
// Each test starts its own `kefu dev` on a free port with an empty data folder
// and tells a whole story: of an official account's agents, added, invited,
// bound, given a picture, online, renamed, deleted; of its followers, from what
// they write to what the agents answer and the chat records keep; and of the
// server behind it, with the refusals and failures on the way. The two halves
// tell the same stories, so that a difference between them is a difference
// between SDKs.
//
// One there is that matters: the server of the Go SDK panics when it decodes the
// events of sessions, because of how its message type embeds their fields. It is
// in wide use, so its story is that of a server which fails at these events, and
// checks that nothing else suffers.
//
// Time passes by the sandbox's clock, but for one test of a server that is too
// slow, which takes the five seconds that it is given.
//
// The folder is a module of its own, so that the SDKs never become dependencies
// of the product. The script run next to this file runs both halves.
package interop
