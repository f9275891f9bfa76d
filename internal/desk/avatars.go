package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/picture"
)

// deleteAvatars deletes pictures that no agent shows any more. They are named by
// nothing but their own keys, so this needs no pen. A caller who went away does
// not stop it; a crash before it leaves files that nothing points to.
func (d *Desk) deleteAvatars(ctx context.Context, avatars ...kefu.Avatar) error {
	ctx = context.WithoutCancel(ctx)
	var failed error
	for _, avatar := range avatars {
		if avatar.Key == "" {
			continue
		}
		for _, size := range picture.Sizes() {
			failed = errors.Join(failed, d.media.Delete(ctx, picture.MediaKey(avatar.Key, size)))
		}
	}
	if failed != nil {
		return fmt.Errorf("delete pictures that nobody shows any more: %w", failed)
	}
	return nil
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
