// Package apidoctest holds real exchanges against the description of the API.
// A test that talks to a running server hands each request and answer to
// [Validate] and learns when the server and openapi.json say different things.
//
// The rules:
//
//   - The path must be described. A method that is not described must be
//     refused with 43001 or 43002, but a POST to what is read with GET may be
//     served.
//   - Every answer must be described: its HTTP status, its media type, and its
//     body in every member. The errcode of a refusal must be one that the
//     operation lists. Answers of the API must be one compact JSON object with
//     nothing behind it.
//   - A request that was served must be one that the description allows. A
//     request that was refused may be anything, because to send what is wrong is
//     what many tests are for.
//
// An errcode that the sandbox was told to answer (a fault) is held to the same
// list: -1 is on all of them.
//
// Only tests import this package, so that the validator of JSON Schema stays
// out of the program.
package apidoctest
