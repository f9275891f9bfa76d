// The demo house of the pictures: 青禾茶铺 on a Tuesday afternoon.
export const appid = "wx5f2a9c0e7b1d4c68";

/** What the clock of the mock shows when it starts. */
export const startsAt = Date.parse("2024-03-12T14:20:52+08:00");
const day = "2024-03-12T";
const at = (clock) => Date.parse(`${day}${clock}${clock.length === 5 ? ":00" : ""}+08:00`);
const minute = 60_000;
const hour = 60 * minute;

let ids = 1000;
export const nextId = () => (ids += 10);

const agent = (id, nickname, status, auto_accept, serving) => ({ kf_account: `${id}@qinghe_tea`, kf_id: 1000 + ids++, nickname, status, auto_accept, serving });
export const agents = [
  agent("xiaolin", "林晓禾", "online", 10, 8),
  agent("zhouyian", "周以安", "online", 10, 4),
  agent("hemiao", "何苗", "online", 8, 7),
  agent("xingye", "陈星野", "online", 10, 10),
  agent("suhe", "苏禾", "away", 8, 1),
  agent("fangqing", "方晴", "offline", 0, 0),
];
export const me = agents[0];

export const people = [
  { wechat_id: "lin_xiaohe", name: "林晓禾", role: "administrator" },
  { wechat_id: "zhou_yian", name: "周以安", role: "supervisor" },
  { wechat_id: "gu_qing", name: "顾青", role: "administrator" },
];

const customer = (openid, remark, nickname, more = {}) => ({
  openid, remark, nickname, subscribed: true, subscribed_at: Date.parse("2023-11-02T10:00:00+08:00"), scene: "ADD_SCENE_SEARCH", blocked: false, ...more,
});
export const allowance = (left, until, grants) => ({ left, until, grants: grants ?? (left === 0 ? [] : [{ kind: "message", left, until }]) });
const roomy = () => allowance(4, startsAt + 47.5 * hour);
const text = (content) => ({ msgtype: "text", text: { content } });

/** Everybody by openid, with what was said. */
export const customers = new Map();

function add(c, standing, said, more = {}) {
  const messages = [];
  const happenings = [];
  for (const one of said) {
    const id = nextId();
    if (one.what) happenings.push({ id, ...one, at: at(one.at) });
    else messages.push({ id, state: "delivered", ...(one.from === "agent" ? { kf_account: me.kf_account, nickname: me.nickname } : {}), ...one, at: at(one.at) });
  }
  customers.set(c.openid, {
    customer: c, standing, messages, happenings, unread: 0, waiting_since: 0, allowance: roomy(), tags: [], notes: [], visits: [], opened_at: at("13:30"), ...more,
  });
}

