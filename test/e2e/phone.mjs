// A customer's phone: the page of the official account.
import { appid } from "./house.mjs";

export class Phone {
  /**
   * @param {import("./house.mjs").House} house
   * @param {import("./browser.mjs").Window} window
   */
  constructor(house, window, openid) {
    this.house = house;
    this.window = window;
    this.page = window.page;
    this.openid = openid;
  }

  async open() {
    await this.page.goto(`${this.house.url}/phone/${appid}?as=${this.openid}`);
    await this.log.waitFor();
    // The sandbox begins with the menu of the account.
    await this.page.getByRole("button", { name: "切换到键盘" }).click();
    await this.box.waitFor();
  }

  get box() {
    return this.page.getByRole("textbox", { name: "消息" });
  }
  get log() {
    return this.page.getByRole("log");
  }

  async writes(words) {
    await this.box.fill(words);
    await this.page.getByRole("button", { name: "发送", exact: true }).click();
  }
  async says(words) {
    await this.writes(words);
    await this.sees(words);
  }
  bubble(words) {
    return this.log.locator(".balloon", { hasText: words });
  }
  async sees(words) {
    await this.bubble(words).last().waitFor();
  }
  /** Something between the bubbles, or over them. */
  async reads(words) {
    await this.page.getByText(words).filter({ visible: true }).last().waitFor();
  }
  get pictures() {
    return this.log.locator("img.picture");
  }
}
