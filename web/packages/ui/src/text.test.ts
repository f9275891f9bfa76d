// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { ownPath, webAddress } from "./address.ts";
import { pieces, type TextPiece } from "./text.ts";

const words = (w: string): TextPiece => ({ is: "words", words: w });
const link = (w: string, href: string): TextPiece => ({ is: "link", words: w, href });

describe("a text", () => {
  it.each<[string, string, TextPiece[]]>([
    ["words", "hello\nyou", [words("hello\nyou")]],
    ["a link", 'see <a href="https://a.example/x?y=1&amp;z=2">here</a>.', [words("see "), link("here", "https://a.example/x?y=1&z=2"), words(".")]],
    ["single quotes and capitals", "<A HREF='http://a.example/'>x</A>", [link("x", "http://a.example/")]],
    ["a menu link", '<a href="weixin://bizmsgmenu?msgmenucontent=hi&msgmenuid=1">hi</a>', [{ is: "tap", words: "hi" }]],
    ["a mini program", '<a data-miniprogram-appid="wx1" data-miniprogram-path="p" href="https://a.example/">go</a>', [link("go", "https://a.example/")]],
    ["a mini program without an address", '<a data-miniprogram-appid="wx1" data-miniprogram-path="p">go</a>', [{ is: "tap", words: "go" }]],
    ["script in the address", '<a href="javascript:alert(1)">x</a>', [words("x")]],
    ["script behind a space", '<a href=" javascript:alert(1)">x</a>', [words("x")]],
    ["data in the address", '<a href="data:text/html,x">x</a>', [words("x")]],
    ["no quotes", "<a href=https://a.example>x</a>", [words("<a href="), link("https://a.example", "https://a.example/"), words(">x</a>")]],
    ["an image inside", '<a href="https://a.example/"><img src=x onerror=alert(1)></a>', [words('<a href="'), link("https://a.example/", "https://a.example/"), words('"><img src=x onerror=alert(1)></a>')]],
    ["handlers are no attributes of ours", '<a href="https://a.example/" onclick="x()">x</a>', [link("x", "https://a.example/")]],
    ["an address that stands alone", "at https://a.example/o/2031. Yes", [words("at "), link("https://a.example/o/2031", "https://a.example/o/2031"), words(". Yes")]],
    ["an address before Chinese", "看https://a.example/o，谢谢", [words("看"), link("https://a.example/o", "https://a.example/o"), words("，谢谢")]],
    ["a name before the host", "https://bank.example@evil.example/", [link("https://bank.example", "https://bank.example/"), words("@evil.example/")]],
    ["no words", '<a href="https://a.example/"></a>', [link("https://a.example/", "https://a.example/")]],
    ["nothing", "", []],
  ])("with %s", (_, text, want) => {
    expect(pieces(text, true)).toEqual(want);
  });
  it("of a customer has no links in WeChat's form", () => {
    expect(pieces('<a href="https://a.example/">x</a>', false).some((p) => p.is === "link" && p.words === "x")).toBe(false);
  });
  it("loses no word", () => {
    const text = 'a <b> https://x.example <a href="u">v</a> &amp; <script>1</script>';
    expect(pieces(text, false).map((p) => p.words).join("")).toBe(text);
  });
  it("that is very long is looked through in a moment", () => {
    const began = performance.now();
    for (const text of ["<a ".repeat(6600), '<a href="'.repeat(2200), "https://a.".repeat(2000), `<a${' x="y"'.repeat(3300)}`]) pieces(text, true);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

it.each([
  ["https://a.example/x", "https://a.example/x"], ["http://a.example", "http://a.example/"], ["javascript:alert(1)", null], ["JaVaScRiPt:alert(1)", null], ["java\nscript:alert(1)", null],
  ["data:text/html,1", null], ["//a.example", null], ["/own", null], ["ftp://a.example", null], ["https://u:p@a.example/", null], ["", null], [undefined, null], ["vbscript:x", null], ["blob:https://a.example/1", null],
])("the address %s leads to %s", (text, want) => {
  expect(webAddress(text)).toBe(want);
});

it.each([
  ["/mmbiz_png/abc/132", "/mmbiz_png/abc/132"], ["//evil.example/x", null], ["/\\evil.example", null], ["\\\\evil.example", null], ["https://evil.example/x", null], ["javascript:1", null], ["", null], [undefined, null],
])("the picture %s is shown from %s", (text, want) => {
  expect(ownPath(text)).toBe(want);
});
