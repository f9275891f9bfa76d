package apidoc

// section is a tag: what it is about, a list of its operations, and each of them.
func (w *writer) section(s *section) {
	w.line(`<section class="tag" aria-labelledby="%s">`, s.Anchor)
	w.line(`<h2 id="%s">%s%s</h2>`, s.Anchor, s.Name, when(s.Sandbox, sandboxChip))
	w.prose(s.Description, 3)
	w.line(`<ul class="index">`)
	for _, o := range s.Operations {
		w.line(`<li><a href="#%s">%s <code>%s</code></a> <span class="what">%s</span></li>`,
			o.ID, method(o.Method), o.Path, o.Summary)
	}
	w.line(`</ul>`)
	for i := range s.Operations {
		w.line(``)
		w.operation(&s.Operations[i])
	}
	w.line(`</section>`)
}

// operation is all there is to know about one operation.
func (w *writer) operation(o *entry) {
	w.line(`<article class="op" aria-labelledby="%s">`, o.ID)
	w.line(`<h3 id="%s">%s <a class="anchor" href="#%s" aria-label="Link to %s">#</a></h3>`, o.ID, o.Summary, o.ID, o.Summary)
	w.line(`<p class="route">%s <code>%s</code>%s%s</p>`, method(o.Method), o.Path,
		when(o.Sandbox(), sandboxChip), when(o.TokenParameter != "", ` <span class="chip">access token</span>`))
	w.prose(o.Description, 4)
	w.line(`<pre><code>%s</code></pre>`, o.Curl())
	w.parameters(o)
	if len(o.Request) > 0 {
		w.line(`<h4>Request body%s</h4>`, when(!o.RequestRequired, ` <span class="chip">optional</span>`))
		w.contents(o.Request)
	}
	w.line(`<h4>Answers</h4>`)
	for _, answer := range o.Answers {
		w.line(`<p class="status"><strong>%s</strong> %s</p>`, answer.StatusText(), inline(answer.Description))
		w.contents(answer.Content)
	}
	w.refusals(o)
	w.line(`</article>`)
}

// parameters is the table of what goes into the address of a call.
func (w *writer) parameters(o *entry) {
	if len(o.Parameters) == 0 {
		return
	}
	w.line(`<h4>Parameters</h4>
<div class="frame">
<table aria-label="Parameters of %s">
<thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
<tbody>`, o.Summary)
	for _, p := range o.Parameters {
		w.line(`<tr><th scope="row"><code>%s</code>%s</th><td>%s<span class="in">%s</span></td><td>%s%s%s</td></tr>`,
			p.Name, need(p.Required), p.Type, p.In, inline(p.Description), rule(p.Constraints),
			when(p.Example != "", format(` <span class="rule">Example: <code>%s</code></span>`, p.Example)))
	}
	w.line(`</tbody>
</table>
</div>`)
}

// refusals are the errcodes of an operation: a table of its own, and a line that
// names the general ones.
func (w *writer) refusals(o *entry) {
	if len(o.Errcodes) == 0 {
		return
	}
	w.line(`<h4>Errcodes</h4>`)
	begin := markup("The")
	if len(o.Own) > 0 {
		w.errcodes(o.Own)
		begin = "And the"
	}
	if len(o.General) == 0 {
		return
	}
	var codes markup
	for i, code := range o.General {
		codes += when(i > 0, ", ") + format(`<code>%s</code>`, code)
	}
	w.line(`<p class="general">%s <a href="#general-errcodes">general</a> %s.</p>`, begin, codes)
}

// errcodes is a table of errcodes.
func (w *writer) errcodes(codes []Errcode) {
	w.line(`<div class="frame">
<table class="codes" aria-label="Errcodes">
<thead><tr><th scope="col">errcode</th><th scope="col">errmsg begins with</th><th scope="col">When</th></tr></thead>
<tbody>`)
	for _, c := range codes {
		w.line(`<tr><th scope="row"><code>%s</code></th><td><code>%s</code></td><td>%s</td></tr>`, c.Code, c.Text, inline(c.When))
	}
	w.line(`</tbody>
</table>
</div>`)
}
