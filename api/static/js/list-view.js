// The list of live and recent calls.

import { byId, el } from "./dom.js";
import { about, clock, handedOver, moment, NO_CALLER, written } from "./labels.js";

export class ListView {
  #all = { live: [], recent: [] };
  #calls = [];
  #chosen = null;
  #onChoose;

  constructor({ onChoose }) {
    this.#onChoose = onChoose;
    setInterval(() => this.#tick(), 1000);
    byId("calls").addEventListener("keydown", (event) => this.#move(event));
    byId("filter").oninput = () => this.#show();
  }

  show({ live, recent }) {
    this.#all = { live, recent };
    byId("live-count").textContent = live.length;
    byId("no-live").hidden = live.length > 0;
    byId("no-recent").hidden = recent.length > 0;
    this.#show();
  }

  /** Shows the calls that have every word of the filter. */
  #show() {
    const words = byId("filter").value.trim().split(/\s+/);
    const [live, recent] = [this.#all.live, this.#all.recent].map((calls) => calls.filter((call) => {
      const text = textOf(call);
      return words.every((word) => text.includes(word));
    }));
    this.#calls = [...live, ...recent];
    byId("no-match").hidden = this.#calls.length > 0 || words[0] === "";
    this.#fill(byId("live"), live);
    this.#fill(byId("recent"), recent);
    this.#tick();
  }

  choose(callId) {
    this.#chosen = callId;
    for (const button of document.querySelectorAll(".call")) {
      button.setAttribute("aria-current", String(button.dataset.id === callId));
    }
  }

  /** The call above or below the chosen one. */
  neighbour(step) {
    const ids = this.#calls.map((call) => call.info.call_id);
    return ids[Math.min(Math.max(ids.indexOf(this.#chosen) + step, 0), ids.length - 1)];
  }

  #fill(list, calls) {
    const focused = document.activeElement?.dataset?.id;
    list.replaceChildren(...calls.map((call) => el("li", {}, this.#line(call))));
    if (focused) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  #line(call) {
    const { call_id: id, caller, mode } = call.info;
    return el(
      "button",
      {
        type: "button",
        class: call.status === "live" ? "call is-live" : "call",
        dataset: { id },
        "aria-current": String(id === this.#chosen),
        onclick: () => this.#onChoose(id),
      },
      el("span", { class: "call-who", title: id }, caller || NO_CALLER),
      el("time", { class: "call-time", dataset: { id } }),
      el("span", { class: "call-about" }, about(call.fields) || (call.status === "live" ? "正在听…" : "没有填写")),
      el("span", { class: "call-marks" },
        call.alert ? el("span", { class: "badge alert" }, call.alert) : null,
        call.transfer ? el("span", { class: "badge handed" }, handedOver(call.transfer)) : null,
        mode === "guide" && !call.transfer ? el("span", { class: "badge guide" }, "语音导航") : null,
        call.order_id ? el("span", { class: "badge done" }, "已提交") : null),
    );
  }

  #tick() {
    const times = byId("calls").querySelectorAll(".call-time");
    this.#calls.forEach((call, i) => {
      const started = Date.parse(call.started_at);
      times[i].textContent = call.status === "live" ? clock((Date.now() - started) / 1000) : moment(call.started_at);
    });
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".call")) return;
    event.preventDefault();
    const buttons = [...document.querySelectorAll(".call")];
    buttons[buttons.indexOf(event.target) + step]?.focus();
  }
}

/** What can be searched for: numbers, and what the draft says. */
const textOf = ({ info, order_id: orderId, fields }) =>
  [info.caller, info.call_id, orderId, ...Object.values(fields).map(written)].join("\n");
