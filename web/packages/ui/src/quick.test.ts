import type { QuickReply } from "@kefu/wire";
import { describe, expect, it } from "vitest";
import { filled, initials, matches, slashed } from "./quick.ts";

const reply = (id: number, code: string, title: string, text: string, used = 0): QuickReply => ({ id, code, title, text, shared: true, used });
const all = [reply(1, "wl1", "物流预计送达", "今天发出", 9), reply(2, "cd", "查物流单号", "单号是", 3), reply(3, "hi", "问候", "您好，物流请看这里")];

it.each([["物流单号", "wldh"], ["查询", "cx"], ["您好 Kefu 2", "nhkefu2"], ["请稍等", "qsd"], ["阿", "a"], ["日他是", "rts"], ["", ""]])("%s begins with %s", (text, want) => {
  expect(initials(text)).toBe(want);
});

describe("matches", () => {
  it.each<[string, number[]]>([["", [1, 2, 3]], ["wl1", [1]], ["物流", [1, 2, 3]], ["WLDH", [2]], ["wenhou", []], ["wh", [3]], ["您好", [3]], ["zzz", []]])("%s", (words, want) => {
    expect(matches(all, words).map((m) => m.reply.id)).toEqual(want);
  });
  it("say where the words stand in the title", () => {
    expect(matches(all, "物流").map((m) => m.at)).toEqual([0, 1, -1]);
  });
});

it("fills variables in, those that are known", () => {
  const vars = [{ name: "{客户称呼}", value: "豆豆妈" }, { name: "{公众号}", value: "" }];
  expect(filled("好的，{客户称呼}，{单号}{公众号}{客户称呼}", vars)).toEqual([
    { text: "好的，", from: null }, { text: "豆豆妈", from: "{客户称呼}" }, { text: "，{单号}{公众号}", from: null }, { text: "豆豆妈", from: "{客户称呼}" },
  ]);
  // What stands for a variable is not read again.
  expect(filled("{客户称呼}", [{ name: "{客户称呼}", value: "{客户称呼}" }])).toHaveLength(1);
});

it.each<[string, number, ReturnType<typeof slashed>]>([["/wl", 3, { words: "wl", from: 0 }], ["a\n/wl", 5, { words: "wl", from: 2 }], ["a /wl", 5, null], ["/wl x", 5, null], ["/", 1, { words: "", from: 0 }], ["", 0, null]])(
  "%j asks for quick replies or not", (text, caret, want) => {
    expect(slashed(text, caret)).toEqual(want);
  },
);
