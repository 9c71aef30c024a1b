// The terminal without a face: what it was told, what it is about, what it has to say again after a cut. It follows the
// protocol and nothing else; the rules about money are the server's.
//
// A card's number and a PIN are here from the moment a card is presented until the issuer has answered.

import { Connection } from './connection.js';
import { chance } from './format.js';

const MEMORY = 'terminal';
/** A task that nobody mentions so long after a reconnect is over. */
const MENTION_WITHIN_MS = 4000;
/** A result is seen at least so long before the next task takes its place. */
const RESULT_MS = 2500;
const AGAIN_MS = 1000;
const MOST_AGAIN = 5;

export class Device {
  /** out, connecting, online, lost, pulled, refused, replaced */
  link = 'out';
  refusal = null;
  terminal = null;
  batch = null;
  task = null;
  /** tip, card, pin, authorising, unknown, signature, completing, working, aborting */
  step = null;
  /** What the customer is asked to do differently: a decline that may be mended. */
  hint = null;
  pinTriesLeft = null;
  tip = null;
  card = null;
  entry = null;
  verdict = null;
  result = null;
  queue = [];
  more = false;
  starting = null;
  notice = null;
  totals = null;
  receipt = null;
  voidable = null;
  paper = 'ok';

  #changed;
  #connection;
  #who = null;
  #instance;
  /** What is sent again after a reconnect until it is answered. */
  #pending = null;
  #again = 0;
  #unmentioned = 0;
  #next = null;
  #ahead = 0;

