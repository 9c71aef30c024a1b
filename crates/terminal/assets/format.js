// Amounts and times as people read them. Amounts are integers in minor units, two digits for every currency.

import { language } from './words.js';

const LOCALES = { cs: 'cs-CZ', sk: 'sk-SK', en: 'en-GB', de: 'de-DE', pl: 'pl-PL' };
const MINOR = 100;

export const locale = () => LOCALES[language()];

export function money(minor, currency) {
  const style = { style: 'currency', currency, minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(locale(), style).format(minor / MINOR);
}

/** The same without the currency. */
export function plain(minor) {
  const style = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return new Intl.NumberFormat(locale(), style).format(minor / MINOR);
}

export function moment(time) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(time));
}

export function clock(time) {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(new Date(time));
}

/** Seconds as `1:05`. */
export function countdown(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Eight bytes of chance: enough to tell devices and requests apart. */
export function chance() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
