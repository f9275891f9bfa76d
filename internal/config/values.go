package config

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openkefu/kefu"
)

// Every function here reads the value of one kind of setting. Its error says
// what is allowed; it repeats the value only where the value is no secret.

// maxAddresses bounds a list of addresses: more proxies or hosts than any
// installation has, few enough to be gone through on every request.
const maxAddresses = 256

func folder(v string) (string, error) {
	if v == "" || strings.ContainsRune(v, 0) {
		return "", errors.New("must be the path of a folder")
	}
	return v, nil
}

// databaseURL checks only the outside; the driver reads the rest. Neither its
// value nor the error of url.Parse, which repeats it, may be shown: there is a
// password in it.
func databaseURL(v string) (Secret, error) {
	if v == "" {
		return "", nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Opaque != "" {
		return "", errors.New("must be postgres://user:password@host:port/database or postgresql://…, or empty for SQLite")
	}
	return Secret(v), nil
}

// mediaURL checks only the outside, as databaseURL does and for the same reason:
// there is a key in it.
func mediaURL(v string) (Secret, error) {
	if v == "" {
		return "", nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "s3" || u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return "", errors.New("must be s3://KEY:SECRET@host:port/bucket, or empty for a folder")
	}
	return Secret(v), nil
}

func listenAddress(v string) (string, error) {
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", errors.New(strconv.Quote(v) + " must be host:port with a port of 0 to 65535, such as 127.0.0.1:8080 or :8080")
	}
	return v, nil
}

// baseURL drops a trailing slash, so that paths can be appended.
func baseURL(v string) (string, error) {
	if v == "" {
		return "", nil
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return "", errors.New("must be an http or https URL, such as https://kefu.example.com")
	case u.User != nil:
		return "", errors.New("must not carry a user name or password")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", errors.New("must not have a query or a fragment")
	}
	return strings.TrimRight(v, "/"), nil
}

// oneOf accepts one of a few words.
func oneOf[W ~string](v string, allowed ...W) (W, error) {
	words := make([]string, len(allowed))
	for i, w := range allowed {
		if v == string(w) {
			return w, nil
		}
		words[i] = string(w)
	}
	return "", errors.New(strconv.Quote(v) + " must be " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1])
}

func logLevel(v string) (slog.Level, error) {
	switch v {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	}
	return 0, errors.New(strconv.Quote(v) + " must be debug, info, warn or error")
}

func boolean(v string) (bool, error) {
	switch v {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errors.New(strconv.Quote(v) + " must be true or false")
}

// prefixes reads a list of addresses and networks; a single address is a
// network of its own.
func prefixes(v string) ([]netip.Prefix, error) {
	if strings.TrimSpace(v) == "" {
		return nil, nil
	}
	parts := strings.Split(v, ",")
	if len(parts) > maxAddresses {
		return nil, errors.New("must have at most " + strconv.Itoa(maxAddresses) + " addresses")
	}
	list := make([]netip.Prefix, 0, len(parts))
	for _, part := range parts {
		p, err := ParsePrefix(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// ParsePrefix reads an IP address or a CIDR. IPv4 in IPv6 clothes becomes plain
// IPv4, because that is what addresses of callers are compared as.
func ParsePrefix(v string) (netip.Prefix, error) {
	refused := errors.New(strconv.Quote(v) + " must be an IP address or a CIDR, such as 192.0.2.7 or 10.0.0.0/8")
	addr, bitsText, isNetwork := strings.Cut(v, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, refused
	}
	bits := a.BitLen()
	if isNetwork {
		p, err := netip.ParsePrefix(a.String() + "/" + bitsText)
		if err != nil {
			return netip.Prefix{}, refused
		}
		bits = p.Bits()
	}
	if a.Is4In6() {
		// Below /96 the network would hold more than IPv4.
		if bits -= 96; bits < 0 {
			return netip.Prefix{}, refused
		}
		a = a.Unmap()
	}
	return netip.PrefixFrom(a, bits).Masked(), nil
}

// addressList reads what the API shows as its own addresses: single ones stay
// single.
func addressList(v string) ([]string, error) {
	networks, err := prefixes(v)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, p := range networks {
		if p.IsSingleIP() {
			list = append(list, p.Addr().String())
		} else {
			list = append(list, p.String())
		}
	}
	return list, nil
}

// maxOrigins bounds a list of websites: it goes out with every page, and proxies
// refuse long headers.
const maxOrigins = 32

// origins reads a list of websites in the form in which browsers compare them: what
// stands in an address before its path. They become part of a header, so nothing else
// may be in them.
func origins(v string) ([]string, error) {
	if strings.TrimSpace(v) == "" {
		return nil, nil
	}
	parts := strings.Split(v, ",")
	if len(parts) > maxOrigins {
		return nil, errors.New("must have at most " + strconv.Itoa(maxOrigins) + " origins")
	}
	list := make([]string, 0, len(parts))
	for _, part := range parts {
		o, err := origin(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, o) {
			list = append(list, o)
		}
	}
	return list, nil
}

func origin(v string) (string, error) {
	refused := errors.New(strconv.Quote(v) + " must be an origin: http:// or https://, a host name or IPv4 address, and nothing behind it but a port, such as https://shop.example.com")
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !originHost.MatchString(u.Host) {
		return "", refused
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", refused
		}
	}
	o := u.Scheme + "://" + u.Host
	if rest := strings.TrimPrefix(v, o); rest != "" && rest != "/" {
		return "", refused
	}
	return strings.ToLower(o), nil
}

// originHost is a host that may stand in a policy of a page: no wildcards, and no
// marks that begin something else there.
var originHost = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$`)

func appID(v string) (kefu.AppID, error) {
	if id := kefu.AppID(v); id.Valid() {
		return id, nil
	}
	return "", errors.New(strconv.Quote(v) + " must be wx and 16 letters or digits")
}

func appSecret(v string) (Secret, error) {
	return Secret(v), story(kefu.ValidateSecret(v))
}

func weChatID(v string) (kefu.WeChatID, error) {
	if id := kefu.WeChatID(v); id.ValidForAccount() {
		return id, nil
	}
	return "", errors.New(strconv.Quote(v) + " must be 1 to 30 letters, digits, _ or -")
}

func originalID(v string) (kefu.OriginalID, error) {
	if id := kefu.OriginalID(v); id.Valid() {
		return id, nil
	}
	return "", errors.New(strconv.Quote(v) + " must be gh_ and 12 letters or digits")
}

// callbackURL checks the URL as if its companions were fine; whether they are
// there is seen when all settings are read.
func callbackURL(v string) (string, error) {
	return v, story(kefu.Callback{URL: v, Token: "any"}.Validate())
}

func callbackToken(v string) (Secret, error) {
	return Secret(v), story(kefu.Callback{Token: v}.Validate())
}

func encodingAESKey(v string) (Secret, error) {
	return Secret(v), story(kefu.Callback{EncodingAESKey: v}.Validate())
}

// story leaves out what every refusal of an official account begins with: the
// line names the setting already.
func story(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(strings.TrimPrefix(err.Error(), kefu.OfficialAccountIllegal.Error()+": "))
}
