// Package kefu holds the nouns of a customer-service desk for WeChat Official
// Accounts, and the rules that can be decided by looking at the nouns alone.
//
// An [OfficialAccount] (公众号) owns everything else. Its kf accounts (客服账号)
// are called [Agent] here; an agent is unusable until a [Worker], the person
// with a WeChat id, accepted an [Invitation] to it. Whoever calls the API shows
// an access [Token]; what one account may call, and how often, is its [Limits].
// When the house says no, it says so with a [Reason].
//
// The package imports nothing of the module, does no I/O and never reads the
// wall clock: time comes in as an argument. Behaviour that needs storage lives
// in internal/desk, behaviour that needs WeChat's wire in package wechat.
package kefu
