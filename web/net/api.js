// Requests to the server. A refusal becomes a Problem; nothing else is thrown
// but the browser's own error when there is no network.

/** @typedef {import('../types').ProblemBody} ProblemBody */

export class Problem extends Error {
  /** @param {ProblemBody} body @param {number} wait Seconds to wait, when the server says so. */
  constructor(body, wait = 0) {
    super(body.detail || body.title || String(body.status));
    this.body = body;
    this.status = body.status;
    this.wait = wait;
  }

  /** @returns {string} The field the server names, '' when it names none. */
  get field() {
    const place = this.body.errors?.[0]?.location ?? '';
    return place.replace(/^body\./, '').replace(/\[.*$/, '');
  }
}

/**
 * @param {string} method @param {string} path @param {unknown} [body] @param {AbortSignal} [signal]
 * @returns {Promise<{ status: number, body: any, date: number }>}
 */
export async function request(method, path, body, signal) {
  const answer = await fetch(path, {
    method, signal, credentials: 'same-origin', cache: 'no-store',
    headers: body === undefined ? { Accept: 'application/json' } : { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const date = Date.parse(answer.headers.get('Date') ?? '');
  const text = answer.status === 204 ? '' : await answer.text();
  const read = parse(text);
  if (answer.ok) return { status: answer.status, body: read, date };
  const problem = { title: answer.statusText, ...(read ?? {}), status: answer.status };
  throw new Problem(problem, Number(answer.headers.get('Retry-After')) || 0);
}

/** @param {string} text @returns {any} null when it is not JSON */
function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** @param {string} code @param {string} [rest] */
export const roomPath = (code, rest = '') => `/v1/rooms/${code}${rest}`;

/** @param {unknown} error */
export const isProblem = (error) => error instanceof Problem;
