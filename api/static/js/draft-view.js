// The draft: every field with its confidence and alternatives; what a person changes is saved at once.

import { byId, el } from "./dom.js";
import { FieldInput } from "./field-input.js";
import { GROUPS, percent, written } from "./labels.js";

const OFFERED_FROM = 0.05; // confidence from which an alternative is worth its place
const EMPTY = { value: null, confidence: 0, evidence: [], alternatives: [], source: "heard" };

export class DraftView {
  #rows = new Map();
  #call = null;
  #onFocus;
  #save;

  /**
   * @param choices the values that fields with fixed choices can take
   * @param onFocus told which field's evidence is wanted, or null
   * @param save (field, value) => Promise of the draft's fields
   * @param submit asked for when the order is complete
   */
  constructor({ choices, onFocus, save, submit }) {
    this.#onFocus = onFocus;
    this.#save = save;
    byId("fields").replaceChildren(...GROUPS.map((group) => this.#group(group, choices)));
    const form = byId("draft");
    form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
    form.addEventListener("keydown", (event) => this.#key(event, form));
  }

  /** Shows the draft of `call`; a field that a person is changing right now is left alone. */
  show(call) {
    const isOther = this.#call?.id !== call.id;
    this.#call = call;
    byId("draft").hidden = false;
    let filled = 0;
    for (const [name, row] of this.#rows) {
      const field = call.fields[name] ?? EMPTY;
      if (field.value !== null) filled++;
      this.#showField(row, field, isOther);
      row.input.disabled = Boolean(call.orderId);
    }
    const earlier = call.orders.filter((id) => id !== call.orderId);
    const before = earlier.length ? `本次通话已提交 ${earlier.join("、")} · ` : "";
    byId("draft-progress").textContent = `${before}已填 ${filled} / ${this.#rows.size}`;
    const button = byId("submit");
    button.disabled = Boolean(call.orderId);
    button.firstChild.textContent = call.orderId ? `已提交 · 工单号 ${call.orderId}` : "提交工单 ";
    button.querySelector("kbd").hidden = Boolean(call.orderId);
    if (isOther) this.problem = "";
  }

  set problem(text) {
    byId("draft-problem").textContent = text;
  }

  /** Saves what is still being typed; true when everything is saved. */
  async flush() {
    const saved = await Promise.all([...this.#rows.values()].map((row) => this.#commit(row)));
    return saved.every(Boolean);
  }

  #group({ title, fields, columns = "by-two" }, choices) {
    const rows = fields.map((field) => this.#field(field, choices));
    return el("fieldset", { class: "group" }, el("legend", {}, title), el("div", { class: `group-body ${columns}` }, ...rows));
  }

  #field(field, choices) {
    const input = new FieldInput(field, choices);
    const label = input.isGroup ? el("span", {}, field.label) : el("label", { for: input.id }, field.label);
    const trust = el("span");
    const chips = el("div", { class: "chips" });
    const problem = el("p", { class: "problem", role: "alert" });
    const element = el("div", { class: `field${field.wide ? " wide" : ""}${field.half ? " half" : ""}`, dataset: { field: field.name } },
      el("div", { class: "field-head" }, label, trust), input.element, chips, problem);
    const row = { name: field.name, expected: field.expected, input, element, trust, chips, problem, version: null, sending: null };
    this.#rows.set(field.name, row);
    element.addEventListener("focusin", () => this.#onFocus(field.name));
    element.addEventListener("focusout", (event) => {
      if (!element.contains(event.relatedTarget)) this.#onFocus(null);
    });
    element.addEventListener("change", () => this.#commit(row));
    return element;
  }

  #showField(row, field, isOther) {
    const version = JSON.stringify([field.value, field.confidence, field.alternatives, field.source]);
    if (!isOther && row.version === version) return;
    const isHeardNow = !isOther && row.version !== null && field.value !== null && field.source !== "edited";
    const isTyping = !isOther && row.input.isDirty && row.element.contains(document.activeElement);
    row.version = version;
    if (!isTyping) row.input.show(field.value);
    if (isOther) this.#tell(row, "");
    row.trust.replaceWith((row.trust = trustElement(field)));
    const others = field.alternatives.filter((other) => other.confidence >= OFFERED_FROM);
    row.chips.replaceChildren(...others.map((other) => this.#chip(row, other)));
    row.element.classList.remove("is-new");
    if (isHeardNow && !isTyping) requestAnimationFrame(() => row.element.classList.add("is-new"));
  }

  #chip(row, { value, confidence }) {
    return el("button", {
      type: "button", class: "chip", title: `改为「${written(value)}」`, disabled: Boolean(this.#call.orderId),
      onclick: () => { row.input.revert(); this.#send(row, value); },
    }, written(value), el("small", {}, percent(confidence)));
  }

  /** Saves what a person has changed; a value that is on its way already is not sent again. */
  #commit(row) {
    if (!row.input.isDirty) return Promise.resolve(true);
    const value = JSON.stringify(row.input.value);
    if (row.sending?.value !== value) row.sending = { value, done: this.#send(row, row.input.value) };
    return row.sending.done;
  }

  async #send(row, value) {
    const { id } = this.#call;
    row.element.classList.add("is-saving");
    try {
      const { fields } = await this.#save(id, row.name, value);
      if (this.#call.id !== id) return true;
      this.#tell(row, "");
      row.version = null;
      row.input.show(fields[row.name].value);
      this.#showField(row, fields[row.name], false);
      return true;
    } catch (refusal) {
      this.#tell(row, refusal.code === "invalid_field" ? row.expected ?? refusal.message : refusal.message);
      return false;
    } finally {
      row.sending = null;
      row.element.classList.remove("is-saving");
    }
  }

  #tell(row, problem) {
    row.problem.textContent = problem;
    row.input.problem = problem;
  }

  #key(event, form) {
    const row = this.#rows.get(event.target.closest(".field")?.dataset.field);
    if (event.isComposing) return; // an input method is choosing characters
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    } else if (row && event.key === "Escape") {
      row.input.revert();
      this.#tell(row, "");
    } else if (row && event.altKey && /^[1-3]$/.test(event.key)) {
      event.preventDefault();
      row.chips.children[Number(event.key) - 1]?.click();
    } else if (row && event.key === "Enter" && !event.shiftKey && !event.target.matches("button")) {
      event.preventDefault();
      this.#commit(row);
      this.#next(row);
    }
  }

  #next(row) {
    const rows = [...this.#rows.values()];
    rows[rows.indexOf(row) + 1]?.input.focus();
  }
}

function trustElement({ value, confidence, source }) {
  if (source === "edited") return el("span", { class: "badge edited" }, "已改");
  if (value === null) return el("span");
  const level = confidence >= 0.85 ? "good" : confidence >= 0.65 ? "fair" : "poor";
  const how = source === "inferred" ? "推断" : "听到";
  const bar = el("i", { "aria-hidden": "true" });
  bar.style.setProperty("--share", percent(confidence));
  return el("span", { class: `trust ${level}`, title: `${how}，把握 ${percent(confidence)}` },
    source === "inferred" ? el("span", { class: "badge" }, how) : null, bar, percent(confidence));
}
