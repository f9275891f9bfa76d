// Why an attempt failed, in the words of the page. The house says it in English, for
// logs; what is not known here is shown as it came.

/** A key of the words with what is put into it, or a text as it came. */
export type Why = [key: string, named: Record<string, string>] | string;

const known: [RegExp, string, ...string[]][] = [
  [/^no answer within (\d+) s/, "noAnswer", "n"],
  [/^the answer did not end within (\d+) s/, "noEnd", "n"],
  [/^no connection to (\S+) within (\d+) s/, "noConnection", "host", "n"],
  [/^connection refused/, "refused"],
  [/^the certificate is not accepted/, "certificate"],
  [/^the URL is https, but/, "noTLS"],
  [/^the connection was closed/, "closed"],
  [/^the host (\S+) is not known/, "noHost", "host"],
  [/^the host (\S+) was not looked up/, "noLookup", "host"],
  [/^the address (\S+) is/, "inside", "host"],
  [/^the answer is longer than (\d+)/, "tooLong", "n"],
  [/^the answer is neither empty/, "unreadable"],
  [/^the answer is not encrypted/, "notSealed"],
  [/^the signature of the answer/, "signature"],
  [/^the answer does not open/, "wrongKey"],
  [/^the reply cannot be shown: (.*)/, "notShown", "why"],
];

export function failureWords(failure: string): Why {
  const status = /^status (\d+)(.*)$/s.exec(failure);
  if (status) return `HTTP ${status[1]}${status[2]}`;
  for (const [form, key, ...names] of known) {
    const found = form.exec(failure);
    if (found) return [`pushlog.why.${key}`, Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? ""]))];
  }
  return failure;
}
