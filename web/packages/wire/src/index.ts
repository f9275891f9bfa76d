// The JSON that pages and the house speak. Nothing here runs: these are the shapes
// of internal/signin, internal/workbench, internal/phone and internal/realtime.
export * from "./message.ts";
export * from "./people.ts";
export * from "./phone.ts";
export * from "./refusal.ts";
export * from "./socket.ts";
export * from "./workbench.ts";
