// Package apidoc describes the developer API: one OpenAPI 3.1 document, written
// by hand in openapi.json, and the page for people that is made from it.
//
// The document is the only source. [Description.Document] is what
// GET /openapi.json answers, [Description.Operations] is the same as Go values
// for the page and for tests that compare it with the routes a server has, and
// the page at /docs/api/ is rendered from those values once, when the
// description is made. Nothing in this package knows the handlers; package
// apidoctest holds their answers against the document, one real exchange after
// the other.
//
// # How openapi.json is kept
//
//   - Every operation has one tag. Operations of the tag Sandbox exist only in
//     kefu dev and are left out of the description of a production server.
//   - x-errcodes of an operation lists every errcode that it can answer, by
//     ascending code. The table at the end of its description says the same to
//     readers of other tools; a test keeps them in step and, with -update,
//     writes the tables and the layout of the file anew.
//   - x-errcodes of the document are the general ones. An operation repeats
//     those that it can answer word for word; the page folds them into one line.
//   - Answers are closed (additionalProperties is false), because absent means
//     absent on this wire. Requests are open, because unknown members are
//     ignored.
package apidoc
