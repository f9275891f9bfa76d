// Addresses come from strangers. What is not surely harmless is not used.

/** An address on the web, or null: nothing but http and https, and a host. */
export function webAddress(text: string | undefined): string | null {
  if (text === undefined || text.length > 4096) return null;
  try {
    const url = new URL(text.trim());
    if (url.protocol !== "http:" && url.protocol !== "https:") return null;
    // A name before the host is there to deceive: https://bank.example@evil.example
    if (url.username !== "" || url.password !== "" || url.hostname === "") return null;
    return url.href;
  } catch {
    return null;
  }
}

/** A path of the house itself, or null. Pictures from elsewhere would tell who looks. */
export function ownPath(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  if (/^\/(?![/\\])/.test(text) && !text.includes("\\")) return text;
  const url = webAddress(text);
  return url !== null && new URL(url).origin === location.origin ? url : null;
}
