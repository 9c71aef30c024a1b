// The page: which screen is shown for what the device is about, the frame around it, keys, sounds, languages.
//
// A screen is made anew when the device is about something else, and told to look again when something about the same has
// changed. The focus goes to the new screen's heading, which is how a screen reader says what it is.

import { Device, remembered } from './device.js';
import { amount, connect, occupied, replaced } from './entry.js';
import { button, fill, h } from './dom.js';
import { clock } from './format.js';
import { icon } from './icons.js';
import { idle, menu, settings, surroundings } from './operator.js';
import { card, pin, tip, working } from './payment.js';
import { receiptScreen, slip } from './receipt.js';
import { result } from './result.js';
import { signature } from './signature.js';
import { beLoud, play, wake } from './sound.js';
import { totals } from './totals.js';
import { wallet } from './wallet.js';
import { isSpoken, language, preferred, speak, t } from './words.js';

const WIDE = matchMedia('(min-width: 60rem)');
const SECOND_MS = 1000;

/** Screens of a running task, by its step. */
const STEPS = {
  tip, card, pin, signature,
  authorising: (app) => working(app, t('work.title'), t('work.bank'), false),
  completing: (app) => working(app, t('work.title'), t('work.finish'), false),
  working: (app) => working(app, t('work.title'), t('work.server'), false),
  aborting: (app) => working(app, t('work.cancelling'), t('work.server'), false),
  unknown: (app) => working(app, t('unknown.title'), t('unknown.detail'), true),
};
/** Screens between tasks. */
const VIEWS = {
  menu, settings, totals, receipt: receiptScreen,
  sale: (app) => amount(app, 'sale'),
  refund: (app) => amount(app, 'refund'),
};

export class App {
  #head;
  #stage;
  #frame = {};
  #key = null;
  #screen = null;
  #view = null;
  #heard = '';

  constructor(facts, head, stage) {
    this.facts = facts;
    this.#head = head;
    this.#stage = stage;
    this.wallet = { selected: facts.cards[0], onchange: () => {} };
    this.width = kept('width') ?? '58';
    this.device = new Device(() => this.render());
    beLoud(kept('sound') !== 'off');
  }

