// Screens of a running task, from the amount to the issuer's answer.

import { button, fill, h, screen } from './dom.js';
import { countdown, money, plain } from './format.js';
import { icon } from './icons.js';
import { keypad, typed } from './keypad.js';
import { plastic, wallet } from './wallet.js';
import { t, told } from './words.js';

const PERCENTS = [0, 5, 10, 15];
const SHORTEST_PIN = 4;
const LONGEST_PIN = 12;
/** From here on the time that is left is shown. */
const SHOW_SECONDS = 60;

const total = ({ task, tip }) => task.amount_minor + (typeof task.tip === 'number' ? task.tip : tip ?? 0);

/** The amount as the customer reads it, and what the register calls it. */
function price(device) {
  const { task } = device;
  const tip = total(device) - task.amount_minor;
  return h('div', { class: 'price' },
    h('p', { class: 'amount' }, plain(total(device)), h('span', { class: 'currency' }, task.currency)),
    tip > 0 ? h('p', { class: 'small' }, t('tip.within', { tip: money(tip, task.currency) })) : null);
}

const cancel = (device) => button(t('action.cancel'), 'bad', () => device.abort('customer'), { 'data-cancel': true });

/** The operator's ways out, behind one small button. */
function ways(device) {
  const { task } = device;
  return h('details', { class: 'ways' }, h('summary', {}, icon('menu'), t('operator.title')),
    h('div', { class: 'ways-list' },
      button(t('operator.cancel'), 'plain', () => device.abort('operator'), { 'data-operator-cancel': true }),
      task.releasable && task.presentations === 0 ? button(t('operator.release'), 'plain', () => device.release(), { 'data-release': true }) : null));
}

