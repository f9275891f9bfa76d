package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/openkefu/kefu/client"
)

func (t *terminal) agentAvatar(call caller) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "avatar KF_ACCOUNT FILE",
		Short:   "Give a kf account a picture",
		Long:    "Uploads the picture that customers see: a JPEG or PNG of at most 5 MB. It is cut\nto a square.",
		Example: "  kefu agent avatar alice@demo_shop face.png",
		Args:    need("KF_ACCOUNT", "FILE"),
	}
	return t.apiVerb(cmd, call, func(ctx context.Context, c *client.Client, args []string) (string, error) {
		picture, err := os.Open(args[1])
		if err != nil {
			return "", fmt.Errorf("the picture: %w", err)
		}
		defer picture.Close() // It was only read.
		return "changed the picture of " + args[0], c.UploadAvatar(ctx, args[0], filepath.Base(args[1]), picture)
	})
}