  constructor(changed) {
    this.#changed = changed;
    this.#connection = new Connection({
      message: (message) => this.#hear(message),
      cut: (end) => this.#cut(end),
      dialling: () => this.#dialling(),
    });
    const kept = remembered();
    this.#instance = kept.instance ?? `browser-${chance()}`;
    this.last = kept.last ?? null;
  }

  get now() {
    return Date.now() + this.#ahead;
  }

  get tid() {
    return this.#who?.tid ?? null;
  }

  // What the people in front of it do.

  connect(tid, secret, takeover = false) {
    this.#who = { tid, secret, takeover };
    this.refusal = null;
    this.link = 'connecting';
    this.#connection.start(() => this.#hello());
  }

  /** The same terminal, whoever is it now. */
  takeOver() {
    this.connect(this.#who.tid, this.#who.secret, true);
  }

  disconnect() {
    this.#connection.stop();
    this.#forget();
    Object.assign(this, { link: 'out', terminal: null, refusal: null, result: null, queue: [], totals: null, receipt: null });
    Object.assign(this, { last: null, voidable: null, starting: null });
    this.#who = null;
    remember({ instance: this.#instance });
    this.#changed();
  }

  pull() {
    this.#connection.stop();
    this.link = 'pulled';
    this.#changed();
  }

  plug() {
    this.#connection.start(() => this.#hello());
  }

  get slow() {
    return this.#connection.slow;
  }

  set slow(slow) {
    this.#connection.slow = slow;
    this.#changed();
  }

  fillPaper(paper) {
    this.paper = paper;
    this.#connection.send({ type: 'status', paper });
    this.#changed();
  }

  start(kind, about = {}) {
    this.notice = null;
    this.starting = { type: 'start', request: `start-${chance()}`, kind, ...about };
    this.#connection.send(this.starting);
    this.#changed();
  }

  askTotals() {
    this.totals = null;
    this.#connection.send({ type: 'totals', request: `totals-${chance()}` });
  }

  askReceipt() {
    this.receipt = null;
    this.notice = null;
    this.#connection.send({ type: 'receipt', request: `receipt-${chance()}` });
  }

  pick({ task, attempt }) {
    this.notice = null;
    // What needs no card may be over before it was shown as begun.
    this.last = { task, attempt };
    this.#keep();
    this.#connection.send({ type: 'accept', task, attempt });
  }

  discard({ task, attempt }) {
    this.#connection.send({ type: 'abort', task, attempt, by: 'operator' });
  }

  release() {
    this.#say({ type: 'release' });
  }

  giveTip(minor) {
    this.tip = minor;
    this.#say({ type: 'progress', step: 'tip' });
    this.#step('card');
  }

  /** A card is held to the reader, put into it or drawn through it. */
  present(card, entry) {
    Object.assign(this, { card, entry, hint: null, notice: null });
    this.#say({ type: 'progress', step: 'card' });
    if (entry === 'chip' && card.special !== 'signature') {
      this.#say({ type: 'progress', step: 'pin' });
      this.#step('pin');
    } else {
      this.#authorise(null);
    }
  }

  enterPin(pin) {
    this.#authorise(pin);
  }

  sign(agrees) {
    this.#complete(agrees ? 'approved' : 'signature_refused');
  }

  abort(by) {
    if (!this.task) return;
    this.#expect({ type: 'abort', by }, 'aborting');
  }

  dismiss() {
    this.result = null;
    const next = this.#next;
    this.#next = null;
    if (next) this.#task(next);
    this.#changed();
  }

  dropNotice() {
    this.notice = null;
    this.#changed();
  }

  // What it says.

  #hello() {
    const { tid, secret, takeover } = this.#who;
    return {
      type: 'hello', version: 1, tid, secret, takeover, instance: this.#instance,
      device: { model: 'Browser', software: '1' },
      capabilities: {
        entry: ['contactless', 'chip', 'swipe'], pin: true, signature: true, tips: true, printer: '58',
        languages: ['cs', 'sk', 'en', 'de', 'pl'],
      },
      last: this.last ?? undefined,
    };
  }

  #say(message) {
    const { task, attempt } = this.task;
    this.#connection.send({ ...message, task, attempt });
  }

  /** Says something that has to be answered, whatever happens to the line. */
  #expect(message, step) {
    const { task, attempt } = this.task;
    this.#pending = { ...message, task, attempt };
    this.#again = 0;
    this.#connection.send(this.#pending);
    this.#step(step);
  }

  #authorise(pin) {
    const { number: pan, special } = this.card;
    // A card is good until the end of the fourth year from now.
    const expiry = `${String(new Date(this.now).getUTCFullYear() + 4).slice(2)}12`;
    const card = { entry: this.entry, pan, expiry, device_verified: special === 'device' };
    if (pin !== null) card.pin = pin;
    const message = { type: 'authorise', presentation: this.task.presentations + 1, card };
    if (this.task.tip === 'ask') message.tip_minor = this.tip ?? 0;
    this.#expect(message, 'authorising');
  }

  #complete(result) {
    this.#expect({ type: 'complete', result }, 'completing');
  }

  #step(step) {
    this.step = step;
    this.#changed();
  }

  // What it hears.

  #hear(message) {
    const hear = {
      welcome: () => this.#welcome(message),
      refused: () => this.#refused(message),
      task: () => this.#task(message),
      queue: () => Object.assign(this, { queue: message.tasks, more: message.more }),
      authorised: () => this.#authorised(message),
      done: () => this.#done(message),
      totals: () => Object.assign(this, { totals: message.batch }),
      receipt: () => Object.assign(this, { receipt: message.receipt }),
      replaced: () => Object.assign(this, { link: 'replaced', refusal: message.by }),
      error: () => this.#error(message),
    }[message.type];
    if (!hear) return;
    hear();
    this.#changed();
  }

  #dialling() {
    if (this.link !== 'connecting') this.link = this.terminal ? 'lost' : 'connecting';
    this.#changed();
  }

  #cut({ final }) {
    clearTimeout(this.#unmentioned);
    if (this.link === 'replaced' || this.link === 'refused') {
      // The reason came before.
    } else if (final && this.link !== 'pulled') {
      this.link = 'refused';
    } else if (this.link !== 'pulled') {
      this.link = this.terminal ? 'lost' : 'connecting';
    }
    if (this.link === 'replaced') this.#forget();
    this.#changed();
  }

  #welcome({ terminal, batch, server_time: time, heartbeat }) {
    Object.assign(this, { link: 'online', terminal, batch, refusal: null });
    if (terminal.mode !== 'assisted') this.queue = [];
    this.#ahead = Date.parse(time) - Date.now();
    this.#who.takeover = false;
    this.#connection.settle(heartbeat);
    this.#connection.send({ type: 'status', paper: this.paper, host: 'up' });
    if (this.starting) this.#connection.send(this.starting);
    const about = this.task?.task;
    this.#unmentioned = about ? setTimeout(() => this.#vanish(about), MENTION_WITHIN_MS) : 0;
    this.#keep();
  }

  #refused(message) {
    this.refusal = message;
    const later = message.retry_after_ms;
    if (later) this.refusal.until = Date.now() + later;
    this.link = 'refused';
    this.#connection.stop();
  }

  #task(message) {
    clearTimeout(this.#unmentioned);
    if (this.starting?.request === message.request) this.starting = null;
    const same = this.task?.task === message.task && this.task.attempt === message.attempt;
    if (!same && this.result && this.#wait(message)) return;
    if (!same) {
      this.#forget();
      Object.assign(this, { result: null, notice: null, totals: null });
    }
    this.task = same ? { ...this.task, ...message } : message;
    this.last = { task: message.task, attempt: message.attempt };
    this.#keep();
    this.#phase(message, same);
  }

  #phase(message, same) {
    const needsCard = message.kind === 'sale' || message.kind === 'refund';
    switch (message.phase) {
      case 'waiting':
      case 'card':
        if (same && this.#pending) {
          this.#connection.send(this.#pending);
          break;
        }
        this.#say({ type: 'accept' });
        if (!needsCard) this.step = 'working';
        else if (!same || !['tip', 'pin', 'card'].includes(this.step)) this.step = message.tip === 'ask' ? 'tip' : 'card';
        break;
      case 'authorising':
        if (this.#pending?.type === 'abort') this.#connection.send(this.#pending);
        else this.step = 'authorising';
        break;
      case 'authorised':
        if (same && this.#pending && this.#pending.type !== 'authorise') this.#connection.send(this.#pending);
        else if (message.authorised) this.#authorised({ ...message.authorised, task: message.task });
        break;
      default:
        if (this.#pending) this.#connection.send(this.#pending);
        else this.step = 'working';
    }
  }

  /** Lets the result be seen for a moment before the next task. */
  #wait(message) {
    const left = this.result.shown + RESULT_MS - Date.now();
    if (left <= 0) return false;
    if (!this.#next) setTimeout(() => this.#next && this.dismiss(), left);
    this.#next = message;
    return true;
  }

  #authorised(message) {
    if (message.task !== this.task?.task) return;
    if (this.#pending?.type === 'authorise') this.#pending = null;
    this.task.presentations = message.presentations;
    if (this.#pending) return;
    const again = this.verdict?.presentation === message.presentation && this.verdict.outcome === message.outcome;
    this.verdict = message;
    this.pinTriesLeft = message.pin_tries_left ?? null;
    if (message.outcome === 'approved') {
      if (message.verification !== 'signature') return this.#complete('approved');
      if (again && this.step === 'signature') return;
      this.#say({ type: 'progress', step: 'signature' });
      this.step = 'signature';
    } else if (message.outcome === 'unknown') {
      this.step = 'unknown';
    } else {
      this.#declined(message);
    }
  }

  #declined({ reason, retry }) {
    this.hint = { reason, retry };
    if (retry === 'none') this.step = 'completing';
    else if (retry === 'pin' && this.card) this.step = 'pin';
    else this.step = 'card';
  }

  #done(message) {
    if (this.#next?.task === message.task) this.#next = null;
    const mine = this.task?.task === message.task || (!this.task && this.last?.task === message.task && !this.result);
    if (!mine) return;
    clearTimeout(this.#unmentioned);
    const task = this.task ?? {};
    this.result = message.state === 'queued' ? null : {
      ...message, amount: task.amount_minor ?? message.receipt?.amount_minor ?? null, currency: task.currency ?? message.receipt?.currency ?? null,
      removeCard: this.entry === 'chip', shown: Date.now(), origin: task.origin,
    };
    this.receipt = message.receipt ?? null;
    if (message.state === 'approved') this.#booked(message);
    this.#forget();
    this.last = null;
    this.#keep();
  }

  #booked({ kind, task, batch }) {
    if (kind === 'sale' || kind === 'refund') this.voidable = { task, kind, receipt: this.receipt };
    else this.voidable = null;
    if (kind === 'close_batch' && batch) this.batch = { number: batch.number + 1, opened_at: batch.closed_at };
  }

  #error({ code, task, request }) {
    if (request) {
      if (this.starting?.request === request) this.starting = null;
      this.notice = { family: 'error', code };
      return;
    }
    if (task !== this.task?.task) {
      this.notice = { family: 'error', code };
      if (task === this.last?.task) {
        this.last = null;
        this.#keep();
      }
      return;
    }
    if ((code === 'overloaded' || code === 'internal') && this.#pending && this.#again < MOST_AGAIN) {
      const pending = this.#pending;
      this.#again += 1;
      setTimeout(() => this.#pending === pending && this.#connection.send(pending), AGAIN_MS);
    } else if (code === 'gone' || code === 'stale_attempt') {
      this.notice = { family: 'error', code };
      this.#forget();
    } else if (this.#pending?.type === 'authorise') {
      this.#pending = null;
      this.notice = { family: 'error', code };
      this.step = 'card';
    } else if (code !== 'wrong_phase') {
      this.notice = { family: 'error', code };
    }
  }

  #vanish(task) {
    if (this.task?.task !== task) return;
    this.#forget();
    this.notice = { family: 'error', code: 'gone' };
    this.#changed();
  }

  /** Lets go of the task, the card and the PIN. */
  #forget() {
    clearTimeout(this.#unmentioned);
    this.#pending = null;
    Object.assign(this, { task: null, step: null, hint: null, tip: null, card: null, entry: null, verdict: null });
    this.pinTriesLeft = null;
  }

  #keep() {
    remember({ instance: this.#instance, tid: this.tid, last: this.last, on: true });
  }
}

/** What outlives a reload of the page: who this device is and what it was about. No key, no card. */
export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(MEMORY)) ?? {};
  } catch {
    return {};
  }
}

function remember(what) {
  try {
    sessionStorage.setItem(MEMORY, JSON.stringify(what));
  } catch {
    // Without memory a reload is a new device.
  }
}
