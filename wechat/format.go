package wechat

// Format is how the bodies of pushes and passive replies are written. An
// official account uses XML; mini programs choose. The choice is part of the
// callback's settings, and both directions keep to it.
type Format uint8

// The two formats.
const (
	FormatXML Format = iota
	FormatJSON
)

// ContentType is the Content-Type of a push. Receivers choose their parser by
// it; that of a reply says nothing, since developers' servers send any.
func (f Format) ContentType() string {
	if f == FormatJSON {
		return "application/json"
	}
	return "text/xml"
}

// String is "XML" or "JSON".
func (f Format) String() string {
	if f == FormatJSON {
		return "JSON"
	}
	return "XML"
}
