package desk

import (
	"context"
	"errors"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
)

// deleteAvatars deletes pictures that no agent shows any more. They are named by
// nothing but their own keys, so this needs no pen. What was changed before is
// done whether or not it succeeds, so a failure is only noted: it leaves files
// that nothing points to, as a crash before it does. A caller who went away does
// not stop it.
func (d *Desk) deleteAvatars(ctx context.Context, avatars ...kefu.Avatar) {
	ctx = context.WithoutCancel(ctx)
	for _, avatar := range avatars {
		if avatar.Key == "" {
			continue
		}
		for _, size := range picture.Sizes() {
			if err := d.media.Delete(ctx, picture.MediaKey(avatar.Key, size)); err != nil {
				d.log.Warn("a picture that nobody shows any more could not be deleted", "key", avatar.Key, "size", size, "error", err)
			}
		}
	}
}

// outcomeKnown tells whether a change that returned err certainly took place or
// certainly did not. One whose caller stopped waiting may still do either.
func outcomeKnown(err error) bool {
	return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

func avatarsOf(agents []kefu.Agent) []kefu.Avatar {
	avatars := make([]kefu.Avatar, len(agents))
	for i := range agents {
		avatars[i] = agents[i].Avatar
	}
	return avatars
}
