// A developer's server: it greets, sends a menu, and hands whoever asks for people over
// to them.
import { createServer } from "node:http";

export const token = "qinghetoken";

export class Developer {
  async listen() {
    this.server = createServer((request, answer) => this.answer(request, answer));
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", () => resolve(undefined)));
    const { port } = /** @type {import("node:net").AddressInfo} */ (this.server.address());
    this.url = `http://127.0.0.1:${port}/callback`;
    return this;
  }

  /** What tells `kefu dev` where it is. */
  get flags() {
    return ["--callback-url", this.url, "--callback-token", token];
  }

  async answer(request, answer) {
    if (request.method === "GET") return answer.end(new URL(request.url, this.url).searchParams.get("echostr") ?? "");
    let body = "";
    for await (const part of request) body += part;
    const field = (name) => new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]></${name}>`, "s").exec(body)?.[1] ?? "";
    if (field("MsgType") === "event") return answer.end("success");
    answer.setHeader("content-type", "text/xml");
    answer.end(
      `<xml><ToUserName><![CDATA[${field("FromUserName")}]]></ToUserName><FromUserName><![CDATA[${field("ToUserName")}]]></FromUserName>` +
        `<CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime><MsgType><![CDATA[transfer_customer_service]]></MsgType></xml>`,
    );
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}
