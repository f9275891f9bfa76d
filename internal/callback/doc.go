// Package callback speaks to the developer's server: it delivers pushes and
// takes the answers ([Courier]), checks a callback URL before it is used
// ([Handshake]), and looks at one from the outside ([Prober]).
//
// The courier keeps nothing that the ledger does not have. A push is a row
// before it is a request, so whatever was not delivered when a process ends is
// delivered by the next one, and a push whose answer was noted is not delivered
// again. In memory there is a bounded part of what is due, sorted into one lane a
// customer: the first push of a lane keeps the others waiting until it has its
// outcome, and nobody waits for another customer's.
//
// What is in memory is gone by while this process surely holds on to the customer.
// When the ledger could not be written for a while, or an outcome could not be
// noted, it is asked again right before the next attempt: another process may have
// taken over, and what was noted may only have gone unheard.
//
// Every address is checked against a [Policy] right before it is spoken to, so
// that a name cannot resolve to one address for the check and to another for the
// call. Nothing of an answer is believed: it comes from a program that a stranger
// wrote.
package callback
