// Keys of the workbench, by where they are on the keyboard: the letter that Alt makes on
// some keyboards does not matter.

export type Act =
  | "takeNext" | "previous" | "next" | "transfer" | "end" | "search" | "panel" | "help" | "escape" | "panes"
  | "chats" | "queue" | "history" | "retry" | "reply";

export function actOf(e: KeyboardEvent): Act | null {
  if (e.isComposing) return null;
  const target = e.target as HTMLElement | null;
  const typing = target !== null && (target.tagName === "INPUT" || target.tagName === "TEXTAREA" || target.isContentEditable);
  if (e.altKey && !e.ctrlKey && !e.metaKey) {
    switch (e.code) {
      case "KeyA": return "takeNext";
      case "ArrowUp": return "previous";
      case "ArrowDown": return "next";
      case "KeyZ": return "transfer";
      case "KeyQ": return "end";
      case "KeyI": return "panel";
      case "Digit1": return "chats";
      case "Digit2": return "queue";
      case "Digit3": return "history";
    }
    return null;
  }
  if ((e.ctrlKey || e.metaKey) && e.code === "KeyK") return "search";
  if (e.ctrlKey || e.metaKey) return null;
  if (e.key === "F6") return "panes";
  if (e.key === "Escape") return "escape";
  if (typing) return null;
  if (e.key === "?") return "help";
  if (e.key === "/") return "reply";
  if (e.code === "KeyR") return "retry";
  return null;
}