add(customer("oQh7t5mB2xR9chen00000000A2", "江边的老陈", "老陈"), "mine", [
  { from: "agent", at: "14:09", ...text("您好，发票信息已经收到，正在为您开具。") },
  { from: "customer", at: "14:14", ...text("抬头别写错了") },
  { from: "customer", at: "14:15", ...text("发票开好了吗，财务在催") },
], { unread: 2, waiting_since: at("14:14:40") });
add(customer("oQh7t5mB2xR9cuser00000007F3A", "", ""), "mine", [
  { from: "customer", at: "14:19", msgtype: "location", location: { latitude: 30.25, longitude: 120.16, scale: 16, label: "湖滨路 88 号,杭州市上城区" } },
], { unread: 1, waiting_since: at("14:18:40") });
add(
  customer("oQh7t5mB2xR9cDoudou00000A1", "豆豆妈", "晴天的豆豆", { subscribed_at: Date.parse("2023-09-14T20:11:00+08:00"), scene: "ADD_SCENE_QR_CODE", qr_scene: "西湖茶博会" }),
  "mine",
  [
    { from: "account", at: "14:02", msgtype: "msgmenu", msgmenu: { head_content: "您好，这里是青禾茶铺，请选择问题：", list: [{ id: "101", content: "订单物流" }, { id: "102", content: "商品破损" }, { id: "103", content: "开发票" }] } },
    { from: "customer", at: "14:02", bizmsgmenuid: "102", ...text("商品破损") },
    { what: "queued", at: "14:02:02" },
    { what: "accepted", at: "14:03:14", kf_account: me.kf_account, nickname: me.nickname },
    { from: "customer", at: "14:18", ...text("昨天收到两罐明前龙井，有一罐盖子压扁了，茶叶漏了一些出来") },
    { from: "customer", at: "14:18:30", msgtype: "image", image: { media_id: "tea" } },
    { from: "customer", at: "14:19", msgtype: "voice", voice: { media_id: "voice1", format: "amr", seconds: 8 } },
    { from: "agent", at: "14:20", msgtype: "miniprogrampage", miniprogrampage: { title: "破损补发登记，1 分钟填完", appid: "青禾茶铺 · 售后登记", pagepath: "pages/after", thumb_media_id: "" } },
    { from: "customer", at: "14:20", ...text("填好啦。明天能到吗？想赶在周末送长辈 🙏") },
  ],
  {
    waiting_since: at("14:19:40"), opened_at: at("14:03"), allowance: allowance(2, startsAt + 41.4 * hour), origin: { kind: "menu", words: "联系客服" },
    tags: [{ id: 101, name: "老客户" }, { id: 102, name: "明前龙井" }, { id: 103, name: "送礼" }],
    notes: [{ id: 7, text: "晚上六点后派送，先打电话。", author: "周以安", at: Date.parse("2024-03-02T11:00:00+08:00") }],
    visits: [
      { opened_at: Date.parse("2024-03-02T10:40:00+08:00"), closed_at: Date.parse("2024-03-02T11:10:00+08:00"), kf_account: "zhouyian@qinghe_tea", nickname: "周以安", messages: 12, first: "改送货时间" },
      { opened_at: Date.parse("2024-02-14T10:40:00+08:00"), closed_at: 1, kf_account: me.kf_account, nickname: me.nickname, messages: 31, first: "礼盒和发票" },
      { opened_at: Date.parse("2024-01-20T10:40:00+08:00"), closed_at: 1, kf_account: "hemiao@qinghe_tea", nickname: "何苗", messages: 5, first: "春节营业时间" },
      { opened_at: Date.parse("2023-12-20T10:40:00+08:00"), closed_at: 1, kf_account: "hemiao@qinghe_tea", nickname: "何苗", messages: 4, first: "退换说明" },
    ],
  },
);
add(customer("oQh7t5mB2xR9caze000000000A4", "阿泽", "Aze"), "mine", [{ from: "customer", at: "14:10", ...text("白茶饼还有吗") }, { from: "agent", at: "14:18", ...text("正在为您查库存，请稍等。") }]);
add(customer("oQh7t5mB2xR9ctomato00000A5", "一颗小番茄", "小番茄"), "mine", [{ from: "customer", at: "14:05", ...text("退款什么时候到") }, { from: "agent", at: "14:11", ...text("退款已提交，1–3 个工作日到账") }]);
add(customer("oQh7t5mB2xR9clucas000000A6", "", "Lucas Wang"), "mine", [{ from: "agent", at: "14:06", ...text("Tracking no. SF1389 0042 7716") }]);
add(customer("oQh7t5mB2xR9cman00000000A7", "王小满", "小满"), "mine", [{ from: "agent", at: "13:58", msgtype: "image", image: { media_id: "tea" } }]);
add(customer("oQh7t5mB2xR9cfish0000000A8", "", "深海的鱼和一封没寄出的信"), "mine", [{ from: "agent", at: "13:41", msgtype: "miniprogrampage", miniprogrampage: { title: "查看订单物流", appid: "wx11", pagepath: "pages/order" } }]);

add(customer("oQh7t5mB2xR9cnanfeng0000B1", "", "南风知我意", { subscribed_at: at("14:14"), scene: "ADD_SCENE_QR_CODE", qr_scene: "门店台卡" }), "waiting", [
  { from: "customer", at: "14:16", ...text("您好，想问下 100 份的企业伴手礼能不能印 logo") },
  { from: "customer", at: "14:16:30", ...text("预算一份 80 左右，下个月 10 号要") },
  { from: "system", at: "14:17", ...text("客服正忙，您是下一位，请稍等。") },
  { from: "customer", at: "14:20:10", ...text("好的，不急") },
], { since: startsAt - 252_000, visitsBefore: 0, origin: { kind: "menu", words: "企业定制" } });
add(customer("oQh7t5mB2xR9cuser0000000C21B", "", ""), "waiting", [{ from: "customer", at: "14:17", msgtype: "voice", voice: { media_id: "voice2", seconds: 12 } }], { since: startsAt - 220_000, visitsBefore: 0, origin: { kind: "message" } });
add(customer("oQh7t5mB2xR9cmili00000000B3", "小米粒", "米粒"), "waiting", [{ from: "customer", at: "14:19:30", ...text("上次那款桂花乌龙还有吗？") }], { since: startsAt - 65_000, visitsBefore: 3, named: me.kf_account, origin: { kind: "api" } });

