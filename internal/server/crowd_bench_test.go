package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/internal/api"
	"github.com/openkefu/kefu/internal/media"
	"github.com/openkefu/kefu/internal/metrics"
	"github.com/openkefu/kefu/internal/sandbox"
	"github.com/openkefu/kefu/internal/store/sqlstore"
	"github.com/openkefu/kefu/wechat"
)

// BenchmarkPlace is what a place costs by itself.
func BenchmarkPlace(b *testing.B) {
	c := newCrowd(slog.New(slog.DiscardHandler))
	const app kefu.AppID = "wx5d3c0ffee1234567"
	b.ReportAllocs()
	for b.Loop() {
		if !c.Enter() || !c.Claim(app) {
			b.Fatal("got no place in an empty house")
		}
		c.Leave(app)
	}
}

// boundless is a house in which there is room for everything.
type boundless struct{}

func (boundless) Enter() bool                                     { return true }
func (boundless) Claim(kefu.AppID) bool                           { return true }
func (boundless) Leave(kefu.AppID)                                {}
func (boundless) Reserve(context.Context, kefu.AppID, int64) bool { return true }
func (boundless) Release(kefu.AppID, int64)                       {}

// BenchmarkAgentList is the busiest call with and without places.
func BenchmarkAgentList(b *testing.B) {
	const secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
	account := kefu.OfficialAccount{
		AppID: "wx5d3c0ffee1234567", Secret: kefu.DigestSecret(secret), WeChatID: "demo_shop", OriginalID: "gh_a1b2c3d4e5f6",
		KFIDForm: kefu.KFIDString, Standing: kefu.GoodStanding(), Limits: kefu.DefaultLimits(),
	}
	account.Limits.DailyCalls = map[string]int64{wechat.PathAgentList: 1 << 40}
	ledger, err := sqlstore.OpenSQLite(b.Context(), "sqlite", filepath.Join(b.TempDir(), "kefu.db"), sqlstore.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer ledger.Close()
	pictures, err := media.NewDisk(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer pictures.Close()
	s := New(Parts{
		Ledger: ledger, Media: pictures, Metrics: metrics.New("bench"), Log: slog.New(slog.DiscardHandler),
		Demo: &sandbox.Demo{Account: account, Agents: true},
	})
	if err := s.sandbox.Begin(b.Context()); err != nil {
		b.Fatal(err)
	}
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodPost, wechat.PathStableToken,
		strings.NewReader(`{"grant_type":"client_credential","appid":"`+string(account.AppID)+`","secret":"`+secret+`"}`)))
	var token wechat.Token
	if err := json.Unmarshal(answer.Body.Bytes(), &token); err != nil || token.AccessToken == "" {
		b.Fatalf("got %s, want a token", answer.Body)
	}
	request := httptest.NewRequest(http.MethodGet, wechat.PathAgentList+"?access_token="+token.AccessToken, nil)
	for name, crowd := range map[string]api.Crowd{"with": s.crowd, "without": boundless{}} {
		b.Run(name, func(b *testing.B) {
			s.api.Crowd = crowd
			b.ReportAllocs()
			for b.Loop() {
				answer := httptest.NewRecorder()
				s.Handler().ServeHTTP(answer, request)
				if !strings.HasPrefix(answer.Body.String(), `{"kf_list"`) {
					b.Fatalf("got %s, want a list", answer.Body)
				}
			}
		})
	}
}
