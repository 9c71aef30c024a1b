// How a task ended, why, and what to do now.

import { button, h, screen } from './dom.js';
import { plain } from './format.js';
import { icon } from './icons.js';
import { batchTable } from './totals.js';
import { t, told } from './words.js';

const SIGNS = { approved: 'check', declined: 'cross', cancelled: 'cross', expired: 'clock', failed: 'warn' };
const TONES = { approved: 'good', declined: 'bad', cancelled: 'calm', expired: 'calm', failed: 'bad' };

export function result(app) {
  const { device } = app;
  const { state, reason, kind, batch, receipt, amount, currency, removeCard } = device.result;
  const approved = state === 'approved';
  const title = approved && kind !== 'sale' ? t(`state.${kind}`) : told('state', state, 'failed');
  const sum = receipt?.total_minor ?? amount;
  const why = approved ? null : told('reason', reason, 'technical_problem');
  return { node: screen('result', {
    title, tone: TONES[state] ?? 'bad', detail: why,
    body: [
      h('div', { class: `badge ${TONES[state] ?? 'bad'}` }, icon(SIGNS[state] ?? 'warn')),
      sum ? h('p', { class: 'amount' }, plain(sum), h('span', { class: 'currency' }, currency)) : null,
      approved ? null : h('p', { class: 'advice' }, told('advice', reason, 'technical_problem')),
      approved && receipt?.approval_code ? h('p', { class: 'small' }, t('result.code', { code: receipt.approval_code })) : null,
      removeCard ? h('p', { class: 'remove' }, icon('insert'), t('result.remove')) : null,
      batch ? batchTable(batch) : null,
    ],
    actions: [
      receipt ? button(t('result.receipt'), 'plain', () => app.go('receipt'), { 'data-receipt': true }) : null,
      batch ? button(t('receipt.print'), 'plain', () => app.print()) : null,
      button(t('action.done'), 'primary', () => { app.go(null); device.dismiss(); }, { 'data-default': true, 'data-cancel': true }),
    ],
  }) };
}
