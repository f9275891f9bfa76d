// The JSON that pages and the house speak. Nothing here runs: these are the shapes
// of internal/signin, internal/workbench, internal/phone and internal/realtime.
export * from "./admin/house.ts";
export * from "./admin/watch.ts";
export * from "./message.ts";
export * from "./people.ts";
export * from "./phone.ts";
export * from "./refusal.ts";
export * from "./sandbox.ts";
export * from "./socket.ts";
export * from "./workbench.ts";
export * from "./admin/work.ts";
