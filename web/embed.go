package web

import (
	"embed"
	"io/fs"
)

// dist is what the last build of the pages left; without one, the placeholder alone.
//
//go:embed all:dist
var dist embed.FS

// built is the root of the pages.
func built() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // The name above is right.
	}
	return sub
}
