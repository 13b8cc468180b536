// A connection can die without a word: the socket stays open and nothing comes.
// Two things tell: a line that is never acknowledged, and a room that has gone
// on, by a look at it, while the socket was silent.
import { request, roomPath } from '../net/api.js';

/** A line unacknowledged for so long means that the socket is dead, in milliseconds. */
const PATIENCE = 6000;
/** After so long without a frame the room is looked at. */
const SILENCE = 25000;
/** What the look saw must have come by the socket after so long. */
const GRACE = 3000;

export class Doubt {
  /** @param {string} code @param {() => import('../types').RoomState} get @param {() => void} giveUp Drops the socket and opens another. */
  constructor(code, get, giveUp) {
    this.code = code;
    this.get = get;
    this.giveUp = giveUp;
    this.heard = Date.now();
    /** @type {Map<string, number>} When each line was last sent. */
    this.sent = new Map();
  }

  /** A frame came in. */
  frame() {
    this.heard = Date.now();
  }

  /** @param {string} clientId A line goes out. */
  line(clientId) {
    this.sent.set(clientId, Date.now());
  }

  /** To be called about once a second. */
  check() {
    const state = this.get();
    const now = Date.now();
    if (state.link !== 'live' || document.visibilityState !== 'visible') return;
    if (state.pending.some((p) => p.status === 'sending' && now - (this.sent.get(p.client_id) ?? now) > PATIENCE)) {
      this.sent.clear();
      this.giveUp();
    } else if (now - this.heard > SILENCE) {
      this.heard = now;
      void this.probe();
    }
  }

  async probe() {
    try {
      const { body } = await request('GET', roomPath(this.code));
      setTimeout(() => {
        if (this.get().link === 'live' && this.get().seq < body.seq) this.giveUp();
      }, GRACE);
    } catch {
      if (this.get().link === 'live') this.giveUp();
    }
  }
}
