// The draft: every field with its confidence and alternatives; what a person changes is saved at once.

import { byId, el } from "./dom.js";
import { FieldInput } from "./field-input.js";
import { GROUPS, MAX_TEXT, percent, written } from "./labels.js";

const OFFERED_FROM = 0.05; // confidence from which an alternative is worth its place
const EMPTY = { value: null, confidence: 0, evidence: [], alternatives: [], source: "heard" };

export class DraftView {
  #rows = new Map();
  #call = null;
  #left = new Map(); // call id -> what was refused there, to be mended when its call is shown again
  #lines = new Map(); // call id and field -> its last save that is on its way; the next one waits for it
  #choices;
  #onFocus;
  #save;
  #untold = new Map(); // call id -> what was refused to do with it while another call was shown
  #isAsked = false; // whether an order that says nothing is meant; asked once

  /**
   * @param choices the values that fields with fixed choices can take
   * @param onFocus told which field's evidence is wanted, or null
   * @param save (call id, field, value) => Promise of the draft's fields
   * @param submit asked for when the order is complete
   */
  constructor({ choices, onFocus, save, submit }) {
    this.#choices = choices;
    this.#onFocus = onFocus;
    this.#save = save;
    byId("fields").replaceChildren(...GROUPS.map((group) => this.#group(group, choices)));
    const form = byId("draft");
    form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
    form.addEventListener("keydown", (event) => this.#key(event, form));
  }

  /** Shows the draft of `call`; what a person has typed and not saved is left alone. */
  show(call) {
    const isOther = this.#call?.id !== call.id;
    const isLocked = Boolean(call.orderId);
    if (isOther) this.clear();
    this.#call = call;
    byId("draft").hidden = false;
    let filled = 0;
    for (const [name, row] of this.#rows) {
      const field = call.fields[name] ?? EMPTY;
      if (field.value !== null) filled++;
      this.#showField(row, field, isOther);
      if (isLocked) this.#giveUp(row);
      row.input.disabled = row.chips.hidden = isLocked;
    }
    const earlier = call.orders.filter((id) => id !== call.orderId);
    const before = earlier.length ? `本次通话已提交 ${earlier.join("、")} · ` : "";
    byId("draft-progress").textContent = `${before}已填 ${filled} / ${this.#rows.size}`;
    byId("draft-note").hidden = isLocked;
    if (isOther || isLocked) this.#problem = isLocked ? "" : this.#untold.get(call.id) ?? "";
    this.#untold.delete(call.id);
    if (isOther) this.#restore();
    this.#showButton();
  }

  /** Shows no draft; what is still being typed is saved first. */
  clear() {
    byId("draft").hidden = true;
    if (!this.#call) return;
    for (const row of this.#rows.values()) {
      if (row.problem.textContent) this.#keep(this.#call.id, row, row.input.value, row.problem.textContent);
      else this.#commit(row);
      row.sending = null;
      row.element.classList.remove("is-saving");
      row.input.show(null);
      this.#tell(row, "");
    }
    this.#call = null;
  }

  /** Tells that something could not be done with a call: now, or when the operator comes back to it. */
  tell(callId, text) {
    if (callId === this.#call?.id) this.#problem = text;
    else this.#untold.set(callId, text);
  }

  set #problem(text) {
    byId("draft-problem").textContent = text;
    this.#isAsked = false;
    this.#showButton();
  }

  /** Whether something was typed that is not saved. */
  get isDirty() {
    return this.#left.size > 0 || (this.#call !== null && [...this.#rows.values()].some((row) => row.input.isDirty));
  }

  /** Saves what is still being typed; true when everything is saved. Else says what is not, and goes there. */
  async flush() {
    const { id } = this.#call;
    const rows = [...this.#rows.values()];
    const saved = await Promise.all(rows.map((row) => this.#commit(row)));
    const refused = rows.filter((_, i) => !saved[i]);
    if (!refused.length) return true;
    this.tell(id, `还没有提交：${refused.map((row) => row.label).join("、")}没有存上。请改正，或按 Esc 放弃改动。`);
    if (this.#call?.id === id) refused[0].input.focus();
    return false;
  }

  /** Whether the order says what it is about. */
  get isTold() {
    return ["category", "summary"].some((name) => this.#rows.get(name).input.value !== null);
  }

  /** Whether the order is meant as it is: the operator is asked, once, about one that does not say what it is about. */
  isMeant() {
    if (this.isTold || this.#isAsked) return true;
    this.#problem = "问题分类和内容摘要都是空的。确定这样提交，就再按一次。";
    this.#isAsked = true;
    this.#showButton();
    return false;
  }

  /** Saves what could not be saved while the service was away. */
  retry() {
    for (const row of this.#rows.values()) if (row.isPassing) this.#commit(row);
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
    const doubt = el("p", { class: "doubt" });
    const problem = el("p", { class: "problem", role: "alert" });
    const element = el("div", { class: `field${field.wide ? " wide" : ""}${field.half ? " half" : ""}`, dataset: { field: field.name } },
      el("div", { class: "field-head" }, label, trust), input.element, chips, doubt, problem);
    const row = { ...field, input, element, trust, chips, says: doubt, problem, field: EMPTY, version: null, sending: null, isPassing: false };
    this.#rows.set(field.name, row);
    element.addEventListener("focusin", () => this.#onFocus(field.name));
    element.addEventListener("focusout", (event) => {
      if (!element.contains(event.relatedTarget)) this.#onFocus(null);
    });
    element.addEventListener("change", () => this.#commit(row));
    element.addEventListener("input", () => { if (row.problem.textContent && !row.input.isDirty) this.#tell(row, ""); });
    return element;
  }

  #showField(row, field, isOther) {
    const version = JSON.stringify([field.value, field.confidence, field.alternatives, field.source]);
    if (!isOther && row.version === version) return;
    const isHeardNow = !isOther && row.version !== null && field.value !== null && field.source !== "edited";
    const isTyping = !isOther && (row.input.isDirty || row.sending !== null);
    row.version = version;
    row.field = field;
    if (!isTyping) row.input.show(field.value);
    row.says.textContent = (field.value !== null && row.doubt?.(field.value, this.#choices)) || "";
    row.trust.replaceWith((row.trust = trustElement(field)));
    const isNews = isTyping && field.value !== null && JSON.stringify(field.value) !== JSON.stringify(row.input.value);
    const heard = isNews ? [field] : []; // he may take it, or type on
    const others = [...heard, ...field.alternatives].filter((other) => other.confidence >= OFFERED_FROM);
    row.chips.replaceChildren(...others.map((other) => this.#chip(row, other)));
    row.element.classList.remove("is-new");
    if (isHeardNow && !isTyping) requestAnimationFrame(() => row.element.classList.add("is-new"));
  }

  #chip(row, { value, confidence }) {
    return el("button", {
      type: "button", class: "chip", title: `改为「${written(value)}」`,
      onclick: () => { row.input.type(value); this.#send(row, value); },
    }, written(value), el("small", {}, percent(confidence)));
  }

  /** Saves what a person has changed; a value that is on its way already is not sent again. */
  #commit(row) {
    const { sending } = row;
    const isNew = sending ? sending.typed !== JSON.stringify(row.input.value) : row.input.isDirty;
    if (isNew) this.#send(row, row.input.value);
    return this.#lines.get(lineOf(this.#call?.id, row))?.done ?? Promise.resolve(true);
  }

  /** Saves `value` when what was sent before it has arrived: the last one counts. */
  #send(row, value) {
    const { id } = this.#call;
    const line = lineOf(id, row);
    const sending = { typed: JSON.stringify(row.input.value), isLast: () => this.#lines.get(line) === sending };
    const before = this.#lines.get(line)?.done ?? Promise.resolve();
    row.sending = sending;
    this.#lines.set(line, sending);
    row.element.classList.add("is-saving");
    sending.done = before.then(() => this.#put(id, row, value, sending)).finally(() => {
      if (sending.isLast()) this.#lines.delete(line);
    });
  }

  async #put(id, row, value, sending) {
    const isHere = () => this.#call?.id === id;
    try {
      const { fields } = await this.#save(id, row.name, value);
      if (isHere()) this.#saved(row, fields[row.name], sending);
      return true;
    } catch (refusal) {
      const problem = refusal.code === "invalid_field" ? expected(row, value) ?? refusal.message : refusal.message;
      if (isHere() && sending.isLast()) this.#tell(row, problem, refusal.isPassing);
      else if (sending.isLast()) this.#keep(id, row, value, problem);
      return false;
    } finally {
      if (row.sending === sending) row.sending = null;
      if (isHere() && !row.sending) row.element.classList.remove("is-saving");
    }
  }

  #saved(row, field, sending) {
    this.#tell(row, "");
    const isChanged = row.input.isDirty && JSON.stringify(row.input.value) !== sending.typed; // he types on
    row.input.saved = field.value;
    if (isChanged || !sending.isLast()) return;
    row.sending = null;
    row.input.show(field.value);
    row.version = null;
    this.#showField(row, field, false);
  }

  /** Takes back what was typed and not saved. */
  #giveUp(row) {
    row.sending = null;
    if (row.input.isDirty) {
      row.version = null;
      row.input.show(row.field.value);
      this.#showField(row, row.field, false);
    }
    this.#tell(row, "");
  }

  #tell(row, problem, isPassing = false) {
    const isMended = row.problem.textContent && !problem;
    row.problem.textContent = problem;
    row.input.problem = problem;
    row.isPassing = isPassing;
    if (isMended || this.#isAsked) this.#problem = "";
  }

  #keep(callId, row, value, problem) {
    this.#left.set(callId, [...(this.#left.get(callId) ?? []), { row, value, problem }]);
  }

  #restore() {
    for (const { row, value, problem } of this.#left.get(this.#call.id) ?? []) {
      if (this.#call.orderId) break;
      row.input.type(value);
      row.version = null;
      this.#showField(row, row.field, false);
      this.#tell(row, problem);
    }
    this.#left.delete(this.#call.id);
  }

  #showButton() {
    const order = this.#call?.orderId;
    const button = byId("submit");
    button.disabled = Boolean(order);
    button.firstChild.textContent = order ? `已提交 · 工单号 ${order}` : this.#isAsked ? "仍然提交 " : "提交工单 ";
    button.querySelector("kbd").hidden = Boolean(order);
  }

  #key(event, form) {
    const row = this.#rows.get(event.target.closest(".field")?.dataset.field);
    if (event.isComposing) return; // an input method is choosing characters
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) form.requestSubmit();
    } else if (row && event.key === "Escape") {
      this.#giveUp(row);
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

const lineOf = (callId, row) => JSON.stringify([callId, row.name]);

/** What the field takes, when it has refused `value`. */
function expected(row, value) {
  return value?.length > MAX_TEXT ? `最多 ${MAX_TEXT} 字，现在有 ${value.length} 字` : row.expected;
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
