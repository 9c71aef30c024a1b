// The slip of paper: two copies, 58 or 80 mm. The customer's shows the last four digits only.

import { button, h, screen } from './dom.js';
import { moment, money } from './format.js';
import { t, told } from './words.js';

const WIDTHS = ['58', '80'];

/** One copy. `whose` is `customer` or `merchant`. */
export function slip(receipt, whose, width) {
  const { currency, card } = receipt;
  const row = (name, value) => (value === null || value === undefined || value === '' ? null : h('div', { class: 'slip-row' }, h('dt', {}, name), h('dd', {}, value)));
  const number = card && (whose === 'customer' ? `**** **** **** ${card.masked.slice(-4)}` : card.masked);
  const approved = receipt.outcome === 'approved';
  return h('article', { class: `slip slip-${width}`, 'data-copy': whose },
    h('p', { class: 'slip-shop' }, receipt.shop || receipt.merchant),
    h('p', { class: 'slip-line' }, receipt.merchant),
    receipt.test ? h('p', { class: 'slip-test' }, t('receipt.test')) : null,
    receipt.copy ? h('p', { class: 'slip-test' }, t('receipt.copy')) : null,
    h('p', { class: 'slip-kind' }, told('kind', receipt.kind, 'sale')),
    h('dl', {},
      row(t('connect.tid'), receipt.tid),
      row(t('receipt.time'), moment(receipt.at)),
      row(t('receipt.batch'), receipt.sequence ? `${receipt.batch} / ${receipt.sequence}` : null),
      row(t('receipt.card'), card?.brand), row('', number),
      row(t('receipt.entry'), card?.entry && told('entry', card.entry, 'manual')),
      receipt.tip_minor > 0 ? row(t('receipt.amount'), money(receipt.amount_minor, currency)) : null,
      receipt.tip_minor > 0 ? row(t('receipt.tip'), money(receipt.tip_minor, currency)) : null),
    h('p', { class: 'slip-total' }, h('span', {}, t('receipt.total')), h('span', {}, money(receipt.total_minor, currency))),
    h('p', { class: 'slip-outcome' }, told('state', receipt.outcome, 'failed')),
    h('dl', {},
      row(t('receipt.code'), receipt.approval_code),
      row(t('receipt.verified'), approved && receipt.verification ? told('verification', receipt.verification, 'none') : null),
      row(t('receipt.why'), receipt.reason ? told('reason', receipt.reason, 'technical_problem') : null),
      row(t('receipt.reference'), receipt.reference), row(t('receipt.number'), receipt.task)),
    whose === 'merchant' && approved && receipt.verification === 'signature' ? h('p', { class: 'slip-sign' }, t('receipt.sign')) : null,
    h('p', { class: 'slip-foot' }, t(whose === 'customer' ? 'receipt.customer' : 'receipt.merchant')));
}

/** Both copies, the width of the paper, and the printer. */
export function receiptScreen(app) {
  const { device } = app;
  const copies = h('div', { class: 'copies' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const widths = h('div', { class: 'widths', role: 'group', 'aria-label': t('receipt.width') },
    WIDTHS.map((width) => h('button', { type: 'button', class: 'chip', 'aria-pressed': String(app.width === width), onclick: () => { app.setWidth(width); shown = null; update(); } }, `${width} mm`)));
  let shown = null;
  const update = () => {
    for (const choice of widths.children) choice.setAttribute('aria-pressed', String(choice.textContent === `${app.width} mm`));
    const { receipt, notice } = device;
    if (!receipt) {
      copies.replaceChildren(notice ? h('p', { class: 'empty' }, t('receipt.none')) : h('div', { class: 'spinner', 'aria-hidden': 'true' }));
      return;
    }
    if (shown === receipt) return;
    shown = receipt;
    copies.replaceChildren(slip(receipt, 'customer', app.width), slip(receipt, 'merchant', app.width));
  };
  const print = () => {
    problem.textContent = device.paper === 'out' ? t('receipt.no_paper') : '';
    if (device.paper !== 'out') app.print();
  };
  update();
  return {
    node: screen('receipt', {
      title: t('receipt.title'), body: [widths, problem, copies],
      actions: [
        button(t('action.back'), 'plain', () => { device.dropNotice(); app.go(device.result ? null : 'menu'); }, { 'data-cancel': true }),
        button(t('receipt.print'), 'primary', print, { 'data-default': true, 'data-print': true }),
      ],
    }),
    update,
  };
}
