// Package workbench is the door of the people who answer customers. Behind it they
// see who waits, take customers, read and write, hand over and end, and keep what
// colleagues should know.
//
// Pages of the house call it, with JSON and ordinary HTTP status codes, and hold a
// socket over which they hear what happens (see package realtime). Who calls is a
// person with a login; as whom, its seat with the official account that the path
// names says. An agent sees the conversations of the whole account, since it may be
// given any of them, and changes its own; a supervisor changes those of all.
//
// # What a search finds
//
// A customer whose remark or nickname has the words in it, or whose openid they are;
// and a conversation in which they were said by anybody: in a text, the title of a
// card, the label of a place, the recognised words of a recording. Large and small
// letters are the same (in what was said, those of ASCII). One search looks at the
// 5,000 conversations that were active last and the 20,000 newest messages; beyond
// them a customer is found by its openid.
package workbench