  begin() {
    const chosen = kept('language');
    speak(isSpoken(chosen) ? chosen : preferred() ?? 'en');
    this.#build();
    document.addEventListener('pointerdown', wake);
    document.addEventListener('keydown', (event) => { wake(); this.#type(event); });
    WIDE.addEventListener('change', () => this.render());
    setInterval(() => { this.#bar(); this.#screen?.update?.(); }, SECOND_MS);
    this.render();
    this.#resume();
  }

  /** A page that was reloaded goes on as the demo terminal it was; a link may say which to be. */
  #resume() {
    const { tid, on } = remembered();
    const demo = this.facts.demo.find((known) => known.tid === tid);
    if (on && demo) this.device.connect(demo.tid, demo.key);
  }

  go(view) {
    this.#view = view;
    this.render();
  }

  speak(tag) {
    keep('language', tag);
    speak(tag);
    this.#key = null;
    this.#build();
    this.render();
  }

  setSound(loud) {
    keep('sound', loud ? 'on' : 'off');
    beLoud(loud);
    wake();
    this.render();
  }

  setWidth(width) {
    keep('width', width);
    this.width = width;
    this.render();
  }

  print() {
    const { receipt, result: ended } = this.device;
    fill(this.#frame.paper, receipt && !ended?.batch ? [slip(receipt, 'customer', this.width), slip(receipt, 'merchant', this.width)]
      : h('div', { class: `slip slip-${this.width}` }, document.querySelector('.screen .batch')?.cloneNode(true)));
    window.print();
  }

  // The frame

  #build() {
    document.title = t('page.title');
    fill(this.#head,
      h('p', { class: 'brand' }, h('span', { class: 'brand-mark' }), 'Polytill', h('span', { class: 'brand-page' }, t('page.title'))),
      h('p', { class: 'test-note' }, t('page.test')));
    const bar = { tid: h('span', { class: 'bar-tid' }), state: h('span', { class: 'bar-state' }), time: h('span', { class: 'bar-time' }) };
    const banner = h('div', { class: 'banner', role: 'status' });
    const hold = h('div', { class: 'hold-screen' });
    const cards = h('section', { class: 'panel cards-panel' });
    const around = h('section', { class: 'panel around-panel' });
    const paper = h('div', { class: 'paper', 'aria-hidden': 'true' });
    const said = h('p', { class: 'visually-hidden', role: 'status' });
    fill(this.#stage,
      h('div', { class: 'device' },
        h('div', { class: 'glass' }, h('div', { class: 'bar' }, bar.tid, bar.state, bar.time), banner, hold),
        h('div', { class: 'slot', 'aria-hidden': 'true' })),
      h('div', { class: 'side' }, around, cards), said, paper);
    this.#frame = { bar, banner, hold, cards, around, paper, said, side: null };
    this.#stage.dataset.language = language();
  }

  // What is shown

  /** Name, identity and maker of the screen. The same identity is the same screen. */
  #pick() {
    const { device } = this;
    if (device.link === 'replaced') return ['replaced', replaced];
    if (device.refusal?.code === 'occupied') return ['occupied', occupied];
    if (!device.terminal || (device.link === 'refused' && device.refusal)) {
      return device.link === 'connecting' && !device.refusal ? ['connecting', (app) => this.#connecting(app)] : ['connect', connect];
    }
    if (device.task) {
      const { task, attempt, presentations } = device.task;
      const busy = ['authorising', 'completing', 'working'].includes(device.step);
      return [`task ${task} ${attempt} ${device.step} ${busy ? '' : presentations} ${device.hint?.retry ?? ''}`, STEPS[device.step]];
    }
    if (device.result) return this.#view === 'receipt' ? ['receipt', receiptScreen] : [`result ${device.result.task}`, result];
    if (device.starting && device.link === 'online') return ['starting', (app) => working(app, t('work.title'), t('work.server'), false)];
    if (this.#view) return [this.#view, VIEWS[this.#view]];
    return [`idle ${device.link === 'online'}`, idle];
  }

  #connecting(app) {
    const shown = working(app, t('connecting.title'), t('connecting.detail'), false);
    shown.node.querySelector('.actions').append(button(t('action.cancel'), 'plain', () => this.device.disconnect(), { 'data-cancel': true }));
    return shown;
  }

  render() {
    const { device } = this;
    if (device.task && this.#view) this.#view = null;
    const [key, make] = this.#pick();
    if (key === this.#key) {
      this.#screen.update?.();
    } else {
      const first = this.#screen === null;
      this.#key = key;
      this.wallet.onchange = () => {};
      document.querySelector('dialog.sheet')?.close();
      this.#screen = make(this);
      fill(this.#frame.hold, this.#screen.node);
      this.#frame.hold.scrollTop = 0;
      if (!first) this.#screen.node.querySelector('h1').focus({ preventScroll: true });
      this.#sound(key);
      this.#sidePanels(true);
    }
    this.#bar();
    this.#banner();
    this.#sidePanels(false);
  }

  #sound(key) {
    const { state } = this.device.result ?? {};
    if (key.startsWith('result')) play(state === 'approved' ? 'approved' : 'declined');
    else if (/ (card|signature|tip) /.test(key)) play('attention');
    else if (this.device.hint?.reason === 'wrong_pin') play('declined');
  }

  #bar() {
    const { device } = this;
    const { bar } = this.#frame;
    const up = device.link === 'online';
    const set = (element, text) => { if (element.textContent !== text) fill(element, text); };
    set(bar.tid, device.tid ?? 'Polytill');
    set(bar.time, clock(device.now));
    const text = t(up ? 'bar.online' : device.link === 'pulled' ? 'bar.pulled' : device.link === 'lost' ? 'bar.lost' : 'bar.offline');
    if (bar.state.dataset.text === text) return;
    bar.state.dataset.text = text;
    bar.state.className = `bar-state ${up ? 'up' : 'down'}`;
    fill(bar.state, icon(up ? 'signal' : 'plug'), text);
  }

  #banner() {
    const { device } = this;
    const trouble = device.terminal && { lost: t('banner.lost'), pulled: t('banner.pulled') }[device.link];
    const text = trouble || (device.terminal && device.paper === 'out' ? t('banner.paper') : '');
    if (this.#heard === text) return;
    this.#heard = text;
    this.#frame.banner.className = `banner ${trouble ? 'bad' : ''}`;
    const plug = device.link === 'pulled' ? button(t('banner.plug'), 'compact', () => device.plug(), { 'data-plug': true }) : null;
    fill(this.#frame.banner, text, plug);
    if (trouble) play('lost');
  }

  /** Beside the device, where there is room: the wallet and the surroundings. */
  #sidePanels(anew) {
    const { cards, around } = this.#frame;
    const { device } = this;
    const shown = WIDE.matches && device.terminal !== null;
    const now = [shown, device.link === 'pulled', device.slow, device.paper].join();
    if (!anew && this.#frame.side === now) return;
    const moved = this.#frame.side !== now;
    this.#frame.side = now;
    if (anew && shown && cards.childElementCount > 0 && !moved) {
      cards.querySelectorAll('input').forEach((input) => { input.checked = input.value === this.wallet.selected.number; });
      return;
    }
    const focused = around.contains(document.activeElement) ? document.activeElement.dataset.switch : null;
    if (cards.childElementCount === 0 || !shown) fill(cards, shown ? [h('h2', {}, t('wallet.title')), wallet(this)] : []);
    fill(around, shown ? [h('h2', {}, t('around.title')), h('div', { class: 'switches' }, surroundings(this))] : []);
    if (focused) around.querySelector(`[data-switch=${focused}]`)?.focus();
    this.#stage.classList.toggle('with-side', shown);
  }

  /** Keys that mean something wherever the focus is on the device: digits, the green one, the red one. */
  #type(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')) return;
    const { target } = event;
    const field = target.matches('input:not([type=radio]), select, textarea');
    if (field || (this.#frame.hold.parentElement !== target.closest('.glass') && target !== document.body)) {
      if (field || event.key !== 'Escape') return;
    }
    const node = this.#screen.node;
    if (this.#screen.key?.(event)) {
      event.preventDefault();
      return;
    }
    const press = (css) => {
      const found = [...node.querySelectorAll(css)].find((element) => !element.hidden && !element.disabled);
      if (found) {
        event.preventDefault();
        found.click();
      }
    };
    if (event.key === 'Escape') press('[data-cancel]');
    if (event.key === 'Enter' && !target.matches('button, summary, a, input')) press('[data-default]');
  }
}

function kept(name) {
  try {
    return localStorage.getItem(`terminal-${name}`);
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`terminal-${name}`, value);
  } catch {
    // Then it is as it was at the next visit.
  }
}
