package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/openkefu/kefu"
	"github.com/openkefu/kefu/wechat"
)

const (
	// maxRecorded is how much of a body is remembered.
	maxRecorded = 2048
	// shownOfToken is how much of an access token is remembered: enough to tell
	// two apart, far too little to use.
	shownOfToken = 7
	masked       = "xxxx"
)

// secretMembers are the names under which secrets travel.
var secretMembers = []string{"access_token", "secret", "appsecret", "password"}

// record is what is remembered of a refused call, with every secret masked.
func (a *API) record(c *call, code wechat.Errcode, answer []byte, took time.Duration) kefu.Call {
	return kefu.Call{
		RID:      c.rid,
		AppID:    c.owner.AppID,
		At:       c.at,
		Took:     took,
		Path:     ShownPath(c.path),
		Errcode:  int(code),
		Query:    maskQuery(c),
		Request:  maskBody(c),
		Response: cut(string(answer)),
		ClientIP: c.from.String(),
	}
}

// maskValues masks, in any text, the secrets that a call showed in its query,
// and the account's own AppSecret: under a wrong name they are secrets too.
func maskValues(c *call, text string) string {
	for name, values := range c.query() {
		for _, value := range values {
			if isSecret(name) && value != "" {
				text = strings.ReplaceAll(text, value, masked)
			}
		}
	}
	return words.ReplaceAllStringFunc(text, func(word string) string {
		if kefu.ValidateSecret(word) == nil && c.owner.Secret.Is(word) {
			return masked
		}
		return word
	})
}

// words are the runs of what an AppSecret is made of.
var words = regexp.MustCompile(`[0-9A-Za-z]+`)

func isSecret(name string) bool {
	return slices.Contains(secretMembers, strings.ToLower(name))
}

func maskQuery(c *call) string {
	shown := make(url.Values, len(c.query()))
	for name, values := range c.query() {
		for _, value := range values {
			switch {
			case name == "access_token" && len(value) > 2*shownOfToken:
				value = value[:shownOfToken] + masked
			case isSecret(name):
				value = masked
			default:
				value = maskValues(c, value)
			}
			shown.Add(name, value)
		}
	}
	return cut(shown.Encode())
}

// maskBody remembers a JSON object with its secret members masked. Of anything
// else only the size is remembered, because nobody can tell where in it a secret
// is; a body that merely does not parse keeps its beginning if it cannot hold
// the name of a secret.
func maskBody(c *call) string {
	body := c.body
	if len(body) == 0 {
		return ""
	}
	text := string(body)
	var object map[string]any
	if json.Unmarshal(body, &object) == nil {
		if mask(object) {
			if encoded, err := wechat.Marshal(object); err == nil {
				text = string(encoded)
			}
		}
	} else if mayNameSecret(text) {
		return fmt.Sprintf("(%d bytes that are not JSON)", len(body))
	}
	return cut(maskValues(c, text))
}

// mayNameSecret tells whether the name of a secret may be in a text of unknown
// form: as it is, or hidden by an escape of JSON or of a form.
func mayNameSecret(text string) bool {
	if !utf8.ValidString(text) || strings.Contains(text, `\u`) || strings.Contains(text, "%") {
		return true
	}
	lower := strings.ToLower(text)
	return slices.ContainsFunc(secretMembers, func(name string) bool { return strings.Contains(lower, name) })
}

// mask masks the secret members of a JSON value, however deep they are.
func mask(value any) (changed bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if isSecret(name) {
				value[name], changed = masked, true
			} else {
				changed = mask(member) || changed
			}
		}
	case []any:
		for _, element := range value {
			changed = mask(element) || changed
		}
	}
	return changed
}

// maxShownPath bounds a path in logs and records. Ours are shorter; a stranger's
// may be as long as a request's headers.
const maxShownPath = 200

// ShownPath is a path as logs and records show it.
func ShownPath(path string) string {
	if len(path) <= maxShownPath {
		return path
	}
	return strings.ToValidUTF8(path[:maxShownPath], "") + "…"
}

// cut shortens a text to what is remembered, at a character's end, and without
// NUL, which PostgreSQL cannot keep in a text.
func cut(text string) string {
	text = strings.ReplaceAll(text, "\x00", "\uFFFD")
	if len(text) <= maxRecorded {
		return text
	}
	text = text[:maxRecorded]
	for !utf8.ValidString(text) && text != "" {
		text = text[:len(text)-1]
	}
	return text + "…"
}
