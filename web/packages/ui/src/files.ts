/** What WeChat takes of a picture or a video: 10 MB. */
export const largestFile = 10 << 20;

/** What may be sent, or the key of the words that say why not. */
export function fit(file: File): { type: "image" | "video" } | { why: string } {
  if (file.type.startsWith("video/")) {
    if (file.type !== "video/mp4") return { why: "error.videoKind" };
    return file.size > largestFile ? { why: "error.videoLarge" } : { type: "video" };
  }
  if (!["image/jpeg", "image/png", "image/gif"].includes(file.type)) return { why: "error.pictureKind" };
  return file.size > largestFile ? { why: "error.pictureLarge" } : { type: "image" };
}
