// Package mediaformat tells what an uploaded file is: by its bytes, since clients
// declare image/jpeg for everything, and how long it plays when it is a voice.
//
// Uploads come from strangers, so nothing is decoded. The first bytes decide the
// format. The length of AMR and MP3 is counted frame by frame, in one pass and
// without allocating, and not read from a header that can say anything; what
// cannot be read as a frame is not heard by anybody and does not count. Speex
// says how many samples there are, on each of its pages.
//
// The package does no I/O.
package mediaformat
