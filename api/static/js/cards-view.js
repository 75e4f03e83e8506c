// Answers of the knowledge base to what the citizen asks, the newest first and open.

import { byId, el } from "./dom.js";

export class CardsView {
  #reveal;
  #shown = null;

  /** @param reveal called with the utterance whose card the operator wants explained */
  constructor({ reveal }) {
    this.#reveal = reveal;
  }

  show(call) {
    const version = JSON.stringify([call.id, call.cards.length]);
    if (version === this.#shown) return;
    this.#shown = version;
    byId("cards").hidden = call.cards.length === 0;
    const newestFirst = [...call.cards].reverse();
    byId("cards-list").replaceChildren(...newestFirst.map((card, place) => this.#element(card, place === 0)));
  }

  clear() {
    this.#shown = null;
    byId("cards").hidden = true;
  }

  #element({ question, answer, office, source, url, as_of: asOf, utterance }, isNewest) {
    return el("details", { class: "card", open: isNewest },
      el("summary", {}, question),
      el("p", { class: "card-answer" }, answer),
      el("p", { class: "card-source" },
        el("span", {}, office),
        el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, source),
        asOf ? el("span", {}, `截至 ${asOf}`) : null,
        el("button", { type: "button", onclick: () => this.#reveal(utterance) }, "看原话")));
  }
}
