// What a developer puts into a program, ready to paste.
import type { RoomAccount } from "@kefu/wire";

/** A secret that is recognised but not read over a shoulder. */
export const shortSecret = (secret: string): string => (secret.length > 16 ? `${secret.slice(0, 8)}…${secret.slice(-4)}` : secret);

/** A value as a shell and an .env file read it. */
const quoted = (text: string): string => (/^[\w.,:/@%+=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The settings, under the names that kefu's own commands read. */
export function envOf(account: RoomAccount, base: string): string {
  const c = account.callback;
  const lines: [string, string | undefined][] = [
    ["KEFU_BASE_URL", base], ["KEFU_APPID", account.appid], ["KEFU_SECRET", account.secret],
    ["KEFU_WECHAT_ID", account.wechat_id],
    ["KEFU_CALLBACK_URL", c.url], ["KEFU_CALLBACK_TOKEN", c.token], ["KEFU_ENCODING_AES_KEY", c.encoding_aes_key],
  ];
  return lines.filter(([, value]) => value).map(([name, value]) => `${name}=${quoted(value!)}\n`).join("");
}

/** A call that works as it is: it fetches its token first. */
export function curlOf(account: RoomAccount, base: string): string {
  return [
    `BASE=${quoted(base)}`,
    `SECRET=${quoted(account.secret ?? "")}`,
    `TOKEN=$(curl -s "$BASE/cgi-bin/token?grant_type=client_credential&appid=${encodeURIComponent(account.appid)}&secret=$SECRET" | cut -d'"' -f4)`,
    `curl -s "$BASE/cgi-bin/customservice/getonlinekflist?access_token=$TOKEN"`,
    "",
  ].join("\n");
}
