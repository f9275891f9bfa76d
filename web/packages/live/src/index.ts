// Talking to the house: calls that say how they failed, and a socket that comes back
// by itself and misses nothing.
export * from "./backoff.ts";
export * from "./call.ts";
export * from "./line.ts";
