// Package picture turns what somebody uploads as the picture of an agent into
// the files that WeChat's picture URLs offer: the original, and squares of 300,
// 132 and 64 pixels.
//
// Uploads come from strangers, and a picture of a few kilobytes can claim
// billions of pixels. So a [Scaler] looks at bytes first, at the header second,
// and decodes only what is known to fit: a bounded number of bytes, pixels,
// scans and bytes of memory, and a bounded number of pictures at a time.
//
// What comes out is named by its content (see [Variants]), and the functions
// that make names of it, [MediaKey] and [URL], are here too: those who store a
// picture, those who serve it and those who write its URL must agree on them.
//
// The package does no I/O. Its refusals are [kefu.PictureEmpty],
// [kefu.PictureTooLarge] and [kefu.PictureUnreadable], wrapped with detail.
package picture