// A long talk of the past, and one with every kind of message.
const old = [];
for (let i = 0; i < 240; i++) old.push({ from: i % 3 === 0 ? "agent" : "customer", at: `0${6 + Math.floor(i / 60)}:${String(i % 60).padStart(2, "0")}`, ...text(`第 ${i + 1} 句：关于订单 SF${1000 + i} 的说明`) });
add(customer("oQh7t5mB2xR9clong00000000C1", "许久", "许久"), "none", old);
add(customer("oQh7t5mB2xR9ckinds0000000C2", "每种消息", "Kinds"), "served", [
  { from: "customer", at: "14:00", ...text("订单在这里\nhttps://qinghe.example/o/2031\n麻烦看下 😊") },
  { from: "customer", at: "14:01", msgtype: "video", video: { media_id: "film" } },
  { from: "customer", at: "14:02", msgtype: "voice", voice: { media_id: "voice3", seconds: 5, recognition: "盖子是压扁的，里面没受潮。" } },
  { from: "customer", at: "14:03", msgtype: "location", location: { latitude: 30.25, longitude: 120.16, scale: 16, label: "湖滨路 88 号,杭州市上城区" } },
  { from: "customer", at: "14:04", msgtype: "link", link: { title: "2024 明前龙井怎么挑", description: "看芽头、闻豆香，三步分清产区与年份。", url: "https://qinghe.example/longjing" } },
  { from: "agent", at: "14:05", msgtype: "news", news: { articles: [{ title: "春茶上新：头采三天", description: "首批 200 罐，先到先得", url: "https://qinghe.example/new", picurl: "https://pictures.example/1.jpg" }] } },
  { from: "agent", at: "14:06", msgtype: "msgmenu", msgmenu: { head_content: "这次服务您满意吗？", list: [{ id: "1", content: "满意" }, { id: "2", content: "一般" }, { id: "3", content: "不满意" }] } },
  { from: "customer", at: "14:07", bizmsgmenuid: "1", ...text("满意") },
  { from: "agent", at: "14:08", msgtype: "music", music: { title: "采茶时节", description: "青禾电台", musicurl: "https://qinghe.example/a.mp3", thumb_media_id: "tea" } },
  { from: "account", at: "14:09", msgtype: "wxcard", wxcard: { card_id: "p1" } },
  { from: "account", at: "14:10", aimsgcontext: { is_ai_msg: 1 }, ...text("预计明天 18:00 前送达。") },
  { from: "account", at: "14:11", ...text('点 <a href="https://qinghe.example/x">这里</a> 查看，或 <a href="javascript:alert(1)">别点</a>，<a href="weixin://bizmsgmenu?msgmenucontent=a&msgmenuid=1">转人工</a>') },
  { from: "customer", at: "14:12", ...text('<img src=x onerror="document.title=1"> <script>document.title=2</script> <a href="https://x.example">a</a>') },
  { what: "transferred", at: "14:13", kf_account: "zhouyian@qinghe_tea", nickname: "周以安", from: me.kf_account, note: "就差确认明天能不能送到，她周末要送长辈。" },
]);

export const replies = [
  { id: 1, code: "wl1", title: "物流预计送达", text: "今天 17:00 前由顺丰发出，正常明天下午能到。{客户称呼}请留意签收。", shared: true, used: 84 },
  { id: 2, code: "wl2", title: "查物流单号", text: "您的包裹单号是 {单号}，点击可查看实时物流，如有停滞请告诉我。", shared: true, used: 60 },
  { id: 3, code: "wl3", title: "物流停滞安抚", text: "非常抱歉让您久等，我已联系快递加急处理，今天之内给您答复。", shared: true, used: 31 },
  { id: 4, code: "wl4", title: "偏远地区物流时效", text: "新疆、西藏、海南等地区一般 4–6 天送达，请您耐心等待", shared: false, used: 9 },
  { id: 5, code: "hi", title: "问候", text: "您好，我是{客服昵称}，请问有什么可以帮您？", shared: true, used: 120 },
];
export const tags = [{ id: 101, name: "老客户" }, { id: 102, name: "明前龙井" }, { id: 103, name: "送礼" }, { id: 104, name: "企业" }];
