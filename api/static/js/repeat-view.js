// The same matter again: earlier orders that this one may repeat, asked for when the draft says something new about it.

import { byId, el } from "./dom.js";
import { moment, written } from "./labels.js";
import { getSameMatter } from "./server.js";

const TELLING = ["caller_phone", "district", "street", "community", "address_detail", "category"];
const PAUSE_MS = 400;

export class RepeatView {
  #asked = null;
  #timer = null;
  #call = null;

  /** @param mark called when the operator says that it is the same matter */
  constructor({ mark }) {
    byId("repeat-mark").onclick = () => mark(this.#call.id);
  }

  show(call) {
    const isOther = this.#call?.id !== call.id;
    this.#call = call;
    if (isOther) this.#fill([]);
    byId("repeat-mark").hidden = Boolean(call.orderId) || call.fields.repeat_call?.value === true;
    const question = JSON.stringify([call.id, ...TELLING.map((name) => call.fields[name]?.value)]);
    if (question === this.#asked) return;
    this.#asked = question;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(call.id), PAUSE_MS);
  }

  async #ask(callId) {
    try {
      const { matters } = await getSameMatter(callId);
      if (this.#call.id === callId) this.#fill(matters);
    } catch {
      this.#asked = null; // asked again with the next change of the draft
    }
  }

  #fill(matters) {
    byId("repeat").hidden = matters.length === 0;
    byId("repeat-list").replaceChildren(...matters.map(({ order, reason }) => el("li", {},
      el("a", { href: `#/calls/${encodeURIComponent(order.call_id)}`, title: written(order.fields.summary) }, order.order_id),
      el("span", {}, moment(order.submitted_at)),
      el("b", {}, reason))));
  }
}