/** A card is awaited. */
export function card(app) {
  const { device } = app;
  const { task, hint } = device;
  const refund = task.kind === 'refund';
  const time = h('p', { class: 'time' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const must = hint?.retry === 'insert';
  const entries = h('div', { class: 'entries', role: 'group', 'aria-label': t('card.how') });
  const chosen = h('div', { class: 'chosen' });
  const show = () => {
    const { selected } = app.wallet;
    const phone = selected.special === 'device';
    const can = { contactless: !must, chip: !phone, swipe: !phone && !must };
    const way = (entry, sign) => h('button', {
      type: 'button', class: 'entry', 'data-entry': entry, disabled: !can[entry],
      onclick: () => device.present(selected, entry),
    }, icon(sign), h('span', {}, t(`entry.${entry}`)));
    fill(entries, way('contactless', 'tap'), way('chip', 'insert'), way('swipe', 'swipe'));
    fill(chosen, plastic(selected, 'small'), h('div', { class: 'chosen-words' },
      h('span', { class: 'chosen-effect' }, told('card', selected.number, 'other_card')),
      h('button', { type: 'button', class: 'button plain compact', 'data-choose': true, onclick: () => pick(app) }, t('card.choose'))));
  };
  app.wallet.onchange = show;
  show();
  const sign = must ? 'insert' : 'tap';
  const node = screen('card', {
    title: t(must ? 'card.insert' : hint ? 'card.other' : refund ? 'card.refund' : 'card.present'), tone: must ? 'must' : '',
    detail: hint ? told('reason', hint.reason, 'technical_problem') : task.reference ? t('card.reference', { reference: task.reference }) : null,
    body: [price(device), h('div', { class: `reader ${sign}`, 'aria-hidden': 'true' }, icon(sign)), time, problem, chosen, entries, ways(device)],
    actions: [cancel(device)],
  });
  const update = () => {
    const { notice } = device;
    if (notice && problem.textContent === '') fill(problem, told(notice.family, notice.code, 'internal'));
    const left = Math.round((Date.parse(task.expires_at) - device.now) / 1000);
    const soon = task.presentations === 0 && left > 0 && left <= SHOW_SECONDS;
    fill(time, soon ? t('card.time', { time: countdown(left) }) : '');
  };
  update();
  return { node, update };
}

/** On a small screen the cards are on a sheet of their own. */
function pick(app) {
  const close = () => sheet.close();
  const sheet = h('dialog', { class: 'sheet', 'aria-label': t('wallet.title'), onclose: () => { sheet.remove(); document.querySelector('[data-choose]')?.focus(); } },
    h('div', { class: 'sheet-head' }, h('h2', {}, t('wallet.title')), h('button', { type: 'button', class: 'button plain compact', onclick: close }, t('action.close'))),
    wallet(app, close));
  document.body.append(sheet);
  sheet.showModal();
}

/** How much on top. */
export function tip(app) {
  const { device } = app;
  const { amount_minor: base, currency } = device.task;
  let digits = null;
  const own = h('div', { class: 'own-tip' });
  const options = h('div', { class: 'tips' });
  const give = (minor) => device.giveTip(minor);
  const shown = h('output', { class: 'amount', 'aria-live': 'polite' });
  const minor = () => Math.min(Number(digits || '0'), base);
  const show = () => fill(shown, plain(minor()), h('span', { class: 'currency' }, currency));
  const pad = {
    press: (more) => { if (digits !== null && Number(digits + more) <= base) digits += more; show(); },
    correct: () => { digits = digits?.slice(0, -1) ?? null; show(); },
  };
  const confirm = button(t('action.confirm'), 'good', () => give(minor()), { hidden: true });
  const open = () => {
    digits = '';
    show();
    options.hidden = true;
    confirm.hidden = false;
    confirm.setAttribute('data-default', '');
    fill(own, shown, keypad({ ...pad, extra: '00', name: t('tip.own') }));
    own.querySelector('button').focus();
  };
  fill(options,
    PERCENTS.map((percent) => {
      const much = Math.round((base * percent) / 100);
      return h('button', { type: 'button', class: 'tip', 'data-tip': percent, onclick: () => give(much) },
        h('span', { class: 'tip-name' }, percent === 0 ? t('tip.none') : `${percent} %`),
        h('span', { class: 'tip-sum' }, percent === 0 ? money(base, currency) : `+ ${money(much, currency)}`));
    }),
    h('button', { type: 'button', class: 'tip own', onclick: open }, h('span', { class: 'tip-name' }, t('tip.own'))));
  return {
    node: screen('tip-screen', { title: t('tip.title'), detail: t('tip.detail', { amount: money(base, currency) }), body: [options, own, ways(device)], actions: [cancel(device), confirm] }),
    key: (event) => digits !== null && typed(event, pad),
  };
}

/** The PIN pad. What was typed is nowhere but here, and is gone with the screen. */
export function pin(app) {
  const { device, facts } = app;
  const { hint, pinTriesLeft: left } = device;
  const wrong = hint?.reason === 'wrong_pin';
  let digits = '';
  const dots = h('div', { class: 'dots', 'aria-hidden': 'true' });
  const spoken = h('p', { class: 'visually-hidden', role: 'status' });
  const problem = h('p', { class: 'problem', role: 'alert' }, wrong ? t('pin.wrong', { left }) : '');
  const show = () => {
    const count = Math.max(SHORTEST_PIN, digits.length);
    fill(dots, Array.from({ length: count }, (_, index) => h('span', { class: index < digits.length ? 'dot full' : 'dot' })));
    fill(spoken, digits.length ? t('pin.typed', { count: digits.length }) : '');
  };
  const pad = {
    press: (digit) => { if (digits.length < LONGEST_PIN) digits += digit; show(); },
    correct: () => { digits = ''; show(); },
  };
  const confirm = () => {
    if (digits.length < SHORTEST_PIN) return fill(problem, t('pin.short'));
    const typedPin = digits;
    digits = '';
    return device.enterPin(typedPin);
  };
  show();
  return {
    node: screen('pin', {
      title: t('pin.title'), tone: wrong ? 'wrong' : '', detail: hint && !wrong ? told('reason', hint.reason, 'pin_required') : t('pin.detail'),
      body: [price(device), problem, dots, spoken, keypad({ ...pad, name: t('pin.pad') }), h('p', { class: 'small test-pin' }, t('pin.test', { pin: facts.pin }))],
      actions: [cancel(device), button(t('action.confirm'), 'good', confirm, { 'data-default': true })],
    }),
    key: (event) => typed(event, pad),
  };
}

/** Something is being done and nobody can do anything but wait. */
export function working(app, title, detail, mayCancel) {
  const { device } = app;
  const inside = device.entry === 'chip';
  return { node: screen('working', {
    title, detail: inside ? `${detail} ${t('work.card')}` : detail,
    body: [device.task?.amount_minor ? price(device) : null, h('div', { class: 'spinner', 'aria-hidden': 'true' })],
    actions: mayCancel ? [button(t('operator.cancel'), 'plain', () => device.abort('operator'), { 'data-cancel': true })] : [],
  }) };
}
