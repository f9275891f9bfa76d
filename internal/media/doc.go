// Package media keeps bytes under a key until they are deleted: the pictures of
// agents, and whatever else is too large for the ledger.
//
// A [Store] is a port. [Disk] keeps the bytes in a folder; a bucket of an
// object store can take its place, so the port promises nothing that a bucket
// could not: there are no folders and no listing, a key is only a name, an
// object appears whole or not at all, deleting what is not there is no error,
// and of two Puts of one key the one that ends last stays.
//
// The store does not know what the bytes mean and who may see them. Whoever
// puts them there chooses the key, decides how long they live, and deletes
// them; the ledger remembers the key, in a change that comes after the Put, so
// that it never names bytes that are not there.
//
// Package mediatest says what every store must do.
package media
