package config_test

import (
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/config"
)

// given are settings as a command line, an environment and a file give them.
type given struct {
	flags map[string]string
	env   map[string]string
	// file is the text of a settings file, named by a flag; none when empty.
	file string
}

// read writes the file and reads the settings. Where the file was written, the
// error says FILE.
func (g given) read(t *testing.T, use config.Group) (*config.Settings, error) {
	t.Helper()
	path := ""
	if g.file != "" {
		path = filepath.Join(t.TempDir(), "kefu.conf")
		if err := os.WriteFile(path, []byte(g.file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := config.Read(use, config.Sources{
		Flag: func(name string) (string, bool) {
			if name == config.FileSetting && path != "" {
				return path, true
			}
			v, ok := g.flags[name]
			return v, ok
		},
		Env: func(key string) (string, bool) { v, ok := g.env[key]; return v, ok },
	})
	if err != nil && path != "" {
		return nil, fmt.Errorf("%s", strings.ReplaceAll(err.Error(), path, "FILE"))
	}
	return s, err
}

const (
	forServe = config.Storage | config.Serving
	forDev   = forServe | config.Demo
)

func TestDefaults(t *testing.T) {
	s, err := given{}.read(t, forDev)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name      string
		got, want any
	}{
		{"addr", s.Addr, "127.0.0.1:8080"},
		{"data", s.Data, "./kefu-data"},
		{"database-url", s.DatabaseURL, config.Secret("")},
		{"media-url", s.MediaURL, config.Secret("")},
		{"public-url", s.PublicURL, ""},
		{"log-format", s.LogFormat, config.LogText},
		{"log-level", s.LogLevel, slog.LevelInfo},
		{"trusted-proxies", len(s.TrustedProxies), 0},
		{"phone-frames", len(s.PhoneFrames), 0},
		{"require-https", s.RequireHTTPS, false},
		{"allow-private-callbacks", s.AllowPrivateCallbacks, false},
		{"callback-source-ips", len(s.CallbackSourceIPs), 0},
		{"api-ips", len(s.APIIPs), 0},
		{"appid", s.AppID, kefu.AppID("wx5d3c0ffee1234567")},
		{"secret", s.Secret.Reveal(), "0f1e2d3c4b5a69788796a5b4c3d2e1f0"},
		{"wechat-id", s.WeChatID, kefu.WeChatID("demo_shop")},
		{"original-id", s.OriginalID, kefu.OriginalID("gh_a1b2c3d4e5f6")},
		{"callback-url", s.CallbackURL, ""},
		{"callback-mode", s.CallbackMode, kefu.CallbackPlain},
		{"kf-id", s.KFIDForm, kefu.KFIDString},
		{"demo-agents", s.DemoAgents, true},
	} {
		if row.got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, row.got, row.want)
		}
	}
	account := s.DemoAccount()
	if err := account.Validate(); err != nil {
		t.Errorf("demo account: got %v, want a valid one", err)
	}
	if !account.Secret.Is("0f1e2d3c4b5a69788796a5b4c3d2e1f0") {
		t.Error("demo account: got another secret than the setting's")
	}
}

// Who calls the API is never assumed.
func TestCallingHasNoCredentialsByDefault(t *testing.T) {
	s, err := given{}.read(t, config.Calling)
	if err != nil {
		t.Fatal(err)
	}
	if s.AppID != "" || s.Secret != "" {
		t.Errorf("got appid %q and secret %q, want none", s.AppID, s.Secret.Reveal())
	}
	if want := "http://127.0.0.1:8080"; s.BaseURL != want {
		t.Errorf("got base URL %q, want %q", s.BaseURL, want)
	}
}

func TestPrecedence(t *testing.T) {
	flag := map[string]string{"addr": "127.0.0.1:1"}
	env := map[string]string{"KEFU_ADDR": "127.0.0.1:2"}
	const file = "addr = 127.0.0.1:3\n"
	for _, row := range []struct {
		name         string
		given        given
		want, origin string
	}{
		{"flag before all", given{flags: flag, env: env, file: file}, "127.0.0.1:1", "flag --addr"},
		{"environment before file", given{env: env, file: file}, "127.0.0.1:2", "environment KEFU_ADDR"},
		{"file before default", given{file: file}, "127.0.0.1:3", "line 1"},
		{"default", given{}, "127.0.0.1:8080", "its default"},
		{"empty environment variable is not set", given{env: map[string]string{"KEFU_ADDR": ""}, file: file}, "127.0.0.1:3", "line 1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, err := row.given.read(t, forServe)
			if err != nil {
				t.Fatal(err)
			}
			if s.Addr != row.want {
				t.Errorf("got addr %q, want %q", s.Addr, row.want)
			}
			if got := s.Origin("addr").String(); !strings.HasSuffix(got, row.origin) {
				t.Errorf("got origin %q, want it to end in %q", got, row.origin)
			}
		})
	}
}

