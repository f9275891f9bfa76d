import type { OfficialAccountForm, OfficialAccountNow } from "@kefu/wire";

/** What the house would say of a form, by field: the key of the words. */
export function wrongOf(f: OfficialAccountForm): Partial<Record<"name" | "wechat" | "original" | "url" | "token" | "key", string>> {
  const wrong: ReturnType<typeof wrongOf> = {};
  const c = f.callback;
  if ([...f.name].length > 64) wrong.name = "name";
  if (!/^[-_0-9A-Za-z]{1,30}$/.test(f.wechat_id)) wrong.wechat = "wechat";
  if (!/^gh_[0-9A-Za-z]{12}$/.test(f.original_id)) wrong.original = "original";
  if (c.url.trim() !== "" && !webUrl(c.url)) wrong.url = "url";
  if (c.token !== "" && !/^[0-9A-Za-z]{3,32}$/.test(c.token)) wrong.token = "token";
  else if (c.url.trim() !== "" && c.token === "") wrong.token = "tokenNeeded";
  if (c.encoding_aes_key !== "" && !/^[0-9A-Za-z]{43}$/.test(c.encoding_aes_key)) wrong.key = "key";
  else if (c.url.trim() !== "" && c.mode !== "plain" && c.encoding_aes_key === "") wrong.key = "keyNeeded";
  return wrong;
}

function webUrl(text: string): boolean {
  try {
    const url = new URL(text.trim());
    return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.hash === "" && !text.includes("#");
  } catch {
    return false;
  }
}

/** The part of an account that can be set. */
export function formOf(a: OfficialAccountNow): OfficialAccountForm {
  const { name, wechat_id, original_id, kf_id_form, callback, standing, allowed_addresses } = a;
  return structuredClone({ name, wechat_id, original_id, kf_id_form, callback, standing, allowed_addresses });
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** So many letters and digits that nobody can guess. */
export function random(length: number): string {
  let text = "";
  while (text.length < length) {
    // What is left over of 256 would make the first letters likelier.
    for (const n of crypto.getRandomValues(new Uint8Array(length))) if (n < 248 && text.length < length) text += letters[n % 62];
  }
  return text;
}
