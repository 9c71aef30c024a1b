// What a batch holds, by currency and card brand, on the screen and at the closing.

import { button, h, screen } from './dom.js';
import { moment, plain } from './format.js';
import { t, told } from './words.js';

const MINUS = new Set(['refund', 'sale_void', 'earlier_sale_void']);

/** A table for each currency: kinds and brands, and what it comes to. */
export function batchTable({ number, opened_at: opened, closed_at: closed, rows }) {
  const currencies = [...new Set(rows.map((row) => row.currency))].sort();
  return h('div', { class: 'batch', 'data-batch': number },
    h('p', { class: 'small' }, t('totals.batch', { number }), ' · ', moment(opened), closed ? ` – ${moment(closed)}` : ''),
    rows.length === 0 ? h('p', { class: 'empty' }, t('totals.empty')) : null,
    currencies.map((currency) => table(currency, rows.filter((row) => row.currency === currency))));
}

function table(currency, rows) {
  const value = (row) => (MINUS.has(row.kind) ? -row.amount_minor : row.amount_minor);
  const sum = rows.reduce((all, row) => all + value(row), 0);
  const tips = rows.reduce((all, row) => all + row.tip_minor, 0);
  const count = rows.reduce((all, row) => all + row.count, 0);
  return h('table', {},
    h('caption', {}, currency),
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('totals.what')), h('th', { scope: 'col', class: 'number' }, t('totals.count')), h('th', { scope: 'col', class: 'number' }, t('totals.amount')))),
    h('tbody', {}, rows.map((row) => h('tr', {},
      h('th', { scope: 'row' }, told('row', row.kind, 'sale'), h('span', { class: 'brand-name' }, row.brand)),
      h('td', { class: 'number' }, row.count), h('td', { class: 'number' }, plain(value(row)))))),
    h('tfoot', {}, h('tr', {}, h('th', { scope: 'row' }, t('totals.total')), h('td', { class: 'number' }, count), h('td', { class: 'number' }, plain(sum))),
      tips > 0 ? h('tr', { class: 'tips-row' }, h('th', { scope: 'row' }, t('totals.tips')), h('td', {}), h('td', { class: 'number' }, plain(tips))) : null));
}

/** The open batch, before it is closed or just to be looked at. */
export function totals(app) {
  const { device } = app;
  const hold = h('div', { class: 'hold' });
  const close = button(t('totals.close'), 'primary', () => device.start('close_batch'), { 'data-default': true, 'data-close-batch': true });
  const update = () => {
    const known = device.totals !== null;
    hold.replaceChildren(known ? batchTable(device.totals) : h('div', { class: 'spinner', 'aria-hidden': 'true' }));
    close.disabled = !known;
  };
  update();
  return {
    node: screen('totals', {
      title: t('totals.title'), detail: t('totals.detail'), body: [hold],
      actions: [button(t('action.back'), 'plain', () => app.go('menu'), { 'data-cancel': true }), close],
    }),
    update,
  };
}
