// One person's stay in a room: loads what was said, follows what comes, sends
// what they say, and keeps sending it until it is acknowledged.
import { request, roomPath, Problem } from '../net/api.js';
import { Connection } from '../net/connection.js';
import { history } from '../net/poll.js';
import { keepPassword } from '../net/rooms.js';
import { Doubt } from './doubt.js';
import { loadPending, savePending } from './outbox.js';
import { Sender } from './sender.js';

/** @typedef {import('../types').RoomState} RoomState */
/** @typedef {import('../types').Action} Action */

/**
 * @param {string} code
 * @param {{ get: () => RoomState, dispatch: (action: Action) => void, failed: (problem: Problem) => void }} store
 * @returns {import('../types').Session}
 */
export function openSession(code, store) {
  const stay = new Stay(code, store);
  void stay.begin();
  return stay;
}

/** How often a waiting room is looked at anew: its people come without an event. */
const WAITING = 2000;

class Stay {
  /** @param {string} code @param {{ get: () => RoomState, dispatch: (action: Action) => void, failed: (problem: Problem) => void }} store */
  constructor(code, store) {
    this.code = code;
    this.store = store;
    this.closed = false;
    this.filling = false;
    this.doubt = new Doubt(code, store.get, () => this.reconnect());
    this.sender = new Sender({
      code,
      get: store.get,
      dispatch: (action) => this.dispatch(action),
      send: (frame) => this.connection?.send(frame) ?? false,
      sent: (clientId) => this.doubt.line(clientId),
    });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.looking = undefined;
    /** @type {Connection | null} */
    this.connection = null;
    this.ticker = setInterval(() => this.beat(), WAITING / 2);
    this.beats = 0;
  }

  async begin() {
    try {
      await this.look();
      this.dispatch({ type: 'events', events: await history(this.code, this.store.get().seq), now: Date.now() });
    } catch (error) {
      return this.fail(error, () => this.begin());
    }
    this.dispatch({ type: 'restore', pending: loadPending(this.code) });
    if (this.closed || this.connection) return;
    if (this.store.get().status === 'closed') return this.dispatch({ type: 'link', link: 'done' });
    this.connection = new Connection({
      code: this.code,
      after: () => this.store.get().seq,
      frame: (frame) => this.frame(frame),
      link: (link) => this.linked(link),
      refused: (status) => this.store.failed(new Problem({ status })),
    });
  }

  /** @param {unknown} error @param {() => void} again */
  fail(error, again) {
    if (this.closed) return;
    if (error instanceof Problem && error.status < 500 && error.status !== 429) return this.store.failed(error);
    this.dispatch({ type: 'link', link: navigator.onLine ? 'lost' : 'offline' });
    setTimeout(() => this.closed || again(), error instanceof Problem && error.wait ? error.wait * 1000 : 2000);
  }

  /** Reads the snapshot and who one is. */
  async look() {
    const before = Date.now();
    const [room, me] = await Promise.all([request('GET', roomPath(this.code)), request('GET', roomPath(this.code, '/me'))]);
    // The Date header is cut to the second: its middle is the best guess.
    if (room.date) this.dispatch({ type: 'clock', server: room.date + 500, now: (before + Date.now()) / 2 });
    this.dispatch({ type: 'me', player: me.body.player, host: me.body.host });
    this.dispatch({ type: 'snapshot', room: room.body, now: Date.now() });
  }

  /** Many see the same event: the more of them, the wider their looks are spread. @param {RoomState} state */
  lookSoon(state) {
    if (this.looking) return;
    const spread = Math.min(10_000, 200 + 20 * state.players.length);
    this.looking = setTimeout(() => {
      this.looking = undefined;
      if (!this.closed) void this.refresh();
    }, Math.random() * spread);
  }

  async refresh() {
    try {
      await this.look();
    } catch {
      // The connection's own state tells the person; the next look tries again.
    }
  }

  /** @param {Action} action */
  dispatch(action) {
    if (this.closed) return;
    const before = this.store.get().pending;
    this.store.dispatch(action);
    const after = this.store.get();
    if (after.pending !== before) savePending(this.code, after.pending);
    if (after.gap !== null && !this.filling) void this.fill();
  }

  /** Fetches what a gap in the numbers shows to be missing. */
  async fill() {
    this.filling = true;
    try {
      const events = await history(this.code, this.store.get().seq);
      this.dispatch({ type: 'events', events, now: Date.now() });
    } catch {
      this.reconnect();
    } finally {
      this.filling = false;
    }
  }

  /** @param {import('../types').RoomEvent} frame */
  frame(frame) {
    this.doubt.frame();
    if (frame.type === 'ack' && frame.client_id) return this.dispatch({ type: 'ack', client_id: frame.client_id, seq: frame.seq ?? 0 });
    if (frame.type === 'error') return this.sender.refused(frame);
    this.dispatch({ type: 'event', event: frame, now: Date.now() });
    const state = this.store.get();
    if (state.status === 'closed') this.connection?.finish();
    if (state.stale !== null) this.lookSoon(state);
  }

  /** @param {import('../types').Link} link */
  linked(link) {
    this.dispatch({ type: 'link', link });
    if (link === 'live' || link === 'polling') this.sender.resendAll();
  }

  /** @param {string} text */
  say(text) {
    this.sender.say(text);
  }

  /** @param {string} clientId */
  retry(clientId) {
    this.sender.retry(clientId);
  }

  /** @param {string} client_id */
  drop(client_id) {
    this.dispatch({ type: 'drop', client_id });
  }

  typing() {
    this.sender.typing();
  }

  /** @param {string} suspect */
  async vote(suspect) {
    await request('POST', roomPath(this.code, '/votes'), { suspect });
  }

  /** Takes a seat. A room that could not be read before is to be opened anew. @param {string | null} name @param {string | null} password */
  async join(name, password) {
    const body = { ...(name === null ? {} : { name }), ...(password === null ? {} : { password }) };
    await request('POST', roomPath(this.code, '/players'), body);
    if (password) keepPassword(this.code, password);
    if (!this.store.get().title) return;
    await this.look();
    // A socket speaks for the cookie it was opened with: a new one for the new seat.
    this.reconnect();
  }

  reconnect() {
    this.connection?.lost('connecting');
    this.connection?.wake();
  }

  async leave() {
    await request('DELETE', roomPath(this.code, '/players/me'));
    this.dispatch({ type: 'me', player: null, host: false });
  }

  /** @param {string} action start, pause, resume, skip or end */
  async host(action) {
    await request('POST', roomPath(this.code, `/${action}`));
    await this.refresh();
  }

  /** @param {string} name */
  async remove(name) {
    await request('DELETE', roomPath(this.code, `/players/${encodeURIComponent(name)}`));
  }

  away() {
    this.dispatch({ type: 'away' });
  }

  here() {
    this.dispatch({ type: 'here' });
  }

  beat() {
    this.beats += 1;
    this.dispatch({ type: 'tick', now: Date.now() });
    this.doubt.check();
    const waiting = this.store.get().phase === 'waiting' && this.connection;
    if (waiting && this.beats % 2 === 0 && document.visibilityState === 'visible' && navigator.onLine) void this.refresh();
  }

  close() {
    this.closed = true;
    clearInterval(this.ticker);
    clearTimeout(this.looking);
    this.connection?.close();
  }
}
