import { expect, test } from "vitest";
import { laidOut, pieces, unquoted } from "./body.ts";
import { failureWords } from "./failure.ts";

test("a body is laid out without touching what is quoted in it", () => {
  const body = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Content><![CDATA[a <b>]]></Content><Info><Count>1</Count></Info></xml>";
  expect(laidOut(body).split("\n")).toEqual([
    "<xml>",
    "  <ToUserName><![CDATA[gh_1]]></ToUserName>",
    "  <Content><![CDATA[a <b>]]></Content>",
    "  <Info>",
    "    <Count>1</Count>",
    "  </Info>",
    "</xml>",
  ]);
  expect(unquoted(laidOut(body)).split("\n").slice(1, 3)).toEqual(["  <ToUserName>gh_1</ToUserName>", "  <Content><![CDATA[a <b>]]></Content>"]);
  expect(laidOut("not json {")).toBe("not json {");
  expect(pieces(body).map((p) => p.text).join("")).toBe(body);
  expect(pieces('{"a":1}')).toEqual([{ mark: false, text: "{" }, { mark: true, text: '"a"' }, { mark: false, text: ":1}" }]);
});

test("failures are said in words, and unknown ones as they came", () => {
  expect(failureWords("status 502 Bad Gateway")).toBe("HTTP 502 Bad Gateway");
  expect(failureWords("no answer within 5 s")).toEqual(["pushlog.why.noAnswer", { n: "5" }]);
  expect(failureWords("no connection to dev.example within 5 s")).toEqual(["pushlog.why.noConnection", { host: "dev.example", n: "5" }]);
  expect(failureWords("something new")).toBe("something new");
});
