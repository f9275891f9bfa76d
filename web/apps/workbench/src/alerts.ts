import { notifies, prefs } from "./prefs.ts";

let audio: AudioContext | null = null;

/** Two short notes, made here: nothing is loaded for them. */
export function chime(kind: "message" | "waiting"): void {
  if (!prefs.sound) return;
  try {
    audio ??= new AudioContext();
    // A page that nobody has touched yet may not sound; it tries again next time.
    if (audio.state === "suspended") void audio.resume();
    const at = audio.currentTime;
    for (const [i, pitch] of (kind === "message" ? [880, 1175] : [659, 659]).entries()) {
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = pitch;
      gain.gain.setValueAtTime(0.0001, at + i * 0.12);
      gain.gain.exponentialRampToValueAtTime(0.12, at + i * 0.12 + 0.01);
      gain.gain.exponentialRampToValueAtTime(0.0001, at + i * 0.12 + 0.18);
      tone.connect(gain).connect(audio.destination);
      tone.start(at + i * 0.12);
      tone.stop(at + i * 0.12 + 0.2);
    }
  } catch {
    // Without sound, then.
  }
}

/** Shows a notification when nobody looks at the page; one a conversation. */
export function notify(title: string, tag: string, opened: () => void): void {
  if (!document.hidden || !notifies()) return;
  const n = new Notification("Kefu", { body: title, tag, silent: true });
  n.onclick = () => {
    window.focus();
    opened();
    n.close();
  };
}

/** The tab tells how much is unread, and of whom last. */
export function titled(unread: number, name: string | null): void {
  const count = unread > 0 ? `(${unread > 99 ? "99+" : unread}) ` : "";
  document.title = `${count}${name === null ? "" : `${name} · `}Kefu`;
}
