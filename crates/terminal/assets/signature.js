// The customer signs, with a finger, a mouse or by typing the name; then the operator compares. Nothing of it is sent or kept.

import { button, fresh, h, screen } from './dom.js';
import { money } from './format.js';
import { t } from './words.js';

const WIDTH = 640;
const HEIGHT = 260;

export function signature(app) {
  const { device } = app;
  const { amount_minor: amount } = device.verdict;
  const { currency } = device.task;
  const canvas = h('canvas', { class: 'pad', width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': t('sign.pad') });
  const id = fresh('name');
  const name = h('input', { id, name: 'signature', autocomplete: 'off', maxlength: 40 });
  const problem = h('p', { class: 'problem', role: 'alert' });
  let signed = false;
  const clear = () => {
    signed = false;
    name.value = '';
    canvas.getContext('2d').clearRect(0, 0, WIDTH, HEIGHT);
  };
  drawOn(canvas, () => { signed = true; });
  name.addEventListener('input', () => {
    canvas.getContext('2d').clearRect(0, 0, WIDTH, HEIGHT);
    write(canvas, name.value);
    signed = name.value.trim() !== '';
  });
  const ask = h('div', { class: 'compare', hidden: true },
    h('h2', { tabindex: -1 }, t('sign.compare')), h('p', { class: 'small' }, t('sign.compare_detail')),
    h('div', { class: 'two' },
      button(t('sign.no'), 'bad', () => device.sign(false), { 'data-sign': 'no' }),
      button(t('sign.yes'), 'good', () => device.sign(true), { 'data-sign': 'yes' })));
  const confirm = button(t('action.confirm'), 'good', () => {
    if (!signed) {
      problem.textContent = t('sign.missing');
      return;
    }
    problem.textContent = '';
    ask.hidden = false;
    actions.forEach((action) => { action.hidden = true; });
    ask.querySelector('h2').focus();
  }, { 'data-default': true });
  const actions = [
    button(t('action.cancel'), 'bad', () => device.abort('customer'), { 'data-cancel': true }),
    button(t('sign.clear'), 'plain', clear),
    confirm,
  ];
  return { node: screen('sign', {
    title: t('sign.title'), detail: t('sign.detail', { amount: money(amount, currency) }),
    body: [canvas, h('div', { class: 'field' }, h('label', { for: id }, t('sign.type')), name), problem, ask],
    actions,
  }) };
}

/** The colour is the screen's, so that ink is dark by day and light by night. */
function ink(canvas) {
  const context = canvas.getContext('2d');
  const colour = getComputedStyle(canvas).color;
  Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: 4, lineCap: 'round', lineJoin: 'round' });
  return context;
}

function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
}

function drawOn(canvas, drawn) {
  let last = null;
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = place(canvas, event);
    event.preventDefault();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!last) return;
    const context = ink(canvas);
    const next = place(canvas, event);
    context.beginPath();
    context.moveTo(...last);
    context.lineTo(...next);
    context.stroke();
    last = next;
    drawn();
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { last = null; });
}

function write(canvas, text) {
  const context = ink(canvas);
  context.font = 'italic 84px "Snell Roundhand", "Segoe Script", "URW Chancery L", cursive';
  context.textBaseline = 'middle';
  context.fillText(text, 40, HEIGHT / 2, WIDTH - 80);
}
