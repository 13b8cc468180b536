// Sends what one says until it is acknowledged: by the socket while it is open,
// by requests while the stream is polled. A line keeps its client_id however
// often it goes out, so the server posts it once.
import { request, roomPath, Problem } from '../net/api.js';

/** Waiting time after "too fast" and after the server's own faults, in milliseconds. */
const LATER = 2500;
/** Signs of typing go out at most this often, in milliseconds. */
const TYPING = 2000;

/**
 * @typedef {object} Means
 * @property {string} code
 * @property {() => import('../types').RoomState} get
 * @property {(action: import('../types').Action) => void} dispatch
 * @property {(frame: object) => boolean} send By the socket; false when none is open.
 * @property {(clientId: string) => void} sent A line goes out.
 */

export class Sender {
  /** @param {Means} means */
  constructor(means) {
    this.means = means;
    this.typed = 0;
  }

  /** @param {string} text */
  say(text) {
    const client_id = newId();
    this.means.dispatch({ type: 'send', client_id, text });
    this.resend(client_id);
  }

  /** @param {string} client_id */
  retry(client_id) {
    this.means.dispatch({ type: 'retry', client_id });
    this.resend(client_id);
  }

  /** Sends every line that waits, after the connection came back. */
  resendAll() {
    for (const line of this.means.get().pending) this.resend(line.client_id);
  }

  /** @param {string | undefined} clientId */
  resend(clientId) {
    const line = this.means.get().pending.find((p) => p.client_id === clientId && p.status === 'sending');
    if (line) this.post(line);
  }

  /** @param {import('../types').Pending} line */
  post({ client_id, text }) {
    this.means.sent(client_id);
    if (this.means.send({ type: 'message', text, client_id }) || this.means.get().link !== 'polling') return;
    request('POST', roomPath(this.means.code, '/messages'), { text, client_id })
      .then(({ body }) => this.means.dispatch({ type: 'ack', client_id, seq: body.seq }))
      .catch((error) => error instanceof Problem && this.refused({ type: 'error', client_id, ...error.body }));
  }

  /** @param {import('../types').RoomEvent} frame What the server says of a line it did not take. */
  refused(frame) {
    if (!frame.client_id) return;
    const status = frame.status ?? 0;
    if (status === 429 || status >= 500) setTimeout(() => this.resend(frame.client_id), LATER);
    else this.means.dispatch({ type: 'refused', client_id: frame.client_id, problem: { status, title: frame.title, detail: frame.detail } });
  }

  typing() {
    if (Date.now() - this.typed < TYPING) return;
    this.typed = Date.now();
    if (this.means.send({ type: 'typing' }) || this.means.get().link !== 'polling') return;
    request('POST', roomPath(this.means.code, '/typing')).catch(() => {});
  }
}

/** A client_id; pages on a plain http address have no randomUUID. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
