// Recording a voice. The house takes what WeChat takes, AMR, MP3 and Speex; few browsers
// can record that, and those that cannot say so.

/** What the house takes, as recorders call it. */
const forms = [
  { type: "audio/amr", ending: "amr" },
  { type: "audio/mpeg", ending: "mp3" },
  { type: "audio/mp3", ending: "mp3" },
] as const;

/** WeChat's longest. */
export const longestVoice = 60_000;
/** A tap is no voice. */
export const shortestVoice = 600;

/** The form in which this browser can record for the house, or null. */
export function recordable(): (typeof forms)[number] | null {
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices) return null;
  return forms.find((f) => MediaRecorder.isTypeSupported(f.type)) ?? null;
}

/** Records until stop is called; answers the file, or null when it was nothing. */
export async function record(): Promise<{ stop(keep: boolean): Promise<File | null> }> {
  const form = recordable();
  if (!form) throw new Error("this browser records nothing that the house takes");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { mimeType: form.type });
  const parts: Blob[] = [];
  const began = Date.now();
  recorder.ondataavailable = (e) => void parts.push(e.data);
  const over = new Promise<void>((go) => (recorder.onstop = () => go()));
  recorder.start();
  const timer = setTimeout(() => recorder.state === "recording" && recorder.stop(), longestVoice);
  return {
    async stop(keep) {
      clearTimeout(timer);
      const long = Date.now() - began >= shortestVoice;
      if (recorder.state === "recording") recorder.stop();
      await over;
      for (const track of stream.getTracks()) track.stop();
      return keep && long ? new File(parts, `voice.${form.ending}`, { type: form.type }) : null;
    },
  };
}
