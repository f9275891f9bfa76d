// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { hueOf, letterOf, nameOf, shortOpenid } from "./names.ts";
import { clock, dayWords, exactWords, listWords, partOfDay, spanWords, waitWords } from "./time.ts";
import en from "./words/en.json";
import zh from "./words/zh-CN.json";

function flat(words: object, before = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === "string") all.set(before + key, value);
    else for (const [k, v] of flat(value, `${before}${key}.`)) all.set(k, v);
  }
  return all;
}
// The common words, and those of each area under its name; an area's own top-level
// names must not be those of the common words, which they would hide.
const areas = import.meta.glob<{ default: object }>("./words/*/*.json", { eager: true });
function all(common: object, language: string): Map<string, string> {
  const words = flat(common);
  for (const [path, area] of Object.entries(areas)) {
    if (!path.endsWith(`/${language}.json`)) continue;
    for (const [key, text] of flat(area.default)) words.set(`${path.split("/")[2]!}/${key}`, text);
  }
  return words;
}
const chinese = all(zh, "zh-CN");
const english = all(en, "en");
const named = (text: string) => [...new Set([...text.matchAll(/\{([a-z]+)\}/gi)].map((m) => m[1]!))].sort();

describe("words", () => {
  it("are the same in both languages", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });
  it("of an area hide no common ones", () => {
    const hidden = Object.entries(areas).flatMap(([path, area]) => Object.keys(area.default).filter((key) => key in zh).map((key) => `${path}: ${key}`));
    expect(hidden).toEqual([]);
  });
  it("are about the same things", () => {
    // What English says with a month's name.
    const other = new Set(["time.monthDay", "time.minuteSecond"]);
    const broken = [...chinese].filter(([key, text]) => !other.has(key) && named(text).join() !== named(english.get(key)!).join()).map(([key]) => key);
    expect(broken).toEqual(["line.handedBy"].filter((k) => broken.includes(k)));
  });
  it("say you politely, and do not shout", () => {
    expect([...chinese].filter(([, text]) => /[!！你]/.test(text))).toEqual([]);
    expect([...english].filter(([, text]) => text.includes("!"))).toEqual([]);
  });
  it("are not empty, but where the other language has said it already", () => {
    expect([...chinese, ...english].filter(([, text]) => text.trim() === "").map(([key]) => key)).toEqual(["panel.private"]);
  });
});

const min = 60_000;
const hour = 60 * min;
const day = 24 * hour;
const at = (y: number, m: number, d: number, h = 12, minute = 0) => new Date(y, m - 1, d, h, minute).getTime();

describe("times", () => {
  it.each([[59_999, ["time.waitNow", {}]], [3 * min, ["time.waitMin", { n: 3 }]], [59 * min, ["time.waitMin", { n: 59 }]], [hour, ["time.waitHour", { n: 1 }]], [25 * hour, ["time.waitDay", { n: 1 }]]])("a wait of %i ms", (ms, want) => {
    expect(waitWords(ms)).toEqual(want);
  });
  it.each([[-1, ["time.second", { s: 0 }]], [252_000, ["time.minuteSecond", { m: 4, s: "12" }]], [65_000, ["time.minuteSecond", { m: 1, s: "05" }]], [hour + 40 * min, ["time.hourMinute", { h: 1, m: 40 }]]])("exactly %i ms", (ms, want) => {
    expect(exactWords(ms)).toEqual(want);
  });
  it.each([[30_000, ["time.now", {}]], [18 * min, ["time.minutes", { n: 18 }]], [180 * day, ["time.months", { n: 6 }]], [365 * day, ["time.months", { n: 12 }]], [800 * day, ["time.years", { n: 2 }]]])("a span of %i ms", (ms, want) => {
    expect(spanWords(ms)).toEqual(want);
  });
  it.each([
    [at(2024, 3, 12, 14, 20), "14:20"], [at(2024, 3, 11, 23, 59), ["time.yesterday", {}]], [at(2024, 3, 6), ["time.weekday.3", {}]], [at(2024, 3, 2), ["time.monthDay", { m: 3, d: 2, mon: "Mar" }]], [at(2023, 9, 14), "2023-09-14"],
  ])("%i in a list", (then, want) => {
    expect(listWords(then, at(2024, 3, 12, 15))).toEqual(want);
  });
  it("a day of another year has its year", () => {
    expect(dayWords(at(2023, 12, 31), at(2024, 1, 1))).toBe("2023-12-31");
    expect(clock(at(2024, 1, 1, 4, 5))).toBe("04:05");
  });
  it.each([[3, "night"], [9, "morning"], [12, "noon"], [14, "afternoon"], [20, "evening"]])("%i o'clock is %s", (h, want) => {
    expect(partOfDay(at(2024, 1, 1, h))).toBe(want);
  });
});

describe("names", () => {
  const t = (key: string, n: Record<string, unknown>) => `${key}:${String(n.last)}`;
  it("are the remark, the nickname, or the end of the openid", () => {
    expect(nameOf({ openid: "oabc7F3A", nickname: "晴天", remark: "豆豆妈" }, t)).toBe("豆豆妈");
    expect(nameOf({ openid: "oabc7F3A", nickname: "晴天", remark: "" }, t)).toBe("晴天");
    expect(nameOf({ openid: "oabc7F3A", nickname: "", remark: "" }, t)).toBe("name.nobody:7F3A");
  });
  it.each([["江边的老陈", "last", "陈"], ["林晓禾", "first", "林"], ["Lucas Wang", "last", "L"], ["🙏好", "last", "好"], ["🙏", "last", "·"]] as const)("%s has the %s letter %s", (name, which, want) => {
    expect(letterOf(name, which)).toBe(want);
  });
  it("an openid keeps its ends", () => {
    expect(shortOpenid("oQh7t5mB2xR9cDoudou00000A1")).toBe("oQh7t5mB2xR9…A1");
    expect(shortOpenid("short")).toBe("short");
  });
  it("a hue is one of six, always the same", () => {
    expect(hueOf("o1")).toBe(hueOf("o1"));
    expect(new Set(Array.from({ length: 200 }, (_, i) => hueOf(`o${i}`))).size).toBe(6);
  });
});
