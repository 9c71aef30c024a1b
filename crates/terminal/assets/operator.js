// What the operator sees between payments: idle, the queue of assisted mode, the menu, and the surroundings that can be spoilt.

import { languages } from './entry.js';
import { button, fill, h, screen } from './dom.js';
import { clock, money, plain } from './format.js';
import { icon } from './icons.js';
import { isLoud } from './sound.js';
import { t, told } from './words.js';

export function idle(app) {
  const { device } = app;
  const { terminal } = device;
  const assisted = terminal.mode === 'assisted';
  const away = device.link !== 'online';
  const hold = h('div', { class: 'queue' });
  const notice = h('p', { class: 'problem', role: 'alert' });
  let shown = null;
  let node = null;
  const update = () => {
    const text = device.notice ? told(device.notice.family, device.notice.code, 'internal') : '';
    if (notice.textContent !== text) fill(notice, text);
    const listed = JSON.stringify(device.queue);
    if (!assisted || listed === shown) return;
    shown = listed;
    fill(hold, queue(device));
    // There is nothing to choose from.
    if (!away) fill(node.querySelector('.detail'), device.queue.length > 0 ? t('queue.detail') : '');
  };
  node = screen('idle', {
    title: away ? t('idle.away') : assisted ? t('queue.title') : t('idle.title'),
    detail: away ? t('idle.away_detail') : assisted ? t('queue.detail') : t('idle.detail'),
    body: [
      h('p', { class: 'shop-name' }, terminal.merchant.shop || terminal.merchant.name),
      assisted ? hold : h('div', { class: 'reader idle-sign', 'aria-hidden': 'true' }, icon('tap')),
      notice,
      h('p', { class: 'small idle-facts' }, terminal.name, ' · ', t('totals.batch', { number: device.batch.number }), ' · ',
        t(assisted ? 'connect.assisted' : 'connect.automatic')),
    ],
    actions: [
      button([icon('menu'), t('menu.title')], 'plain', () => app.go('menu'), { 'data-menu': true, 'data-cancel': true }),
      button([icon('sale'), t('menu.sale')], 'primary', () => app.go('sale'), { 'data-default': true, 'data-sale': true, disabled: away }),
    ],
  });
  update();
  return { node, update };
}

function queue(device) {
  if (device.queue.length === 0) return h('p', { class: 'empty' }, t('queue.empty'));
  return h('ul', { class: 'queue-list' }, device.queue.map((item) => {
    const what = told('kind', item.kind, 'sale');
    const sum = item.amount_minor ? money(item.amount_minor, item.currency) : '';
    return h('li', {},
      h('button', { type: 'button', class: 'queued', 'data-task': item.task, onclick: () => device.pick(item) },
        h('span', { class: 'queued-sum' }, item.amount_minor ? [plain(item.amount_minor), ' ', item.currency] : what),
        h('span', { class: 'queued-about' }, [what, item.reference, clock(item.created_at)].filter(Boolean).join(' · '))),
      h('button', { type: 'button', class: 'discard', 'aria-label': t('queue.discard', { what: `${what} ${sum}` }), onclick: () => device.discard(item) }, icon('cross')));
  }), device.more ? h('li', { class: 'small' }, t('queue.more')) : null);
}

export function menu(app) {
  const { device } = app;
  const { terminal, voidable } = device;
  const entry = (sign, text, press, more = {}) => h('li', {}, h('button', { type: 'button', class: 'menu-entry', onclick: press, ...more }, icon(sign), h('span', {}, text)));
  const undo = voidable && t('menu.void', { amount: money(voidable.receipt.total_minor, voidable.receipt.currency) });
  const notice = h('p', { class: 'problem', role: 'alert' });
  const update = () => fill(notice, device.notice ? told(device.notice.family, device.notice.code, 'internal') : '');
  update();
  return {
    node: screen('menu', {
      title: t('menu.title'),
      body: [notice, h('ul', { class: 'menu-list' },
        entry('sale', t('menu.sale'), () => app.go('sale')),
        terminal.refund_enabled ? entry('refund', t('menu.refund'), () => app.go('refund'), { 'data-refund': true }) : null,
        undo ? entry('undo', undo, () => device.start('void', { task: voidable.task }), { 'data-void': true }) : null,
        entry('totals', t('menu.closing'), () => { device.askTotals(); app.go('totals'); }, { 'data-closing': true }),
        entry('receipt', t('menu.receipt'), () => { device.askReceipt(); app.go('receipt'); }, { 'data-last-receipt': true }),
        entry('settings', t('menu.settings'), () => app.go('settings'), { 'data-settings': true }),
        entry('out', t('menu.disconnect'), () => { app.go(null); device.disconnect(); }, { 'data-disconnect': true }))],
      actions: [button(t('action.back'), 'plain', () => { device.notice = null; app.go(null); }, { 'data-cancel': true, 'data-default': true })],
    }),
    update,
  };
}

/** A thing that is on or off. */
function toggle(name, text, about, on, press) {
  return h('button', { type: 'button', role: 'switch', class: 'switch', 'aria-checked': String(on), 'data-switch': name, onclick: press },
    h('span', { class: 'switch-words' }, h('span', {}, text), h('span', { class: 'small' }, about)), h('span', { class: 'switch-knob', 'aria-hidden': 'true' }));
}

/** Cable, host and paper: what goes wrong around a terminal. */
export function surroundings(app) {
  const { device } = app;
  const pulled = device.link === 'pulled';
  return [
    toggle('cable', t('around.cable'), t('around.cable_detail'), pulled, () => (pulled ? device.plug() : device.pull())),
    toggle('slow', t('around.slow'), t('around.slow_detail'), device.slow, () => { device.slow = !device.slow; }),
    toggle('paper', t('around.paper'), t('around.paper_detail'), device.paper === 'out', () => device.fillPaper(device.paper === 'out' ? 'ok' : 'out')),
  ];
}

export function settings(app) {
  const hold = h('div', { class: 'switches' });
  let shown = null;
  const update = () => {
    const now = [app.device.link === 'pulled', app.device.slow, app.device.paper, isLoud()].join();
    if (now === shown) return;
    shown = now;
    const focused = hold.contains(document.activeElement) ? document.activeElement.dataset.switch : null;
    fill(hold, toggle('sound', t('settings.sound'), t('settings.sound_detail'), isLoud(), () => app.setSound(!isLoud())), h('h2', {}, t('around.title')), surroundings(app));
    if (focused) hold.querySelector(`[data-switch=${focused}]`).focus();
  };
  update();
  return {
    node: screen('settings', {
      title: t('menu.settings'), body: [h('h2', {}, t('settings.language')), languages(app), hold],
      actions: [button(t('action.back'), 'plain', () => app.go('menu'), { 'data-cancel': true, 'data-default': true })],
    }),
    update,
  };
}
