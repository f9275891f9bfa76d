package config_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/openkefu/kefu/internal/config"
)

func TestSecretDoesNotPrint(t *testing.T) {
	const value = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	s := config.Settings{Secret: value}
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("settings", "secret", s.Secret, "all", s)
	for name, text := range map[string]string{
		"%v": fmt.Sprintf("%v", s), "%+v": fmt.Sprintf("%+v", s), "%#v": fmt.Sprintf("%#v", s), "%q": fmt.Sprintf("%q", s.Secret),
		"json": string(encoded), "slog": log.String(),
	} {
		if strings.Contains(text, value) {
			t.Errorf("%s: shows the secret: %s", name, text)
		}
	}
	if s.Secret.Reveal() != value {
		t.Errorf("Reveal: got %q, want the value", s.Secret.Reveal())
	}
}
