// What an agent's screen knows, and how events change it.
export * from "./api.ts";
export * from "./apply.ts";
export * from "./drafts.ts";
export * from "./lists.ts";
export * from "./outbox.ts";
export * from "./shelf.ts";
export * from "./state.ts";
export * from "./store.ts";
export * from "./timeline.ts";
