package apidoc

import (
	"regexp"
	"strings"
)

// maxCurlWidth is where a curl line is broken: what fits into the page's code
// block on a common screen without scrolling.
const maxCurlWidth = 76

// Curl is a command that makes the call, ready for a shell in which KEFU is the
// address of the server, APPID and SECRET are those of an official account, and
// TOKEN is an access token.
func (o *Operation) Curl() string {
	command, body := "curl", o.curlBody()
	switch {
	case o.Method == "POST" && body == "": // with a body, curl posts by itself
		command += " -X POST"
	case o.Method != "GET" && o.Method != "POST":
		command += " -X " + o.Method
	case o.Tag == "Pictures":
		command += " -o picture"
	}
	command += ` "` + o.curlTarget() + `"`
	switch {
	case body == "":
		return command
	case len(command)+1+len(body) <= maxCurlWidth:
		return command + " " + body
	}
	return command + " \\\n  " + body
}

func (o *Operation) curlTarget() string {
	path, query := o.Path, []string(nil)
	for _, p := range o.Parameters {
		switch {
		case p.In == "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", p.Example)
		case p.Name == o.TokenParameter:
			query = append(query, p.Name+"=$TOKEN")
		case !p.Required:
		case shellNames[p.Name] != "":
			query = append(query, p.Name+"="+shellNames[p.Name])
		default:
			query = append(query, p.Name+"="+p.Example)
		}
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return "$KEFU" + path
}

// curlBody is the first example of the body as an option of curl, empty when
// there is none. Credentials step out of the quotes to be filled in by the shell.
func (o *Operation) curlBody() string {
	for _, content := range o.Request {
		if content.Type == "multipart/form-data" {
			return "-F media=@alice.png"
		}
		if len(content.Examples) > 0 {
			text := strings.ReplaceAll(string(compact(content.Examples[0].Value)), "'", `'\''`)
			return "-d '" + credentialMember.ReplaceAllStringFunc(text, func(found string) string {
				name := credentialMember.FindStringSubmatch(found)[1]
				return `"` + name + `":"'` + shellNames[name] + `'"`
			}) + "'"
		}
	}
	return ""
}

// shellNames are the parameters whose sample values would be refused by every
// server but the one in the example.
var shellNames = map[string]string{"appid": "$APPID", "secret": "$SECRET", "appsecret": "$SECRET"}

var credentialMember = regexp.MustCompile(`"(appid|secret|appsecret)":"[^"]*"`)
