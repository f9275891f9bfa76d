import type { Message } from "@kefu/wire";
import { pieces } from "./text.ts";

type T = (key: string, named?: Record<string, unknown>) => string;

/** A message in one line. */
export function summary(m: Message, t: T): string {
  const joined = (...parts: (string | undefined)[]) => parts.filter((p) => p !== undefined && p !== "").join(" ");
  switch (m.msgtype) {
    case "text":
      return pieces(m.text?.content ?? "", m.from !== "customer").map((p) => p.words).join("").replace(/\s+/g, " ");
    case "image":
      return t("kind.image");
    case "voice":
      return joined(t("kind.voice"), m.voice?.recognition ?? (m.voice?.seconds ? `${m.voice.seconds}″` : ""));
    case "video":
    case "shortvideo":
      return t("kind.video");
    case "location":
      return joined(t("kind.location"), m.location?.label);
    case "link":
      return joined(t("kind.link"), m.link?.title);
    case "music":
      return joined(t("kind.music"), m.music?.title);
    case "news":
      return joined(t("kind.news"), m.news?.articles[0]?.title);
    case "mpnews":
    case "mpnewsarticle":
      return t("kind.news");
    case "msgmenu":
      return joined(t("kind.menu"), m.msgmenu?.head_content);
    case "miniprogrampage":
      return joined(t("kind.mini"), m.miniprogrampage?.title);
    case "wxcard":
      return t("kind.card");
    case "notice":
      return m.notice?.content ?? "";
    default:
      return t("kind.unknown", { type: m.msgtype });
  }
}
