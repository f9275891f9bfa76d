// Recording a voice: in whatever form the browser can, then made into AMR, which is what
// voices are in WeChat and what programs behind the house expect.
import { amrRate, encodeAmr } from "@kefu/ui";

/** WeChat's longest, in milliseconds. */
export const longestVoice = 60_000;
/** A tap is no voice. */
export const shortestVoice = 1_000;

/** Browsers let only pages that came over https, or from their own machine, listen. */
export const recordable = () => typeof MediaRecorder !== "undefined" && typeof OfflineAudioContext !== "undefined" && navigator.mediaDevices !== undefined;

export interface Recording {
  /** Ends it; null when it was nothing, or is not to be kept. */
  stop(keep: boolean): Promise<File | null>;
}

/** Records until stop is called, a minute at most, after which full is called. */
export async function record(full: () => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = (e) => void parts.push(e.data);
  const over = new Promise<void>((go) => (recorder.onstop = () => go()));
  recorder.start();
  const began = performance.now();
  const timer = setTimeout(full, longestVoice);
  return {
    async stop(keep) {
      clearTimeout(timer);
      const long = performance.now() - began >= shortestVoice;
      if (recorder.state === "recording") recorder.stop();
      await over;
      for (const track of stream.getTracks()) track.stop();
      if (!keep || !long) return null;
      const amr = await encodeAmr(await samplesOf(new Blob(parts)));
      return new File([amr], "voice.amr", { type: "audio/amr" });
    },
  };
}

/** What was recorded, as one channel of samples for AMR. */
async function samplesOf(recorded: Blob): Promise<Float32Array> {
  const sound = await new OfflineAudioContext(1, 1, amrRate).decodeAudioData(await recorded.arrayBuffer());
  const mixed = sound.getChannelData(0).slice(0, (longestVoice / 1000) * amrRate);
  for (let c = 1; c < sound.numberOfChannels; c++) {
    const more = sound.getChannelData(c);
    for (let i = 0; i < mixed.length; i++) mixed[i] = (mixed[i]! * c + more[i]!) / (c + 1);
  }
  return mixed;
}
