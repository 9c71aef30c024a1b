// The page's texts in the customer's and the operator's language.

import cs from './lang/cs.js';
import de from './lang/de.js';
import en from './lang/en.js';
import pl from './lang/pl.js';
import sk from './lang/sk.js';

const ALL = { cs, sk, en, de, pl };

/** Names of the languages in themselves. */
export const LANGUAGES = { cs: 'Čeština', sk: 'Slovenčina', en: 'English', de: 'Deutsch', pl: 'Polski' };

let spoken = 'en';

export const language = () => spoken;
export const isSpoken = (tag) => Object.hasOwn(ALL, tag);

export function speak(tag) {
  if (isSpoken(tag)) spoken = tag;
  document.documentElement.lang = spoken;
}

/** A text, with its holes filled: `{amount}`. */
export function t(key, holes = {}) {
  const text = ALL[spoken][key] ?? ALL.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (hole, name) => holes[name] ?? hole);
}

/** The text of a word of the protocol, or a general one where the protocol has grown. */
export function told(family, word, otherwise) {
  const key = `${family}.${word}`;
  return Object.hasOwn(ALL.en, key) ? t(key) : t(`${family}.${otherwise}`);
}

/** The browser's language if it is one of ours. */
export const preferred = () =>
  navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(isSpoken) ?? null;
