package apidoc

import "strings"

// head is everything above the two columns.
func (w *writer) head(p *page) {
	w.line(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<title>%s</title>
<link rel="icon" type="image/svg+xml" href="icon.svg"/>
<link rel="stylesheet" href="style.css"/>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="head">
<img src="icon.svg" width="28" height="28" alt=""/>
<p class="brand">%s <span class="version">%s</span></p>
<a class="source" href="/openapi.json">openapi.json</a>
</header>`, p.Title, p.Title, p.Version)
}

// rail lists every operation beside the content.
func (w *writer) rail(sections []section) {
	w.line(`<nav class="rail" aria-label="Operations">
<p><a href="#content">Start here</a></p>`)
	for _, s := range sections {
		w.line(`<p class="group"><a href="#%s">%s</a>%s</p>`, s.Anchor, s.Name, when(s.Sandbox, sandboxChip))
		w.line(`<ul>`)
		for _, o := range s.Operations {
			w.line(`<li><a href="#%s">%s <span class="label">%s</span></a></li>`, o.ID, method(o.Method), o.Summary)
		}
		w.line(`</ul>`)
	}
	w.line(`</nav>`)
}

// tags lists the sections only, where a screen has no room for the rail.
func (w *writer) tags(sections []section) {
	w.line(`<nav class="tags" aria-label="Sections">
<ul>`)
	for _, s := range sections {
		w.line(`<li><a href="#%s">%s</a></li>`, s.Anchor, s.Name)
	}
	w.line(`</ul>
</nav>`)
}

// intro is what a reader should know before the first operation.
func (w *writer) intro(p *page) {
	w.line(`<section class="intro">
<h1>%s</h1>`, p.Title)
	w.prose(p.Description, 2)
	w.line(`<h2 id="first-call">First call</h2>
<p>The commands on this page expect three values in the shell. <code>kefu dev</code> prints the address, the appid and the secret of its demo official account.</p>
<pre><code>KEFU=http://127.0.0.1:8080
APPID=…
SECRET=…
TOKEN=$(curl -s "$KEFU/cgi-bin/token?grant_type=client_credential&amp;appid=$APPID&amp;secret=$SECRET" |
  sed 's/.*"access_token":"//; s/".*//')
curl "$KEFU/cgi-bin/customservice/getkflist?access_token=$TOKEN"</code></pre>
<h2 id="general-errcodes">General errcodes</h2>
<p>Many operations can answer these. Each operation lists which, and beside them its own.</p>
`)
	w.errcodes(p.General)
	w.line(`<h2 id="common-answers">Common answers</h2>
<p>Bodies that many operations answer. The operations only name them.</p>`)
	for i := range p.Common {
		shape := &p.Common[i]
		w.line(`<h3 id="%s">%s</h3>`, shapeAnchor(shape.Name), shape.Name)
		w.prose(shape.Description, 4)
		w.line(``)
		w.fields(shape)
	}
	w.line(`</section>`)
}

// sandboxChip stands behind what a production server does not have.
const sandboxChip markup = ` <span class="chip">only in kefu dev</span>`

// method is the method of an operation, in a colour of its own.
func method(name string) markup {
	return format(`<span class="m %s">%s</span>`, strings.ToLower(name), name)
}

// need stands behind the name of what must be there.
func need(required bool) markup { return when(required, ` <span class="need">required</span>`) }

// rule stands behind a description and says what a value must be.
func rule(constraints []string) markup {
	return when(len(constraints) > 0, format(` <span class="rule">%s</span>`, inline(strings.Join(constraints, "; "))))
}
