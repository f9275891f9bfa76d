package main

import (
	"strings"
	"testing"
)

func TestTableAligns(t *testing.T) {
	var got strings.Builder
	writeTable(&got, [][]string{
		{"KF_ACCOUNT", "NICKNAME", "STATE"},
		{"alice@demo_shop", "小爱", "bound"},
		{"bob@demo_shop", "Bob", "-"},
		{"short"},
	})
	const want = "" +
		"KF_ACCOUNT       NICKNAME  STATE\n" +
		"alice@demo_shop  小爱      bound\n" +
		"bob@demo_shop    Bob       -\n" +
		"short\n"
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestCells(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       int
	}{
		{"empty", "", 0},
		{"Latin", "Alice", 5},
		{"Chinese", "客服小爱", 8},
		{"Chinese punctuation", "，。「」", 8},
		{"full-width Latin", "ＡＢ", 4},
		{"kana", "カフェ", 6},
		{"half-width kana", "ｶﾌｪ", 3},
		{"Hangul", "상담", 4},
		{"Han beyond the basic plane", "𠮷", 2},
		{"emoji", "🙂", 2},
		{"accent as a letter", "é", 1},
		{"accent of its own", "e\u0301", 1},
		{"zero-width joiner", "a\u200db", 2},
		{"control character", "a\x1b[31m", 6},
		{"broken UTF-8", "a\xff", 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := cells(row.text); got != row.want {
				t.Errorf("got %d cells, want %d", got, row.want)
			}
		})
	}
}

// Names come from strangers: none may move the cursor or colour the screen.
func TestTableIsPlain(t *testing.T) {
	var got strings.Builder
	writeTable(&got, [][]string{{"a\x1b[2Jb\nc\u2028d", "e"}})
	if want := "a\ufffd[2Jb\ufffdc\ufffdd  e\n"; got.String() != want {
		t.Errorf("got %q, want %q", got.String(), want)
	}
}
