package apidoc

import "testing"

func TestFormat(t *testing.T) {
	const hostile = `"'><script>&amp;`
	for _, row := range []struct {
		name string
		got  markup
		want string
	}{
		{"literal", format(`<p class="a">&amp;</p>`), `<p class="a">&amp;</p>`},
		{"percent sign", format(`100%%`), `100%`},
		{"text", format(`<p>%s</p>`, hostile), `<p>&#34;&#39;&gt;&lt;script&gt;&amp;amp;</p>`},
		{"percent sign in text", format(`<p>%s</p>`, "%s"), `<p>%s</p>`},
		{"number", format(`d%s`, -1), `d-1`},
		{"markup", format(`<p>%s</p>`, markup(`<b>x</b>`)), `<p><b>x</b></p>`},
		{"text of another type", format(`<p>%s</p>`, struct{ s string }{"<b>"}), `<p>{&lt;b&gt;}</p>`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(row.got); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
