package admin

import "testing"

// A spreadsheet takes for a formula what begins like one, behind blanks too.
func TestCells(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "tea": "tea", "1-2": "1-2", "林晓禾": "林晓禾",
		"=1+1": "'=1+1", "+1": "'+1", "-2": "'-2", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx",
		" =1": "' =1", "\n=1": "'\n=1", "＝1": "'＝1", "＠a": "'＠a",
	} {
		if got := cells(cell)[0]; got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}
