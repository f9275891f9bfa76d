/** The codec as the body of a worker: it answers messages from then on. */
declare module "benz-amr-recorder/src/amrnb.js" {
  export default function answerMessages(): void;
}
