// Screens on which something is typed before there is a task: which terminal this is, and an amount.

import { remembered } from './device.js';
import { button, fill, fresh, h, screen } from './dom.js';
import { countdown, money, plain } from './format.js';
import { icon } from './icons.js';
import { keypad, typed } from './keypad.js';
import { LANGUAGES, language, t, told } from './words.js';

const MOST_DIGITS = 10;

/** Which terminal this is. */
export function connect(app) {
  const { device, facts } = app;
  const wanted = new URLSearchParams(location.search).get('tid') ?? remembered().tid ?? facts.demo[0]?.tid ?? '';
  const known = facts.demo.find((demo) => demo.tid === wanted);
  const tid = field('tid', t('connect.tid'), wanted, { inputmode: 'numeric', pattern: '[0-9A-Za-z]{1,16}', maxlength: 16 });
  const key = field('key', t('connect.key'), known?.key ?? '', { type: 'password', maxlength: 128 });
  const problem = h('div', { class: 'problem', role: 'alert' });
  const choose = (demo) => {
    tid.input.value = demo.tid;
    key.input.value = demo.key;
    fill(problem);
    form.requestSubmit();
  };
  const form = h('form', { class: 'connect-form', novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const missing = [tid, key].find(({ input }) => input.value.trim() === '' || !input.checkValidity());
    if (missing) {
      fill(problem, t('connect.missing'));
      missing.input.focus();
      return;
    }
    device.connect(tid.input.value.trim(), key.input.value);
    app.render();
  } }, tid.row, key.row, problem, h('button', { type: 'submit', class: 'button primary wide', 'data-default': true }, t('connect.connect')));
  const demos = facts.demo.length === 0 ? null : h('div', { class: 'demos' },
    h('h2', {}, t('connect.demo')),
    facts.demo.map((demo) => h('button', { type: 'button', class: 'demo', 'data-demo': demo.tid, onclick: () => choose(demo) },
      h('span', { class: 'demo-name' }, demo.name), h('span', { class: 'demo-tid' }, demo.tid),
      h('span', { class: 'demo-about' }, t(demo.assisted ? 'connect.assisted' : 'connect.automatic')))));
  const node = screen('connect', {
    title: t('connect.title'), detail: t('connect.detail'), body: [form, demos, languages(app)],
  });
  const update = () => refusal(app, problem);
  update();
  return { node, update };
}

function field(name, text, value, attributes) {
  const id = fresh(name);
  const input = h('input', { id, name, value, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', required: true, ...attributes });
  return { input, row: h('div', { class: 'field' }, h('label', { for: id }, text), input) };
}

function refusal({ device }, problem) {
  if (device.link !== 'refused' || !device.refusal) return;
  const { code, until } = device.refusal;
  const wait = until ? Math.ceil((until - Date.now()) / 1000) : 0;
  const text = wait > 0 ? t('connect.wait', { time: countdown(wait) }) : told('refused', code, 'other');
  if (problem.textContent !== text) fill(problem, text);
}

/** The languages as one line of buttons. */
export function languages(app) {
  return h('div', { class: 'languages', role: 'group', 'aria-label': t('settings.language') },
    Object.entries(LANGUAGES).map(([tag, name]) =>
      h('button', { type: 'button', class: 'chip', lang: tag, 'aria-label': name, title: name, 'aria-pressed': String(tag === language()), onclick: () => app.speak(tag) }, tag.toUpperCase())));
}

/** Somebody else is this terminal. */
export function occupied({ device, facts }) {
  const detail = [t('occupied.detail', { tid: device.tid })];
  return { node: screen('occupied', {
    title: t('occupied.title'), detail, body: [h('div', { class: 'badge warn' }, icon('warn'))],
    actions: [
      button(t('occupied.take'), 'primary', () => device.takeOver(), { 'data-default': true }),
      button(t('action.back'), 'plain', () => device.disconnect(), { 'data-cancel': true }),
    ],
  }), facts };
}

/** Somebody else has become it. */
export function replaced({ device }) {
  return { node: screen('replaced', {
    title: t('replaced.title'), detail: t('replaced.detail', { model: device.refusal?.model || '?' }),
    body: [h('div', { class: 'badge warn' }, icon('warn'))],
    actions: [
      button(t('occupied.take'), 'primary', () => device.takeOver(), { 'data-default': true }),
      button(t('action.close'), 'plain', () => device.disconnect(), { 'data-cancel': true }),
    ],
  }) };
}

/** An amount for a sale or a refund that is begun here. */
export function amount(app, kind) {
  const { device } = app;
  const { currencies, limits } = device.terminal;
  let digits = '';
  let currency = currencies[0];
  const shown = h('output', { class: 'amount', 'aria-live': 'polite' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const minor = () => Number(digits || '0');
  const show = (text = '') => {
    fill(shown, plain(minor()), h('span', { class: 'currency' }, currency));
    if (problem.textContent !== text) fill(problem, text);
  };
  const pad = {
    press: (more) => { if ((digits + more).length <= MOST_DIGITS) digits = (digits + more).replace(/^0+/, ''); show(); },
    correct: () => { digits = digits.slice(0, -1); show(); },
  };
  const confirm = () => {
    const { min_minor: least, max_minor: most } = limits[currency];
    if (minor() < least) return show(t('amount.least', { amount: money(least, currency) }));
    if (minor() > most) return show(t('amount.most', { amount: money(most, currency) }));
    return device.start(kind, { amount_minor: minor(), currency });
  };
  const choice = currencies.length < 2 ? null : h('div', { class: 'currencies', role: 'group', 'aria-label': t('amount.currency') },
    currencies.map((code) => h('button', { type: 'button', class: 'chip', 'aria-pressed': String(code === currency), onclick: (event) => {
      currency = code;
      for (const other of event.currentTarget.parentElement.children) other.setAttribute('aria-pressed', String(other === event.currentTarget));
      show();
    } }, code)));
  show();
  return {
    node: screen('enter', {
      title: t(kind === 'sale' ? 'menu.sale' : 'menu.refund'), detail: t('amount.detail'),
      body: [shown, choice, problem, keypad({ ...pad, extra: '00', name: t('amount.pad') })],
      actions: [
        button(t('action.cancel'), 'bad', () => app.go(null), { 'data-cancel': true }),
        button(t('action.confirm'), 'good', confirm, { 'data-default': true }),
      ],
    }),
    key: (event) => typed(event, pad),
    update: () => {
      const { notice } = device;
      if (!notice) return;
      device.notice = null;
      show(told(notice.family, notice.code, 'internal'));
    },
  };
}
