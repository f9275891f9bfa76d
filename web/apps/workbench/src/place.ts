import { keep, kept } from "@kefu/desk";
import type { Seat } from "@kefu/wire";

// The address says which official account and which conversation are shown, so that a
// reload and a bookmark come back to them: #/appid/chats/openid

export type View = "chats" | "queue" | "history" | "replies";

export interface Place {
  appid: string;
  view: View;
  openid: string | null;
}

const views: readonly View[] = ["chats", "queue", "history", "replies"];
const key = "kefu.seat";

export function readPlace(hash: string): Place {
  const [appid = "", view = "", openid = ""] = hash.replace(/^#\/?/, "").split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return "";
    }
  });
  return { appid, view: views.includes(view as View) ? (view as View) : "chats", openid: openid === "" ? null : openid };
}

export function writePlace(p: Place): string {
  return `#/${[p.appid, p.view, ...(p.openid === null ? [] : [p.openid])].map(encodeURIComponent).join("/")}`;
}

/** The seat that the address names, or the one of last time, or the only one. */
export function chosenSeat(seats: readonly Seat[]): Seat | null {
  const wanted = readPlace(location.hash).appid || kept<string>(key);
  return seats.find((s) => s.appid === wanted) ?? (seats.length === 1 ? seats[0]! : null);
}

export function rememberSeat(seat: Seat): void {
  keep(key, seat.appid);
}
