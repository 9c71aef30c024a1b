// Elements without a framework: one function that makes them, and one that empties their place.

export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function fill(place, ...children) {
  place.replaceChildren(...children.filter(Boolean));
}

/** Up to two letters that stand for a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  return (words.length > 1 ? [words[0], words[words.length - 1]] : words)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toUpperCase();
}

/** One of six shades that is always the same for a name. */
export function shade(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 37 + letter.codePointAt(0)) % 9973;
  return `shade-${sum % 6}`;
}

export function avatar(name, size = "") {
  return h("span", { class: `avatar ${shade(name)} ${size}`, "aria-hidden": "true" }, initials(name));
}
