// What both sides say, as it is heard.

import { boundaries, shown, wordSpans } from "./align.js";
import { turns } from "./call.js";
import { byId, el } from "./dom.js";
import { clock, ENDINGS, handedOver, SPEAKERS } from "./labels.js";

const UNSURE_BELOW = 0.4;
const NEAR_END_PX = 60;

export class TranscriptView {
  #box = byId("transcript");
  #rows = new Map();
  #follow = true;
  #callId = null;

  constructor() {
    this.#box.addEventListener("scroll", () => {
      this.#follow = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < NEAR_END_PX;
      if (this.#follow) byId("newest").hidden = true;
    });
    byId("newest").onclick = () => this.#toEnd();
  }

  /** Brings the page up to date with `call`, touching only what is new; `evidence` is what to highlight. */
  show(call, evidence = []) {
    if (call.id !== this.#callId) this.#begin(call.id);
    const said = turns(call);
    const ids = new Set(said.map((turn) => turn.id));
    for (const [id, row] of this.#rows) if (!ids.has(id)) this.#remove(id, row);
    let previous = null;
    let isNew = false;
    for (const turn of said) {
      const marks = evidence.filter((piece) => piece.utterance === turn.id).map((piece) => piece.span);
      const version = JSON.stringify([turn.isPartial, turn.text, turn.stable, marks, Boolean(call.ended)]);
      let row = this.#rows.get(turn.id);
      if (row?.version !== version) {
        isNew = isNew || !row || row.isPartial || turn.isPartial;
        const element = turnElement(turn, marks, Boolean(call.ended));
        if (row) row.element.replaceWith(element);
        row = { element, version, isPartial: turn.isPartial };
        this.#rows.set(turn.id, row);
      }
      const place = previous ? previous.nextSibling : this.#box.firstChild;
      if (row.element !== place) this.#box.insertBefore(row.element, place);
      previous = row.element;
    }
    this.#close(call);
    if (isNew) this.#follow ? this.#toEnd() : (byId("newest").hidden = false);
  }

  clear() {
    this.#begin(null);
  }

  /** Scrolls to an utterance. */
  reveal(utterance) {
    this.#rows.get(utterance)?.element.scrollIntoView({ block: "nearest" });
  }

  #begin(callId) {
    this.#callId = callId;
    this.#rows.clear();
    this.#box.replaceChildren();
    this.#follow = true;
    byId("newest").hidden = true;
  }

  #remove(id, row) {
    row.element.remove();
    this.#rows.delete(id);
  }

  #close(call) {
    this.#box.querySelector(".closing")?.remove();
    if (call.ended) this.#box.append(el("p", { class: "closing" }, ending(call)));
  }

  #toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
    byId("newest").hidden = true;
  }
}

/** A call that was handed over ends here because it goes on elsewhere. */
function ending({ ended: { reason }, transfer }) {
  return transfer && ["stop", "closed"].includes(reason) ? handedOver(transfer.to) : ENDINGS[reason] ?? "通话结束";
}

function turnElement(turn, marks, callEnded) {
  if (turn.channel === "gap") return el("p", { class: "lost" }, turn.text);
  const state = turn.isPartial ? (callEnded ? " is-partial is-cut" : " is-partial") : "";
  const text = turn.isPartial ? partialText(turn) : finalText(turn, marks);
  return el(
    "article",
    { class: `turn ${turn.channel}${state}`, dataset: { utterance: turn.id }, "aria-live": turn.isPartial ? "off" : "polite" },
    el("header", { class: "turn-head" }, el("b", {}, SPEAKERS[turn.channel]), el("time", {}, clock(turn.start))),
    el("p", { class: "turn-text" }, ...text),
  );
}

const partialText = ({ text, stable }) => [stable, el("span", { class: "unstable" }, text.slice(stable.length))];

/** The text in pieces: what is evidence is marked, and what was heard badly is underlined. */
function finalText({ text, raw, words }, marks) {
  const map = boundaries(raw, text);
  const looks = new Array(text.length).fill("");
  for (const { span, confidence } of wordSpans(raw, words)) {
    if (confidence < UNSURE_BELOW) paint(looks, shown(map, text, span), "u");
  }
  for (const span of marks) paint(looks, shown(map, text, span), "m");
  const pieces = [];
  for (let from = 0; from < text.length; ) {
    let to = from + 1;
    while (to < text.length && looks[to] === looks[from]) to++;
    pieces.push(piece(text.slice(from, to), looks[from]));
    from = to;
  }
  return pieces;
}

function paint(looks, [from, to], look) {
  for (let i = from; i < to; i++) if (!looks[i].includes(look)) looks[i] += look;
}

function piece(text, look) {
  let node = text;
  if (look.includes("u")) node = el("span", { class: "unsure", title: "没有听清，请核对" }, node);
  if (look.includes("m")) node = el("mark", {}, node);
  return node;
}
