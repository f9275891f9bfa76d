// Package wechat is the wire of WeChat's customer service API (客服) as data:
// the paths, the error codes, the JSON that goes in and out, the multipart
// uploads, and the pushes to the developer's server with its replies. It knows
// how things are written and nothing about what they mean to a server: no
// sockets, no storage, no rules beyond those of the format.
//
// Both sides use it. A server reads requests with [ParseObject] and the Parse
// functions built on it, reads uploads with [ReadUpload], and writes answers
// with [Marshal]. A client writes the same request types and decodes the same
// answer types with encoding/json.
//
// Four habits of the wire shape the types:
//
//   - Members are declared in the alphabetical order of their JSON names,
//     because that is the order in which WeChat writes them.
//   - Absent means that the key is missing, never null and never "". Lists that
//     belong to an answer are always there, empty as [] (see [List]).
//   - Every answer has HTTP status 200; what went wrong is the errcode, see
//     [Errcode] and [Status].
//   - Requests come from many libraries in many languages. Names must match
//     exactly and types must be right, but what is unknown is ignored.
//
// The other direction, WeChat calling the developer's server, is in XML or, for
// some products, in JSON with the same names (see [Format]). A [Push] is a
// customer's message or an event; what the server answers to it is read by
// [ParseAnswer]: an acknowledgement or a passive [Reply]. Both travel sealed when
// the callback is so configured, as [PushEnvelope] and [ReplyEnvelope]; package
// msgcrypt seals, opens and signs. Types are written with their Append method
// and read with their Parse function.
package wechat
