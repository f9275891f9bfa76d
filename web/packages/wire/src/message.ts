// One message, in the form of message/custom/send: what it says stands under the name
// of its type.

export interface MenuItem {
  id: string;
  content: string;
}

export interface Article {
  title?: string;
  description?: string;
  url?: string;
  picurl?: string;
}

/** What a message says, by its type. A type that is not here is shown as unknown. */
export interface Said {
  text?: { content: string };
  image?: { media_id: string; pic_url?: string };
  voice?: { media_id: string; format?: string; recognition?: string; seconds?: number };
  video?: { media_id: string; thumb_media_id?: string; title?: string; description?: string };
  shortvideo?: { media_id: string; thumb_media_id?: string };
  /** In degrees; as words where somebody wrote no number. */
  location?: { latitude: number | string; longitude: number | string; scale?: number | string; label?: string };
  link?: { title?: string; description?: string; url?: string; thumb_url?: string };
  music?: { title?: string; description?: string; musicurl?: string; hqmusicurl?: string; thumb_media_id?: string };
  news?: { articles: Article[] };
  mpnews?: { media_id: string };
  mpnewsarticle?: { article_id: string };
  msgmenu?: { head_content?: string; list: MenuItem[]; tail_content?: string };
  miniprogrampage?: { title?: string; appid?: string; pagepath?: string; thumb_media_id?: string };
  wxcard?: { card_id: string };
  notice?: { content: string };
}

export type MsgType = keyof Said | (string & {});

/** What a page sends. */
export interface Outgoing extends Said {
  msgtype: MsgType;
  bizmsgmenuid?: string;
}

export type Delivery = "delivered" | "queued" | "refused";

export interface Message extends Said {
  id: number;
  /** "house" is what the account says by itself, as its settings ask. */
  from: "customer" | "account" | "agent" | "system" | "house";
  kf_account?: string;
  nickname?: string;
  msgtype: MsgType;
  bizmsgmenuid?: string;
  aimsgcontext?: { is_ai_msg: number };
  at: number;
  state: Delivery;
  refused?: string;
  client_id?: string;
}
