// What things are called on the page, and how values are written.

export const SPEAKERS = { citizen: "市民", operator: "坐席", mixed: "通话", guide: "语音助手" };

export const NO_CALLER = "未显示号码";

export const ENDINGS = {
  stop: "通话结束",
  hung_up: "语音助手已道别，通话结束",
  closed: "线路断开，通话结束",
  error: "因故障结束",
  interrupted: "服务重启，通话记录到此为止",
};

/** How a call is said to end that the voice guide has handed over. */
export const handedOver = (to) => (to === "operator" ? "已转接给接线员" : `已转接 ${to}`);

/** What an operator reads when the service did not do what was asked, by the code of its refusal. */
export const REFUSALS = {
  unreachable: "连不上服务，请稍后再试",
  unauthorized: "登录已失效，请重新登录",
  invalid_field: "格式不对或太长，请改一下",
  conflict: "通话刚刚结束或工单已经提交，请再试一次",
  not_found: "找不到这通电话",
  busy: "服务正忙，请稍后再试",
  internal: "服务出错了，请稍后再试",
};

export const MAX_TEXT = 2000; // characters, see models/workorder

const PHONE = /^((86)?1[3-9]\d{9}|0\d{9,11}|[2-9]\d{6,7}|[48]00\d{7}|[19]\d{4,5}|1\d\d)$/;
const unlikelyPhone = (value) => (PHONE.test(value) ? "" : "号码好像不完整，请核对");
const unknownDistrict = (value, { district = [] }) => (!district.length || district.includes(value) ? "" : "地名库里没有这个区，请核对");

/** The fields in the order in which operators fill them in. */
export const GROUPS = [
  { title: "来电人", fields: [
    { name: "caller_name", label: "姓名" },
    { name: "caller_phone", label: "联系电话", inputMode: "numeric", expected: "电话应为 3 到 20 位数字", doubt: unlikelyPhone },
  ] },
  { title: "地点", fields: [
    { name: "district", label: "区", list: true, doubt: unknownDistrict },
    { name: "street", label: "街道（乡镇）" },
    { name: "community", label: "社区（村）" },
    { name: "address_detail", label: "详细地址", kind: "line" },
  ] },
  { title: "事项", fields: [
    { name: "request_type", label: "诉求类型", kind: "select" },
    { name: "occurred_at", label: "发生时间", kind: "moment", placeholder: "年-月-日 时:分", expected: "时间请写成 2026-01-10 19:30，或昨天晚上八点" },
    { name: "category", label: "问题分类", kind: "category" },
    { name: "respondent", label: "被反映单位" },
    { name: "summary", label: "内容摘要", kind: "long", wide: true },
  ] },
  { title: "办理", columns: "by-three", fields: [
    { name: "urgency", label: "紧急程度", kind: "select", half: true },
    { name: "emergency_number", label: "应转接", kind: "select", half: true },
    { name: "wants_callback", label: "需要回电", kind: "choice" },
    { name: "confidential", label: "要求保密", kind: "choice" },
    { name: "repeat_call", label: "重复来电", kind: "choice" },
  ] },
];

export const FIELDS = GROUPS.flatMap((group) => group.fields);

/** A field's value as a person reads it. */
export function written(value) {
  if (value === null || value === undefined) return "";
  if (value === true) return "是";
  if (value === false) return "否";
  if (Array.isArray(value)) return value.join(" / ");
  return String(value).replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ");
}

/** What a call is about, in a few words. */
export function about({ district, category, request_type: type }) {
  return [district, Array.isArray(category) ? category[1] : type].filter(Boolean).map(written).join(" · ");
}

export const percent = (share) => `${Math.round(share * 100)}%`;

/** 75 -> 1:15, 3675 -> 1:01:15 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, "0"));
  const hours = Math.floor(whole / 3600);
  if (hours) return `${hours}:${parts.join(":")}`;
  return `${Number(parts[0])}:${parts[1]}`;
}

const timeOfDay = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric" });

/** 08:52 today, 1月13日 08:52 on other days; the hotline's time. */
export function moment(iso) {
  const then = new Date(iso);
  const time = timeOfDay.format(then);
  return day.format(then) === day.format(new Date()) ? time : `${day.format(then)} ${time}`;
}
