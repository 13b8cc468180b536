// One live connection to a room's stream. It resumes after the last seq it is
// told of, whatever broke, and turns to polling while WebSockets do not get
// through. It keeps no state of the room: `after()` names the place to resume.
import { Backoff } from './backoff.js';
import { pollOnce } from './poll.js';

/**
 * @typedef {object} Wiring
 * @property {string} code
 * @property {() => number} after The last seq applied.
 * @property {(frame: import('../types').RoomEvent) => void} frame
 * @property {(link: import('../types').Link) => void} link
 * @property {(status: number) => void} refused The room cannot be read any more (401, 403, 404, 422).
 */

/** After so many sockets in a row that never opened, the stream is polled. */
const GIVE_UP = 3;
/** A page hidden for longer than this, in milliseconds, trusts its socket no more. */
const SLEPT = 30_000;
/** While polling, a socket is tried again after so many answers. */
const TRY_AGAIN = 6;

export class Connection {
  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
    this.backoff = new Backoff();
    this.closed = false;
    this.failures = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {AbortController | null} */
    this.polling = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.onOnline = () => this.wake();
    this.onOffline = () => this.lost('offline');
    this.hidden = 0;
    this.onVisible = () => this.seen();
    addEventListener('online', this.onOnline);
    addEventListener('offline', this.onOffline);
    addEventListener('pageshow', this.onOnline);
    document.addEventListener('visibilitychange', this.onVisible);
    this.open();
  }

  /** @param {object} frame @returns {boolean} false when no socket is open */
  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  open() {
    clearTimeout(this.timer);
    if (this.closed || this.socket || this.polling) return;
    if (!navigator.onLine) return this.wiring.link('offline');
    this.wiring.link(this.failures ? 'lost' : 'connecting');
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const url = `${scheme}://${location.host}/v1/rooms/${this.wiring.code}/ws?after=${this.wiring.after()}`;
    const socket = new WebSocket(url, 'parley.v1');
    this.socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.failures = 0;
      this.wiring.link('live');
    };
    socket.onmessage = (message) => {
      this.backoff.reset();
      this.wiring.frame(JSON.parse(message.data));
    };
    socket.onclose = (event) => this.ended(socket, event.code, opened);
  }

  /** @param {WebSocket} socket @param {number} code @param {boolean} opened */
  ended(socket, code, opened) {
    if (this.socket !== socket) return;
    this.socket = null;
    if (this.closed) return;
    if (opened && code === 1000) return this.finish();
    if (!opened) this.failures += 1;
    this.wiring.link(navigator.onLine ? 'lost' : 'offline');
    if (!navigator.onLine) return;
    if (this.failures >= GIVE_UP) void this.poll();
    else this.timer = setTimeout(() => this.open(), opened && code === 4008 ? 0 : this.backoff.next());
  }

  async poll() {
    const stop = new AbortController();
    this.polling = stop;
    for (let answers = 0; !this.closed && answers < TRY_AGAIN; answers++) {
      const outcome = await pollOnce(this.wiring, stop.signal);
      if (this.polling !== stop) return;
      if (outcome === 'done') return this.finish();
      if (outcome === 'refused') return this.close();
      if (outcome === 'lost') break;
      this.backoff.reset();
    }
    this.polling = null;
    this.failures = GIVE_UP - 1;
    if (!this.closed) this.timer = setTimeout(() => this.open(), this.backoff.next());
  }

  /** @param {import('../types').Link} link Drops what is open without waiting for it to time out. */
  lost(link) {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket?.readyState === WebSocket.CONNECTING) {
      // One on its way is closed when it has arrived: browsers complain otherwise.
      socket.onmessage = null;
      socket.onopen = () => socket.close();
    } else socket?.close();
    this.polling?.abort();
    this.polling = null;
    if (!this.closed) this.wiring.link(link);
  }

  /** A phone that slept may hold a socket that died meanwhile: it gets a new one. */
  seen() {
    if (document.visibilityState === 'hidden') {
      this.hidden = Date.now();
      return;
    }
    if (this.hidden && Date.now() - this.hidden > SLEPT && this.socket && !this.closed) this.lost('connecting');
    this.wake();
  }

  wake() {
    if (this.closed || !navigator.onLine) return;
    if (this.socket?.readyState === WebSocket.OPEN || this.polling) return;
    if (this.socket?.readyState === WebSocket.CONNECTING) return;
    this.backoff.reset();
    this.open();
  }

  finish() {
    this.close();
    this.wiring.link('done');
  }

  close() {
    this.closed = true;
    this.lost('done');
    removeEventListener('online', this.onOnline);
    removeEventListener('offline', this.onOffline);
    removeEventListener('pageshow', this.onOnline);
    document.removeEventListener('visibilitychange', this.onVisible);
  }
}
