// The control of one field: shows a value, tells when a person wants another one.

import { el } from "./dom.js";
import { written } from "./labels.js";

/** Kinds of controls: how each is built, shown and read. `read` gives the value for the service. */
const KINDS = {
  text: {
    build: (field, id, choices) => {
      const input = el("input", { id, type: "text", autocomplete: "off", placeholder: field.placeholder ?? "", inputMode: field.inputMode ?? "" });
      if (!field.list) return [input, input];
      const options = el("datalist", { id: `${id}-list` }, ...(choices[field.name] ?? []).map((value) => el("option", { value })));
      input.setAttribute("list", options.id);
      return [el("div", {}, input, options), input];
    },
    show: (input, value) => { input.value = input.title = written(value); },
    read: (input) => input.value.trim() || null,
  },
  select: {
    build: (field, id, choices) => {
      const select = el("select", { id }, el("option", { value: "" }, ""), ...(choices[field.name] ?? []).map((value) => el("option", { value }, value)));
      return [select, select];
    },
    show: (select, value) => { select.value = value ?? ""; },
    read: (select) => select.value || null,
  },
  category: {
    build: (field, id, choices) => {
      const groups = Object.groupBy(choices.category ?? [], ([upper]) => upper);
      const select = el("select", { id }, el("option", { value: "" }, ""), ...Object.entries(groups).map(([upper, pairs]) =>
        el("optgroup", { label: upper }, ...pairs.map((pair) => el("option", { value: JSON.stringify(pair) }, written(pair))))));
      return [select, select];
    },
    show: (select, value) => {
      const key = value ? JSON.stringify(value) : "";
      if (key && ![...select.options].some((option) => option.value === key)) select.append(el("option", { value: key }, written(value)));
      select.value = key;
      select.title = written(value);
    },
    read: (select) => (select.value ? JSON.parse(select.value) : null),
  },
  choice: {
    build: (field, id) => {
      const options = [["true", "是"], ["false", "否"], ["", "未提"]];
      const group = el("div", { class: "choice", id, role: "radiogroup", "aria-label": field.label }, ...options.map(([value, label]) =>
        el("label", {}, el("input", { type: "radio", name: field.name, value }), label)));
      return [group, group];
    },
    show: (group, value) => { group.querySelector(`[value="${value ?? ""}"]`).checked = true; },
    read: (group) => JSON.parse(group.querySelector(":checked").value || "null"),
  },
};
const area = (rows) => (field, id) => { const box = el("textarea", { id, rows }); return [box, box]; };
KINDS.long = { ...KINDS.text, build: area(3) };
KINDS.line = { ...KINDS.text, build: area(1), read: (box) => box.value.trim().replace(/\s*\n\s*/g, " ") || null };
KINDS.moment = { ...KINDS.text, read: (input) => input.value.trim().replace(/^(\d{4}-\d\d-\d\d) +/, "$1T") || null };

export class FieldInput {
  #kind;
  #shown = null;

  constructor(field, choices) {
    this.#kind = KINDS[field.kind ?? "text"];
    this.id = `field-${field.name}`;
    [this.element, this.control] = this.#kind.build(field, this.id, choices);
    this.isGroup = field.kind === "choice";
  }

  /** Whether a person has changed the value and not yet saved it. */
  get isDirty() {
    return JSON.stringify(this.value) !== JSON.stringify(this.#shown);
  }

  get value() {
    return this.#kind.read(this.control);
  }

  show(value) {
    this.#kind.show(this.control, value);
    this.#shown = this.value;
  }

  /** What the service has by now; what a person has typed since stays. */
  set saved(value) {
    this.#shown = value;
  }

  /** Writes what a person has typed, and not saved. */
  type(value) {
    this.#kind.show(this.control, value);
  }

  focus() {
    (this.isGroup ? this.control.querySelector(":checked") : this.control).focus();
  }

  set disabled(off) {
    for (const control of this.isGroup ? this.control.querySelectorAll("input") : [this.control]) control.disabled = off;
  }

  set problem(text) {
    if (text) this.control.setAttribute("aria-invalid", "true");
    else this.control.removeAttribute("aria-invalid");
  }
}
