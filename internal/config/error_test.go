package config_test

import (
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	const secret = "5ecret5ecret"
	long := strings.Repeat("a = b\n", 20_000)
	for _, row := range []struct {
		name  string
		given given
		want  string
	}{
		{"flag", given{flags: map[string]string{"addr": "nonsense"}},
			`setting addr from flag --addr: "nonsense" must be host:port with a port of 0 to 65535, such as 127.0.0.1:8080 or :8080`},
		{"environment", given{env: map[string]string{"KEFU_ADDR": "127.0.0.1:65536"}},
			`setting addr from environment KEFU_ADDR: "127.0.0.1:65536" must be host:port with a port of 0 to 65535, such as 127.0.0.1:8080 or :8080`},
		{"file", given{file: "# x\n\naddr = 127.0.0.1:http"},
			`setting addr from file FILE line 3: "127.0.0.1:http" must be host:port with a port of 0 to 65535, such as 127.0.0.1:8080 or :8080`},
		{"unknown name in file", given{file: "\nadr = :80"},
			`file FILE line 2: unknown setting "adr"; the names are those of the flags, without the dashes in front: see kefu help settings`},
		{"twice in file", given{file: "addr = :80\nlog-level = info\naddr = :81"},
			`file FILE line 3: setting addr stands in line 1 already`},
		{"no equals sign in file", given{file: "secret " + secret},
			`file FILE line 1: the line must have the form name = value, or begin with # to be a comment`},
		{"quotes in file", given{file: `data = "/srv/kefu"`},
			`file FILE line 1: setting data: write the value without quotes`},
		{"file in file", given{file: "config = other"},
			`file FILE line 1: a settings file cannot name another one`},
		{"not text in file", given{file: "data = \xff\xfe"},
			`file FILE line 1: the line is not UTF-8 text`},
		{"file too large", given{file: long},
			`setting config from flag --config: the file FILE cannot be read: it is too large for a settings file`},
		{"file missing", given{env: map[string]string{"KEFU_CONFIG": "/no/such/file"}},
			`setting config from environment KEFU_CONFIG: the file /no/such/file cannot be read: no such file or directory`},
		{"file is a folder", given{flags: map[string]string{"config": "."}},
			`setting config from flag --config: the file . cannot be read: it is not a regular file`},
		{"data empty", given{flags: map[string]string{"data": ""}},
			`setting data from flag --data: must be the path of a folder`},
		{"database-url of another database", given{env: map[string]string{"KEFU_DATABASE_URL": "mysql://u:" + secret + "@h/d"}},
			`setting database-url from environment KEFU_DATABASE_URL: must be postgres://user:password@host:port/database or postgresql://…, or empty for SQLite`},
		{"database-url broken", given{env: map[string]string{"KEFU_DATABASE_URL": "postgres://u:" + secret + "\n@h/d"}},
			`setting database-url from environment KEFU_DATABASE_URL: must be postgres://user:password@host:port/database or postgresql://…, or empty for SQLite`},
		{"media-url of a page", given{env: map[string]string{"KEFU_MEDIA_URL": "https://u:" + secret + "@h/d"}},
			`setting media-url from environment KEFU_MEDIA_URL: must be s3://KEY:SECRET@host:port/bucket, or empty for a folder`},
		{"media-url without a bucket", given{env: map[string]string{"KEFU_MEDIA_URL": "s3://u:" + secret + "@h/"}},
			`setting media-url from environment KEFU_MEDIA_URL: must be s3://KEY:SECRET@host:port/bucket, or empty for a folder`},
		{"public-url without scheme", given{flags: map[string]string{"public-url": "kefu.example.com"}},
			`setting public-url from flag --public-url: must be an http or https URL, such as https://kefu.example.com`},
		{"public-url with password", given{flags: map[string]string{"public-url": "https://u:" + secret + "@kefu.example.com"}},
			`setting public-url from flag --public-url: must not carry a user name or password`},
		{"public-url with query", given{flags: map[string]string{"public-url": "https://kefu.example.com/?a=b"}},
			`setting public-url from flag --public-url: must not have a query or a fragment`},
		{"log-format", given{flags: map[string]string{"log-format": "xml"}},
			`setting log-format from flag --log-format: "xml" must be text or json`},
		{"log-level", given{flags: map[string]string{"log-level": "loud"}},
			`setting log-level from flag --log-level: "loud" must be debug, info, warn or error`},
		{"trusted-proxies", given{flags: map[string]string{"trusted-proxies": "10.0.0.0/8, proxy"}},
			`setting trusted-proxies from flag --trusted-proxies: "proxy" must be an IP address or a CIDR, such as 192.0.2.7 or 10.0.0.0/8`},
		{"trusted-proxies, mask too long", given{flags: map[string]string{"trusted-proxies": "10.0.0.0/33"}},
			`setting trusted-proxies from flag --trusted-proxies: "10.0.0.0/33" must be an IP address or a CIDR, such as 192.0.2.7 or 10.0.0.0/8`},
		{"trusted-proxies, too many", given{flags: map[string]string{"trusted-proxies": strings.Repeat("10.0.0.1,", 256) + "10.0.0.1"}},
			`setting trusted-proxies from flag --trusted-proxies: must have at most 256 addresses`},
		{"phone-frames, a path", given{flags: map[string]string{"phone-frames": "https://shop.example.com, https://shop.example.com/help"}},
			`setting phone-frames from flag --phone-frames: "https://shop.example.com/help" must be an origin: http:// or https://, a host name or IPv4 address, and nothing behind it but a port, such as https://shop.example.com`},
		{"phone-frames, more than a host", given{flags: map[string]string{"phone-frames": "https://shop.example.com;script-src"}},
			`setting phone-frames from flag --phone-frames: "https://shop.example.com;script-src" must be an origin: http:// or https://, a host name or IPv4 address, and nothing behind it but a port, such as https://shop.example.com`},
		{"phone-frames, everybody", given{env: map[string]string{"KEFU_PHONE_FRAMES": "https://*"}},
			`setting phone-frames from environment KEFU_PHONE_FRAMES: "https://*" must be an origin: http:// or https://, a host name or IPv4 address, and nothing behind it but a port, such as https://shop.example.com`},
		{"phone-frames, too many", given{flags: map[string]string{"phone-frames": strings.Repeat("https://a.example,", 32) + "https://b.example"}},
			`setting phone-frames from flag --phone-frames: must have at most 32 origins`},
		{"require-https", given{env: map[string]string{"KEFU_REQUIRE_HTTPS": "yes"}},
			`setting require-https from environment KEFU_REQUIRE_HTTPS: "yes" must be true or false`},
		{"callback-source-ips", given{flags: map[string]string{"callback-source-ips": "fe80::1%eth0"}},
			`setting callback-source-ips from flag --callback-source-ips: "fe80::1%eth0" must be an IP address or a CIDR, such as 192.0.2.7 or 10.0.0.0/8`},
		{"appid", given{flags: map[string]string{"appid": "wx1"}},
			`setting appid from flag --appid: "wx1" must be wx and 16 letters or digits`},
		{"secret", given{flags: map[string]string{"secret": secret}},
			`setting secret from flag --secret: the secret must be 32 letters or digits`},
		{"secret empty", given{flags: map[string]string{"secret": ""}},
			`setting secret from flag --secret: the secret must be 32 letters or digits`},
		{"wechat-id", given{flags: map[string]string{"wechat-id": "demo shop"}},
			`setting wechat-id from flag --wechat-id: "demo shop" must be 1 to 30 letters, digits, _ or -`},
		{"original-id", given{flags: map[string]string{"original-id": "gh_1"}},
			`setting original-id from flag --original-id: "gh_1" must be gh_ and 12 letters or digits`},
		{"callback-url", given{flags: map[string]string{"callback-url": "ftp://h/" + secret, "callback-token": "token"}},
			`setting callback-url from flag --callback-url: the callback URL must be an http or https URL`},
		{"callback-url without token", given{flags: map[string]string{"callback-url": "http://h/" + secret}},
			`setting callback-url from flag --callback-url: a callback URL needs callback-token as well`},
		{"callback-token", given{flags: map[string]string{"callback-token": secret + "!"}},
			`setting callback-token from flag --callback-token: the callback token must be 3 to 32 letters or digits`},
		{"encoding-aes-key", given{flags: map[string]string{"encoding-aes-key": secret}},
			`setting encoding-aes-key from flag --encoding-aes-key: the EncodingAESKey must be 43 letters or digits`},
		{"callback-mode", given{flags: map[string]string{"callback-mode": "secret"}},
			`setting callback-mode from flag --callback-mode: "secret" must be plain, compatible or safe`},
		{"callback-mode without key", given{
			flags: map[string]string{"callback-url": "http://h/", "callback-token": "token"}, file: "callback-mode = safe"},
			`setting callback-mode from file FILE line 1: the mode safe needs encoding-aes-key as well`},
		{"kf-id", given{flags: map[string]string{"kf-id": "int"}},
			`setting kf-id from flag --kf-id: "int" must be string or number`},
		{"demo-agents", given{flags: map[string]string{"demo-agents": "2"}},
			`setting demo-agents from flag --demo-agents: "2" must be true or false`},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := row.given.read(t, forDev)
			if err == nil {
				t.Fatalf("got no error, want %q", row.want)
			}
			if err.Error() != row.want {
				t.Errorf("got  %s\nwant %s", err, row.want)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error repeats a secret: %s", err)
			}
		})
	}
}
