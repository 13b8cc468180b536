// Waiting times between attempts: doubling from half a second to 15 seconds,
// each drawn from its upper half so that a crowd does not come back at once.

export class Backoff {
  constructor() {
    this.attempt = 0;
  }

  reset() {
    this.attempt = 0;
  }

  /** @returns {number} milliseconds */
  next() {
    const ceiling = Math.min(15000, 500 * 2 ** this.attempt);
    this.attempt += 1;
    return ceiling / 2 + Math.random() * (ceiling / 2);
  }
}
