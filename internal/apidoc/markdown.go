package apidoc

import (
	"html"
	"strings"
)

// markdown renders the little Markdown that the document is written in:
// paragraphs, "## " headings, "- " lists, tables, **strong** and `code`.
// Everything else is text. A heading becomes one of the given level (2 to 6), so that the
// order of headings on the page stays whole.
func markdown(text string, headingLevel int) markup {
	var out strings.Builder
	tag := "h" + string(rune('0'+headingLevel))
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		heading, isHeading := strings.CutPrefix(block, "## ")
		switch {
		case block == "":
		case isHeading:
			out.WriteString("<" + tag + ">" + string(inline(heading)) + "</" + tag + ">\n")
		case strings.HasPrefix(block, "- "):
			out.WriteString("<ul>\n")
			for item := range strings.SplitSeq(block, "\n") {
				out.WriteString("<li>" + string(inline(strings.TrimPrefix(item, "- "))) + "</li>\n")
			}
			out.WriteString("</ul>\n")
		case strings.HasPrefix(block, "| "):
			out.WriteString(string(table(strings.Split(block, "\n"))))
		default:
			out.WriteString("<p>" + string(inline(block)) + "</p>\n")
		}
	}
	return markup(out.String()) // every piece of text went through inline
}

// table renders the lines of a table: its head, a line of dashes, and its rows, of
// which the first cell names the row.
func table(lines []string) markup {
	var out strings.Builder
	out.WriteString("<div class=\"frame\">\n<table class=\"prose\">\n<thead><tr>")
	for _, cell := range cells(lines[0]) {
		out.WriteString("<th scope=\"col\">" + string(inline(cell)) + "</th>")
	}
	out.WriteString("</tr></thead>\n<tbody>\n")
	for _, line := range lines[min(2, len(lines)):] {
		out.WriteString("<tr>")
		for i, cell := range cells(line) {
			if i == 0 {
				out.WriteString("<th scope=\"row\">" + string(inline(cell)) + "</th>")
			} else {
				out.WriteString("<td>" + string(inline(cell)) + "</td>")
			}
		}
		out.WriteString("</tr>\n")
	}
	out.WriteString("</tbody>\n</table>\n</div>\n")
	return markup(out.String())
}

// cells are the texts between the bars of a line.
func cells(line string) []string {
	line = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "|"), "|")
	texts := strings.Split(line, "|")
	for i := range texts {
		texts[i] = strings.TrimSpace(texts[i])
	}
	return texts
}

// inline renders a line. Code is looked for first, so that asterisks within it
// stay asterisks.
func inline(text string) markup {
	var out strings.Builder
	for i, piece := range strings.Split(text, "`") {
		if i%2 == 1 {
			out.WriteString("<code>" + html.EscapeString(piece) + "</code>")
			continue
		}
		for j, part := range strings.Split(piece, "**") {
			if part = html.EscapeString(part); j%2 == 1 {
				part = "<strong>" + part + "</strong>"
			}
			out.WriteString(part)
		}
	}
	return markup(out.String())
}
