// The menu of the official account. Kefu keeps none of an account's menus, so there is
// one in the sandbox only, of the tea shop of its demo.

export interface MenuEntry {
  /** The name of its words under phone.menu. */
  words: string;
  /** What the click event carries. */
  key?: string;
  list?: { words: string; key: string }[];
}

export const demoMenu: readonly MenuEntry[] = [
  { words: "tea", list: [{ words: "green", key: "TEA_GREEN" }, { words: "white", key: "TEA_WHITE" }, { words: "gift", key: "TEA_GIFT" }] },
  { words: "orders", list: [{ words: "parcel", key: "ORDER_PARCEL" }, { words: "invoice", key: "ORDER_INVOICE" }] },
  { words: "service", key: "SERVICE" },
];