func TestValues(t *testing.T) {
	s, err := given{flags: map[string]string{
		"public-url":          "https://kefu.example.com/desk/",
		"trusted-proxies":     "10.1.2.3/8, ::ffff:192.0.2.7,2001:db8::1",
		"phone-frames":        "https://Shop.example.com/, http://127.0.0.1:3000,https://shop.example.com",
		"callback-source-ips": "198.51.100.7,198.51.100.129/25",
		"api-ips":             " 2001:db8::1 ",
		"log-level":           "debug",
		"log-format":          "json",
		"require-https":       "1",
		"kf-id":               "number",
		"callback-url":        "http://127.0.0.1:9000/wx?a=b",
		"callback-token":      "token",
		"callback-mode":       "safe",
		"callback-format":     "json",
		"encoding-aes-key":    strings.Repeat("k", 43),
	}}.read(t, forDev)
	if err != nil {
		t.Fatal(err)
	}
	got := []any{s.PublicURL, fmt.Sprint(s.TrustedProxies), s.PhoneFrames, s.CallbackSourceIPs, s.APIIPs, s.LogLevel, s.LogFormat, s.RequireHTTPS, s.KFIDForm}
	want := []any{
		"https://kefu.example.com/desk",
		fmt.Sprint([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::1/128")}),
		[]string{"https://shop.example.com", "http://127.0.0.1:3000"},
		[]string{"198.51.100.7", "198.51.100.128/25"},
		[]string{"2001:db8::1"},
		slog.LevelDebug, config.LogJSON, true, kefu.KFIDNumber,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("settings (-want +got):\n%s", d)
	}
	wantCallback := kefu.Callback{
		URL: "http://127.0.0.1:9000/wx?a=b", Token: "token", Mode: kefu.CallbackSafe, Format: kefu.CallbackJSON, EncodingAESKey: strings.Repeat("k", 43),
	}
	if d := cmp.Diff(wantCallback, s.DemoAccount().Callback); d != "" {
		t.Errorf("callback (-want +got):\n%s", d)
	}
}

func TestDemoAgents(t *testing.T) {
	const own = "wx0000000000000000"
	for _, row := range []struct {
		name  string
		given given
		want  bool
	}{
		{"nothing given", given{}, true},
		{"appid by flag", given{flags: map[string]string{"appid": own}}, false},
		{"appid by environment", given{env: map[string]string{"KEFU_APPID": own}}, false},
		{"appid by file", given{file: "appid = " + own}, false},
		{"appid and agents", given{flags: map[string]string{"appid": own, "demo-agents": "true"}}, true},
		{"no agents", given{flags: map[string]string{"demo-agents": "false"}}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s, err := row.given.read(t, forDev)
			if err != nil {
				t.Fatal(err)
			}
			if s.DemoAgents != row.want {
				t.Errorf("got %v, want %v", s.DemoAgents, row.want)
			}
		})
	}
}

// The table is what people read: every name is one name, every row says what it
// does, and every default is a value that the row itself accepts.
func TestTable(t *testing.T) {
	seen := make(map[string]bool)
	for _, row := range config.All(forDev | config.Calling) {
		if seen[row.Name] {
			t.Errorf("%s: stands twice in the table", row.Name)
		}
		seen[row.Name] = true
		if row.Help == "" || (row.Value == "") != row.Bool {
			t.Errorf("%s: got help %q and value %q, want a text and a placeholder for all that are not switches", row.Name, row.Help, row.Value)
		}
		if v := row.Default(forDev); v != "" {
			if _, err := (given{flags: map[string]string{row.Name: v}}).read(t, forDev); err != nil {
				t.Errorf("%s: its default is refused: %v", row.Name, err)
			}
		}
		if want := "KEFU_" + strings.ToUpper(strings.ReplaceAll(row.Name, "-", "_")); row.Env() != want {
			t.Errorf("%s: got environment variable %s, want %s", row.Name, row.Env(), want)
		}
	}
	for _, name := range []string{"config", "data", "database-url", "addr", "base-url", "appid", "secret"} {
		if !seen[name] {
			t.Errorf("%s: not in the table", name)
		}
	}
	if names := config.All(config.Calling); slices.ContainsFunc(names, func(s config.Setting) bool { return s.Name == "addr" }) {
		t.Error("addr: offered to a command that does not listen")
	}
}
