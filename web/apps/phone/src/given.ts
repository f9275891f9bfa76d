import type { InjectionKey } from "vue";
import type { Phone } from "./phone.ts";

/** The phone that the parts of the page stand on. */
export const phoneOf: InjectionKey<Phone> = Symbol("phone");
