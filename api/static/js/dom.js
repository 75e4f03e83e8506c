// A small helper to build elements; text is always set as text, never as markup.

/** An element with properties, `dataset`, `class` and children; null children are left out. */
export function el(tag, { class: className, dataset, ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (dataset) Object.assign(element.dataset, dataset);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "for" || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);
