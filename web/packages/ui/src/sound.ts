import { onMounted, onUnmounted, ref, type Ref } from "vue";
import { amrSeconds, isAmr, playable } from "./amr/amr.ts";

export interface Sound {
  playing: Ref<boolean>;
  /** How much was played, from 0 to 1. */
  part: Ref<number>;
  /** How long it is; 0 while nobody knows. */
  seconds: Ref<number>;
  /** It cannot be played here. */
  broken: Ref<boolean>;
  toggle(): void;
}

/** What plays now: one voice at a time can be understood. */
let heard: HTMLAudioElement | null = null;

/**
 * A voice to play, which is made into something else where the browser cannot. How long
 * it is is found out as soon as it stands on the page.
 */
export function useSound(source: string, told = 0): Sound {
  const playing = ref(false);
  const part = ref(0);
  const seconds = ref(told);
  const broken = ref(false);
  let audio: HTMLAudioElement | null = null;
  /** Somebody wants to hear it. */
  let wanted = false;
  /** What the browser does not play as it is, once it was tried. */
  let other: Promise<Uint8Array> | null = null;
  let made = "";

  onMounted(() => {
    const a = new Audio();
    a.preload = "metadata";
    a.onloadedmetadata = () => Number.isFinite(a.duration) && (seconds.value = a.duration);
    a.ontimeupdate = () => (part.value = a.duration > 0 ? a.currentTime / a.duration : 0);
    a.onplay = () => {
      if (heard !== a) heard?.pause();
      heard = a;
      playing.value = true;
    };
    a.onpause = () => (playing.value = false);
    a.onended = () => (part.value = 0);
    a.onerror = () => {
      playing.value = false;
      other ??= fetched(source);
      other.then((bytes) => (seconds.value = amrSeconds(bytes)), () => undefined);
      if (wanted) void playOther(a);
    };
    a.src = source;
    audio = a;
  });
  async function playOther(a: HTMLAudioElement): Promise<void> {
    try {
      if (made !== "") throw new Error("not even what was made of it is played");
      const url = URL.createObjectURL(await playable(await other!));
      if (audio !== a) return URL.revokeObjectURL(url); // the page went on
      a.src = made = url;
      await a.play();
    } catch {
      broken.value = true;
    }
  }
  onUnmounted(() => {
    audio?.pause();
    if (heard === audio) heard = null;
    audio?.removeAttribute("src");
    audio = null;
    if (made !== "") URL.revokeObjectURL(made);
  });
  return {
    playing, part, seconds, broken,
    toggle() {
      if (audio === null) return;
      if (playing.value) return audio.pause();
      wanted = true;
      if (other !== null && made === "") return void playOther(audio);
      // What is wrong with the file is told by its own event.
      audio.play().catch(() => undefined);
    },
  };
}

async function fetched(source: string): Promise<Uint8Array> {
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!isAmr(bytes)) throw new Error("not AMR");
  return bytes;
}
