// Making elements. Nothing here writes markup or inline style: the page's policy forbids both.

/** An element with attributes (`on…` members listen, `true` is an empty attribute, null and false are none). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function fill(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
}

/** A button with a look: `primary`, `good`, `bad`, `plain`. */
export function button(text, look, press, attributes = {}) {
  return h('button', { type: 'button', class: `button ${look}`, onclick: press, ...attributes }, text);
}

let last = 0;
/** An id that nothing else on the page has. */
export const fresh = (stem) => `${stem}-${(last += 1)}`;

/** A screen: what it is about, what is on it, what can be done. */
export function screen(name, { title, detail, body = [], actions = [], tone = '', hidden = false }) {
  const about = detail ? fresh('about') : null;
  return h('section', { class: `screen ${name} ${tone}`, 'data-screen': name },
    h('div', { class: 'content' },
      h('h1', { tabindex: -1, class: hidden ? 'visually-hidden' : null, 'aria-describedby': about }, title),
      detail ? h('p', { class: 'detail', id: about }, detail) : null,
      body),
    h('div', { class: 'actions' }, actions));
}
