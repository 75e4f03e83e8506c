// What the voice guide leaves for people: whom to ring back, and questions that it had no answer to.

import { byId, el } from "./dom.js";
import { moment } from "./labels.js";
import { closeCallback } from "./server.js";

const REASONS = { requested: "要求回电", missed: "没等到接线员" };

export class DeskView {
  #go;

  /** @param go shows the call in which somebody asked to be rung back */
  constructor({ go }) {
    this.#go = go;
    byId("to-callbacks").onclick = () => byId("callbacks").querySelector("button").focus();
  }

  show({ callbacks, unanswered }) {
    byId("to-callbacks").hidden = byId("callbacks-part").hidden = callbacks.length === 0;
    byId("callbacks-count").textContent = byId("to-callbacks-count").textContent = callbacks.length;
    this.#fill(byId("callbacks"), callbacks.map((callback) => this.#callback(callback)));
    byId("unanswered-part").hidden = unanswered.length === 0;
    byId("unanswered-count").textContent = unanswered.length;
    byId("unanswered").replaceChildren(...unanswered.map(({ text, times, last_at: lastAt }) => el("li", {},
      el("span", {}, text), el("small", {}, `${times} 次 · 最近 ${moment(lastAt)}`))));
  }

  /** The keyboard stays where it was, or comes to what took that place. */
  #fill(list, items) {
    const at = [...list.querySelectorAll("button")].indexOf(document.activeElement);
    list.replaceChildren(...items);
    if (at >= 0) [...list.querySelectorAll("button")].slice(0, at + 1).at(-1)?.focus();
  }

  #callback({ number, call_id: callId, order_id: orderId, phone, reason, requested_at: since }) {
    const done = el("button", { type: "button", class: "task-done" }, "已回电");
    done.onclick = () => (done.dataset.sure ? this.#close(number) : ask(done));
    done.onblur = () => { done.textContent = "已回电"; delete done.dataset.sure; };
    return el("li", { class: "task" },
      el("button", { type: "button", class: "call", title: "看这通电话", onclick: () => this.#go(callId) },
        el("span", { class: "call-who" }, phone),
        el("time", { class: "task-time" }, `${moment(since)} 起`),
        el("span", { class: "call-about" }, [REASONS[reason], orderId && `工单 ${orderId}`].filter(Boolean).join(" · "))),
      done);
  }

  async #close(number) {
    const problem = byId("callbacks-problem");
    problem.textContent = "";
    await closeCallback(number).catch((refusal) => { problem.textContent = refusal.message; });
  }
}

/** A caller who is taken off the list by mistake is never rung back. */
function ask(button) {
  button.dataset.sure = "yes";
  button.textContent = "打过了？";
}
