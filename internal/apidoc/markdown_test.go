package apidoc

import "testing"

func TestMarkdown(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"paragraphs", "One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"},
		{"heading", "## Why\n\nSo.", "<h3>Why</h3>\n<p>So.</p>\n"},
		{"list", "- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"},
		{"table", "| a | `b` |\n| --- | --- |\n| `x` | one<br> |\n| y | |", "<div class=\"frame\">\n<table class=\"prose\">\n<thead><tr><th scope=\"col\">a</th><th scope=\"col\"><code>b</code></th></tr></thead>\n<tbody>\n" +
			"<tr><th scope=\"row\"><code>x</code></th><td>one&lt;br&gt;</td></tr>\n<tr><th scope=\"row\">y</th><td></td></tr>\n</tbody>\n</table>\n</div>\n"},
		{"strong and code", "**Now** call `a<b`.", "<p><strong>Now</strong> call <code>a&lt;b</code>.</p>\n"},
		{"asterisks in code", "`a**b**`", "<p><code>a**b**</code></p>\n"},
		{"markup is text", "<script>alert('x')</script> & \"y\"", "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;y&#34;</p>\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := string(markdown(row.text, 3)); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}
