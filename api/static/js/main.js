// The operator's page: puts the connection, the call and the views together.

import { apply, fromSnapshot } from "./call.js";
import { CardsView } from "./cards-view.js";
import { Connection } from "./connection.js";
import { byId, el } from "./dom.js";
import { DeskView } from "./desk-view.js";
import { DraftView } from "./draft-view.js";
import { HandoverView } from "./handover-view.js";
import { clock, FIELDS, handedOver, moment, NO_CALLER } from "./labels.js";
import { ListView } from "./list-view.js";
import { RepeatView } from "./repeat-view.js";
import { editField, getChoices, getSession, logIn, logOut, submitDraft } from "./server.js";
import { TranscriptView } from "./transcript-view.js";

const TAKES_CALLS = "takes-calls"; // kept for this tab: another one is another operator
const LINES = { connecting: "正在连接", open: "已连接", lost: "连接中断，正在重连" };

let chosen = null;
let calls = null; // the list, as it was told last
let call = null;
let focusedField = null;
let isPainting = false;
const submitting = new Set(); // call ids
const failed = new Set(); // ids of calls with which something could not be done while the service was away

const list = new ListView({ onChoose: go });
const desk = new DeskView({ go });
const handovers = new HandoverView({ isWanted: () => byId("takes-calls").checked, go });
const transcript = new TranscriptView();
const cards = new CardsView({ reveal: (utterance) => transcript.reveal(utterance) });
const repeat = new RepeatView({ mark: (callId) => editField(callId, "repeat_call", true).catch((refusal) => report(callId, refusal)) });
let draft = null;

const connection = new Connection({
  onMessage: take,
  onState: (state) => {
    byId("line").dataset.state = state;
    byId("line").textContent = LINES[state];
    if (state === "open") recover();
    if (state === "lost") checkSession().catch(() => {}); // unreachable: the connection tries again by itself
  },
  resume: () => [presence(), { type: "watch" }, ...(chosen ? [watchOf(chosen)] : [])],
});

function go(callId) {
  location.hash = `#/calls/${encodeURIComponent(callId)}`;
}

function presence() {
  return { type: "presence", takes_calls: byId("takes-calls").checked };
}

function watchOf(callId) {
  const known = call?.id === callId ? { after: call.seq } : {};
  return { type: "watch", call_id: callId, ...known };
}

function take(message) {
  if (message.type === "calls") {
    calls = message;
    list.show(message);
    if (!chosen && message.live.length) choose(message.live[0].info.call_id);
    handovers.take(message, chosen);
  } else if (message.type === "desk") {
    desk.show(message);
  } else if (message.call_id !== chosen) {
    return; // of a call that was left meanwhile
  } else if (message.type === "snapshot") {
    call = fromSnapshot(message);
    paint();
  } else if (message.type === "error") {
    showNothing("没有这通电话。");
  } else if (call) {
    apply(call, message);
    paint();
  }
}

function choose(callId) {
  if (callId === chosen) return;
  chosen = callId;
  call = null;
  focusedField = null;
  showNothing("正在打开…");
  list.choose(callId);
  handovers.visit(callId);
  connection.send(watchOf(callId));
}

/** Of the call before nothing may stay that could be taken for this one's. */
function showNothing(text) {
  byId("nothing").hidden = false;
  byId("nothing").textContent = text;
  byId("talk-title").textContent = "通话记录";
  byId("talk-facts").textContent = "";
  byId("alerts").replaceChildren();
  byId("alerts").dataset.version = "";
  transcript.clear();
  cards.clear();
  draft?.clear();
}

/** The service is back: what it could not take is sent again, or the operator is asked to. */
function recover() {
  draft?.retry();
  for (const callId of failed) draft.tell(callId, "服务恢复了，刚才没有办成的请再试一次。");
  failed.clear();
}

/** Shows the call with the next frame, however many events came in for it. */
function paint() {
  if (isPainting) return;
  isPainting = true;
  requestAnimationFrame(() => {
    isPainting = false;
    if (!call) return;
    byId("nothing").hidden = true;
    transcript.show(call, call.fields[focusedField]?.evidence);
    draft.show(call);
    cards.show(call);
    repeat.show(call);
    showHead();
    showAlerts();
  });
}

function showHead() {
  byId("talk-title").textContent = call.info.caller || NO_CALLER;
  byId("talk-title").title = call.id;
  const end = call.endedAt ? Date.parse(call.endedAt) : Date.now();
  const seconds = (end - Date.parse(call.startedAt)) / 1000;
  const facts = [`来电 ${moment(call.info.received_at)}`, `${call.ended ? "通话" : "已通话"} ${clock(seconds)}`];
  byId("talk-facts").textContent = facts.join(" · ");
}

