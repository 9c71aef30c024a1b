// The pad of a terminal: ten digits, correct, and the green key. A real keyboard does the same.

import { h } from './dom.js';
import { icon } from './icons.js';
import { play } from './sound.js';
import { t } from './words.js';

/** `press(digit)`, `correct()`; `extra` is a key left of the zero, such as `00`. Confirming is an action of the screen. */
export function keypad({ press, correct, extra = null, name }) {
  const key = (digits) => h('button', { type: 'button', class: 'key', onclick: () => { play('key'); press(digits); } }, digits);
  const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(key);
  const left = extra ? key(extra) : h('span', { class: 'key none', 'aria-hidden': 'true' });
  const erase = h('button', { type: 'button', class: 'key correct', 'aria-label': t('action.correct'), onclick: () => { play('key'); correct(); } },
    icon('erase'));
  return h('div', { class: 'keypad', role: 'group', 'aria-label': name }, digits, left, key('0'), erase);
}

/** What a keyboard's key means on a pad; true when it was taken. */
export function typed(event, { press, correct }) {
  if (/^[0-9]$/.test(event.key)) {
    play('key');
    press(event.key);
    return true;
  }
  if (event.key === 'Backspace' || event.key === 'Delete') {
    correct();
    return true;
  }
  return false;
}
