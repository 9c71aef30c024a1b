// One WebSocket at a time to the device's door, kept up over cuts: connect again after 1 s, 2 s, 4 s … at most 30 s, with some
// chance in it, and not at all after a refusal (docs/terminal-protocol.md, "A device's duties").

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
/** An answer to a ping may take so long; then the line is dead, whatever the browser thinks. */
const PONG_WITHIN_MS = 10000;
/** How late everything arrives from a slow host. */
const SLOW_MS = 4000;
const FINAL = new Set([4401, 4409, 4410]);

export class Connection {
  #socket = null;
  #hello;
  #listener;
  #wanted = false;
  #tries = 0;
  #timers = { dial: 0, ping: 0, pong: 0 };
  #last = Promise.resolve();
  slow = false;

  /** `listener` has `message(object)`, `cut({ final, code })` and `dialling()`. */
  constructor(listener) {
    this.#listener = listener;
    window.addEventListener('online', () => this.#hurry());
    document.addEventListener('visibilitychange', () => document.hidden || this.#hurry());
  }

  /** Connects and stays connected. `hello` is asked each time for what is said first. */
  start(hello) {
    this.#hello = hello;
    this.#wanted = true;
    this.#tries = 0;
    this.#dial();
  }

  stop() {
    this.#wanted = false;
    this.#drop(1000);
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  send(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** It was let in: from now on it says that it is there. */
  settle({ every_ms: every }) {
    this.#tries = 0;
    clearInterval(this.#timers.ping);
    this.#timers.ping = setInterval(() => this.#ping(), every);
  }

  #ping() {
    this.send({ type: 'ping' });
    const socket = this.#socket;
    clearTimeout(this.#timers.pong);
    this.#timers.pong = setTimeout(() => socket === this.#socket && this.#lose(socket, 4408), PONG_WITHIN_MS);
  }

  #dial() {
    this.#drop(1000);
    this.#listener.dialling();
    const address = new URL('/terminal/v1', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener('open', () => this.send(this.#hello()));
    socket.addEventListener('message', (event) => this.#deliver(socket, event.data));
    socket.addEventListener('close', (event) => this.#lose(socket, event.code));
  }

  /** Hands messages on in their order, late when the host is slow. */
  #deliver(socket, text) {
    clearTimeout(this.#timers.pong);
    const late = this.slow ? new Promise((done) => setTimeout(done, SLOW_MS)) : null;
    this.#last = this.#last.then(() => late).then(() => {
      if (socket === this.#socket) this.#listener.message(JSON.parse(text));
    }).catch(reportError);
  }

  #lose(socket, code) {
    if (socket !== this.#socket) return;
    // A refusal that is still on its way to the screen comes before the news that the line is gone.
    this.#last = this.#last.then(() => {
      if (socket !== this.#socket) return;
      this.#drop(1000);
      const final = FINAL.has(code) || !this.#wanted;
      if (final) this.#wanted = false;
      else this.#again();
      this.#listener.cut({ final, code });
    }).catch(reportError);
  }

  #again() {
    const wait = Math.min(FIRST_WAIT_MS * 2 ** this.#tries, LONGEST_WAIT_MS);
    this.#tries += 1;
    this.#timers.dial = setTimeout(() => this.#dial(), wait * (0.75 + Math.random() / 2));
  }

  /** There may be a way again: no more waiting. */
  #hurry() {
    if (!this.#wanted || this.#socket !== null) return;
    this.#tries = 0;
    this.#dial();
  }

  #drop(code) {
    Object.values(this.#timers).forEach(clearTimeout);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(code);
  }
}