function showAlerts() {
  const box = byId("alerts");
  const version = JSON.stringify([call.id, call.alerts.length, call.transfer]);
  if (box.dataset.version === version) return;
  box.dataset.version = version;
  box.replaceChildren(...handover(), ...call.alerts.map((alert) => el("div", { class: alert.sure ? "alarm" : "alarm unsure" },
    el("strong", {}, alert.number),
    el("p", {}, `${alert.sure ? "立即转接：" : ""}${alert.reason}`, el("q", {}, alert.quote)),
    el("button", { type: "button", onclick: () => transcript.reveal(alert.utterance) }, "看原话"))));
}

/** What an operator should know before he says hello to a caller whom the voice guide hands over. */
function handover() {
  if (!call.transfer) return [];
  const { to, unsure } = call.transfer;
  const whom = to === "operator" ? "语音助手把来电转给接线员，前面说过的都在下面。" : `语音助手${handedOver(to)}。`;
  const names = FIELDS.filter(({ name }) => unsure.includes(name)).map(({ label }) => label);
  const check = names.length ? `没听准，请核对：${names.join("、")}。` : "";
  return [el("div", { class: "handover" }, el("p", {}, whom, check))];
}

async function submit() {
  if (!call || call.orderId || submitting.has(call.id)) return;
  const { id } = call;
  const { isTold } = draft;
  submitting.add(id);
  try {
    if (!(await draft.flush())) return;
    if (call?.id === id ? draft.isMeant() : isTold) await submitDraft(id);
    else if (call?.id !== id) draft.tell(id, "还没有提交：问题分类和内容摘要都是空的。");
  } catch (refusal) {
    report(id, refusal);
  } finally {
    submitting.delete(id);
  }
}

/** Tells at the call with which it was tried that something could not be done. */
function report(callId, refusal) {
  draft.tell(callId, refusal.message);
  if (refusal.isPassing) failed.add(callId);
  else failed.delete(callId);
}

function focusField(name) {
  focusedField = name;
  if (!call) return;
  const evidence = call.fields[name]?.evidence ?? [];
  transcript.show(call, evidence);
  if (evidence.length) transcript.reveal(evidence[0].utterance);
}

function readHash() {
  const found = /^#\/calls\/(.+)$/.exec(location.hash);
  if (!found) return;
  try {
    choose(decodeURIComponent(found[1]));
  } catch {
    choose(found[1]); // no call is called so, and that is what is said
  }
}

addEventListener("hashchange", readHash);
addEventListener("beforeunload", (event) => { if (draft?.isDirty) event.preventDefault(); });
addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const next = list.neighbour(event.key === "ArrowDown" ? 1 : -1);
  if (next) go(next);
});
setInterval(() => { if (call && !call.ended) showHead(); }, 1000);

/** Asks for a key until one is right. */
function askForKey() {
  const dialog = byId("login");
  byId("login-form").onsubmit = async (event) => {
    event.preventDefault();
    byId("login-problem").textContent = "";
    try {
      await logIn(byId("login-key").value);
      byId("login-key").value = "";
      dialog.close();
      start();
    } catch (refusal) {
      byId("login-problem").textContent = refusal.status === 401 ? "密钥不对" : refusal.message;
    }
  };
  dialog.oncancel = (event) => event.preventDefault();
  if (!dialog.open) dialog.showModal();
}

/** Whether the page may go on; asks for a key if it may not. */
async function checkSession() {
  const session = await getSession();
  byId("log-out").hidden = !session.required;
  if (!session.open) askForKey();
  return session.open;
}

async function start() {
  try {
    if (!(await checkSession())) return;
    draft ??= new DraftView({ choices: await getChoices(), onFocus: focusField, save: editField, submit });
  } catch {
    setTimeout(start, 2000);
    return;
  }
  readHash();
  connection.open();
}

byId("takes-calls").checked = sessionStorage.getItem(TAKES_CALLS) === "yes";
byId("takes-calls").onchange = () => {
  sessionStorage.setItem(TAKES_CALLS, byId("takes-calls").checked ? "yes" : "no");
  connection.send(presence());
  if (calls) handovers.take(calls, chosen);
};
byId("log-out").onclick = async () => {
  await logOut();
  sessionStorage.removeItem(TAKES_CALLS);
  location.reload();
};
start();
