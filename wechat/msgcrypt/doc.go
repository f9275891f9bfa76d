// Package msgcrypt signs and seals what WeChat and a developer's server send
// each other: the pushes to the server and its passive replies.
//
// Every push carries a signature, made from a secret token that both sides
// know; see [Signature] and [Verify]. In compatible and safe mode the message
// itself is sealed with a key, the EncodingAESKey; see [ParseKey], [Key.Seal]
// and [Key.Open]. A receiver verifies first and opens second:
//
//	if !msgcrypt.Verify(query.Get("msg_signature"), token, timestamp, nonce, encrypt) {
//		return errForged
//	}
//	message, err := key.Open(appID, encrypt)
//
// The order matters. The cipher is AES in CBC mode, which by itself does not
// notice changes; the signature is what notices them. For the same reason Open
// says only that something was wrong, never what.
//
// The scheme is fixed by WeChat and shows its age: SHA-1, a first block that is
// the key's own first half, parts that are signed without separators. Use it
// only where WeChat's wire asks for it.
//
// The package works on texts and bytes. The XML and JSON around a sealed
// message are in package wechat.
package msgcrypt
