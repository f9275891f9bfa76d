import { inject, type InjectionKey } from "vue";

/** How bubbles find the bytes of media: its path in the house. */
export interface MediaSource {
  url(mediaId: string): string;
  /** The file of a message that is not sent yet. */
  local(clientId: string): File | undefined;
  /** Shows a picture or a video large. */
  view(key: string): void;
  /** Voices that were played are remembered. */
  played(mediaId: string): boolean;
  play(mediaId: string): void;
}

export const mediaSource: InjectionKey<MediaSource> = Symbol("media");

export function useMedia(): MediaSource {
  const source = inject(mediaSource);
  if (!source) throw new Error("bubbles stand in a page that provides mediaSource");
  return source;
}
