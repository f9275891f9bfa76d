// A tea shop's afternoon, played through the doors of the house: what pictures are taken
// of and what is looked over.
import { Developer } from "./developer.mjs";
import { appid, House } from "./house.mjs";
import { tin } from "./pictures.mjs";

/** Opens the shop, with a developer's server beside it. */
export async function openShop() {
  const developer = await new Developer().listen();
  const house = new House(["--wechat-id", "qinghe_tea", ...developer.flags]);
  const close = async () => {
    await house.clear();
    await developer.close();
  };
  try {
    await house.build();
    return { house, stage: await play(house), close };
  } catch (e) {
    await close();
    throw e;
  }
}

const at = (when) => Math.floor(Date.parse(`${when}+08:00`) / 1000);

/** The openid of the customer whose conversation is shown. */
export const doudou = "oQh7t5mB2xR9cDoudou00000A1";
export const nanfeng = "oQh7t5mB2xR9cnanfeng0000B1";

const lin = "alice@qinghe_tea";
const zhou = "bob_02@qinghe_tea";

/** @param {House} house */
async function play(house) {
  const to = (when) => {
    house.token = undefined;
    return house.sandbox("POST", "/clock", { set: at(when) });
  };
  const online = (kf_account, auto_accept = 0) => house.sandbox("POST", "/agents/online", { kf_account, online: true, auto_accept });
  const agent = (verb, kf_account, openid, more = {}) => house.sandbox("POST", `/agents/${verb}`, { kf_account, openid, ...more });
  let tea = "";
  const picture = (kf_account, openid) => agent("send", kf_account, openid, { msgtype: "image", image: { media_id: tea } });
  const says = (kf_account, openid, content) => agent("send", kf_account, openid, { msgtype: "text", text: { content } });
  const card = (kf_account, openid, title) =>
    agent("send", kf_account, openid, { msgtype: "miniprogrampage", miniprogrampage: { title, appid: "wx9c0ffee012345678", pagepath: "pages/after", thumb_media_id: tea } });

  // Who works here, and for whom.
  const boss = await house.person("demo_admin");
  await boss.ask("PUT", `/admin/v1/accounts/${appid}/account`, { name: "青禾茶铺" });
  for (const [person, name] of [["alice_wx", "林小满"], ["bob_wx", "周以安"], ["demo_admin", "沈一诺"]]) await boss.ask("PUT", `/admin/v1/people/${person}`, { name });
  await house.api("/customservice/kfaccount/update", { kf_account: lin, nickname: "林小满" });
  await house.api("/customservice/kfaccount/update", { kf_account: zhou, nickname: "周以安" });
  for (const [name, nickname, person] of [["hemiao", "何苗", "hemiao_0317"], ["xingye", "陈星野", "chen_xingye"], ["fangqing", "方晴", "fangqing_c"]]) {
    const kf_account = `${name}@qinghe_tea`;
    await house.api("/customservice/kfaccount/add", { kf_account, nickname });
    await house.api("/customservice/kfaccount/inviteworker", { kf_account, invite_wx: person });
    await house.sandbox("POST", "/invitations/accept", { kf_account });
  }
  await house.api("/customservice/kfaccount/add", { kf_account: "suhe@qinghe_tea", nickname: "苏禾" });

  // What was before.
  await to("2026-12-14T20:11:00");
  const mama = await house.follow(doudou, "晴天的豆豆", { scene: "ADD_SCENE_QR_CODE", qr_scene: "西湖茶博会" });
  for (const [when, who, lines] of [
    ["2027-01-20T10:40:00", "hemiao@qinghe_tea", ["春节营业时间", "初八开门，正常发货。"]],
    ["2027-02-14T15:05:00", lin, ["礼盒和发票", "发票已随包裹寄出。"]],
    ["2027-03-02T11:20:00", zhou, ["改送货时间", "已改为晚上六点后派送。"]],
  ]) {
    await to(when);
    await online(who);
    await mama.says(lines[0]);
    await agent("accept", who, doudou);
    await says(who, doudou, lines[1]);
    await agent("close", who, doudou);
  }
  const bench = await house.person("alice_wx");
  const colleague = await house.person("bob_wx");
  const tags = [];
  for (const name of ["老客户", "明前龙井", "送礼"]) tags.push((await bench.bench("POST", "/tags", { name })).id);
  await bench.bench("PUT", `/customers/${doudou}/tags`, { tags });
  await bench.bench("PUT", `/customers/${doudou}/remark`, { remark: "豆豆妈" });
  await colleague.bench("POST", `/customers/${doudou}/notes`, { text: "晚上六点后派送，先打电话。" });
  for (const [code, title, text, shared] of [
    ["wl1", "物流预计送达", "今天 17:00 前由顺丰发出，正常明天下午能到。{客户称呼}请留意签收。", true],
    ["wl2", "物流停滞安抚", "非常抱歉让您久等，我已联系快递加急处理，今天之内给您答复。", true],
    ["wl3", "偏远地区物流时效", "新疆、西藏、海南等地区一般 4–6 天送达，请您耐心等待。", false],
    ["hi", "问候", "您好，我是{客服昵称}，请问有什么可以帮您？", true],
  ]) await (shared ? colleague : bench).bench("POST", "/replies", { code, title, text, shared });

  // Today.
  await to("2027-03-12T13:38:00");
  tea = await house.media("image", tin(), "tea.png");
  for (const a of [lin, zhou, "hemiao@qinghe_tea"]) await online(a);
  const talk = async (when, openid, nickname, asks, answers, last) => {
    await to(when);
    const c = await house.follow(openid, nickname);
    await c.says(asks);
    await agent("accept", lin, openid);
    await to(last);
    await answers(openid);
  };
  await talk("2027-03-12T13:40:00", "oQh7t5mB2xR9cfish0000000A8", "深海的鱼和一封没寄出的信", "我的订单到哪了", (o) => card(lin, o, "查看订单物流"), "2027-03-12T13:41:00");
  await talk("2027-03-12T13:52:00", "oQh7t5mB2xR9cman00000000A7", "王小满", "罐子长什么样", (o) => picture(lin, o), "2027-03-12T13:58:00");
  await to("2027-03-12T14:02:00");
  await mama.says("你好，茶叶有问题");
  await house.api("/cgi-bin/message/custom/send", { touser: doudou, msgtype: "msgmenu", msgmenu: { head_content: "您好，这里是青禾茶铺，请选择问题：", list: [{ id: "101", content: "订单物流" }, { id: "102", content: "商品破损" }, { id: "103", content: "开发票" }], tail_content: "" } });
  await mama.says("商品破损", { bizmsgmenuid: "102" });
  await to("2027-03-12T14:03:12");
  await agent("accept", lin, doudou);
  await talk("2027-03-12T14:05:00", "oQh7t5mB2xR9clucas000000A6", "Lucas Wang", "Where is my parcel?", (o) => says(lin, o, "Tracking no. SF1389 0042 7716"), "2027-03-12T14:06:00");
  await talk("2027-03-12T14:09:00", "oQh7t5mB2xR9ctomato00000A5", "一颗小番茄", "退款什么时候到", (o) => says(lin, o, "退款已提交，1–3 个工作日到账"), "2027-03-12T14:11:00");
  await to("2027-03-12T14:14:00");
  const chen = await house.follow("oQh7t5mB2xR9cchen0000000A2", "江边的老陈");
  await chen.says("在吗，发票的事");
  await agent("accept", lin, chen.openid);
  await says(lin, chen.openid, "在的，您请说");
  await to("2027-03-12T14:15:00");
  await chen.says("上周那单要专票");
  await chen.says("发票开好了吗，财务在催");
  const south = await house.follow(nanfeng, "南风知我意", { scene: "ADD_SCENE_QR_CODE", qr_scene: "门店台卡" });
  await to("2027-03-12T14:16:30");
  await south.says("您好，想问下 100 份的企业伴手礼能不能印 logo");
  await south.says("预算一份 80 左右，下个月 10 号要");
  await to("2027-03-12T14:17:10");
  const quiet = await house.follow("oQh7t5mB2xR9cuser0000000C21B", "");
  await quiet.send("voice", {});
  await to("2027-03-12T14:18:00");
  await talk("2027-03-12T14:17:30", "oQh7t5mB2xR9caze000000000A4", "阿泽", "白茶饼还有吗", (o) => says(lin, o, "正在为您查库存，请稍等。"), "2027-03-12T14:18:00");
  await mama.says("昨天收到两罐明前龙井，有一罐盖子压扁了，茶叶漏了一些出来");
  await mama.send("image", { media_id: tea });
  await to("2027-03-12T14:19:00");
  await mama.send("voice", { recognition: "盖子是压扁的，里面没受潮。" });
  const nobody = await house.follow("oQh7t5mB2xR9cuser0000000007F3A", "");
  await nobody.says("你们店在哪");
  await agent("accept", lin, nobody.openid);
  await nobody.send("location", { latitude: 30.25093, longitude: 120.16511, scale: 16, label: "杭州市上城区湖滨路 88 号" });
  await to("2027-03-12T14:19:30");
  await (await house.follow("oQh7t5mB2xR9cmili00000000B3", "小米粒")).says("上次那款桂花乌龙还有吗？");
  await to("2027-03-12T14:20:00");
  await card(lin, doudou, "破损补发登记，1 分钟填完");
  await mama.says("填好啦。明天能到吗？想赶在周末送长辈 🙏");
  await to("2027-03-12T14:20:40");

  // What did not go well: calls that were refused, a push that needed a second try.
  await house.api("/customservice/kfaccount/add", { kf_account: lin, nickname: "小林" }).catch(() => undefined);
  await house.api("/customservice/kfsession/create", { kf_account: "nobody@qinghe_tea", openid: doudou }).catch(() => undefined);
  await house.api("/cgi-bin/message/custom/send", { touser: "oNobody", msgtype: "text", text: { content: "您好" } }).catch(() => undefined);
  await house.sandbox("PUT", "/faults", { api: [], push: [{ openid: "oQh7t5mB2xR9cguest000000D1", dead: true, times: 1 }] });
  await house.follow("oQh7t5mB2xR9cguest000000D1", "路过的风");

  // An invitation that waits.
  await house.api("/customservice/kfaccount/inviteworker", { kf_account: "suhe@qinghe_tea", invite_wx: "demo_admin" });
  const { invitations } = await (await house.person("demo_admin")).ask("GET", "/auth/v1/me");
  return { invitation: `/invitation/${invitations[0].token}` };
}
