// The workbench as somebody in front of it knows it: by what stands there.
import { appid } from "./house.mjs";
import { until } from "./until.mjs";

export class Desk {
  /**
   * @param {import("./house.mjs").House} house
   * @param {import("./browser.mjs").Window} window
   */
  constructor(house, window) {
    this.house = house;
    this.window = window;
    this.page = window.page;
  }

  async signIn(person) {
    await this.page.goto(`${this.house.url}/sign-in`);
    await this.page.getByRole("button", { name: person }).click();
    await this.page.waitForURL("**/workbench/**");
    await this.status.waitFor();
  }

  get status() {
    return this.page.getByRole("button", { name: "切换状态" });
  }
  get strip() {
    return this.page.getByRole("region", { name: "待接入" });
  }
  get list() {
    return this.page.getByRole("listbox", { name: "会话列表" });
  }
  get composer() {
    return this.page.getByRole("textbox", { name: "回复内容" });
  }
  get log() {
    return this.page.getByRole("log");
  }
  get send() {
    return this.page.getByRole("button", { name: "发送", exact: true });
  }
  get panel() {
    return this.page.getByRole("complementary", { name: "客户资料" });
  }
  get toast() {
    return this.page.locator(".toast");
  }
  /** The name over the conversation. */
  get title() {
    return this.page.locator("main h1");
  }

  /** Comes online and lets nobody in by itself. */
  async online() {
    await this.choose("在线");
  }
  async choose(word) {
    await this.status.click();
    await this.page.getByRole("radio", { name: word }).click();
    await this.page.getByRole("button", { name: `切换状态，现在${word}` }).waitFor();
  }

  row(name) {
    return this.list.getByRole("option").filter({ has: this.page.locator("bdi", { hasText: name }) });
  }
  async open(name) {
    await this.row(name).click();
    await this.named(name);
  }
  async named(name) {
    await this.title.filter({ hasText: name }).waitFor();
  }

  async takeNext() {
    await this.strip.getByRole("button", { name: /^接入/ }).click();
    await this.composer.waitFor();
  }

  async says(words) {
    await this.composer.fill(words);
    await this.composer.press("Enter");
    await this.said(words);
  }
  /** What stands in the open conversation, delivered. */
  async said(words) {
    await this.bubble(words).last().waitFor();
  }
  bubble(words) {
    return this.log.locator(".bubble", { hasText: words });
  }
  async sendsPicture(file) {
    const [chooser] = await Promise.all([this.page.waitForEvent("filechooser"), this.page.getByRole("button", { name: "图片", exact: true }).click()]);
    await chooser.setFiles(file);
    await this.page.getByRole("button", { name: /^移除 / }).waitFor();
    await this.send.click();
    await this.log.locator(".image.mine, .mine.image").last().waitFor();
  }

  dialog(name) {
    return this.page.getByRole("dialog", { name });
  }
  async transfers(customer, to, note) {
    await this.page.getByRole("button", { name: "转接", exact: true }).click();
    const dialog = this.dialog(`转接「${customer}」`);
    await dialog.getByRole("radio", { name: to }).click();
    if (note) await dialog.getByRole("textbox", { name: "给同事的话" }).fill(note);
    await dialog.getByRole("button", { name: `转接给${to}` }).click();
    await this.toast.filter({ hasText: `已转接给${to}` }).waitFor();
  }
  async ends(customer) {
    await this.page.getByRole("button", { name: "结束会话", exact: true }).click();
    const anyway = this.dialog("客户还在等回复，仍要结束？");
    const done = this.toast.filter({ hasText: `已结束与「${customer}」的会话` });
    await done.or(anyway).first().waitFor();
    if (await anyway.isVisible()) await anyway.getByRole("button", { name: "结束", exact: true }).click();
    await done.waitFor();
  }

  async view(name) {
    await this.page.getByRole("navigation", { name: "主导航" }).getByRole("button", { name }).click();
  }

  /** The pips and words beside the button that sends. */
  get meter() {
    return this.page.locator(".meter .words");
  }
  meters(words) {
    return until(`the meter says ${words}`, async () => (await this.meter.innerText()).includes(words));
  }

  address(path = "") {
    return `${this.house.url}/workbench/#/${appid}/${path}`;
  }
}
