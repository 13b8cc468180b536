// Making rooms, and finding those that wait.
import { request, roomPath } from './api.js';

/** @typedef {import('../types').CreateRoom} CreateRoom */

/** A game for one person at once: the fewest questions possible. @type {CreateRoom} */
export const SOLO = { mode: 'imitation', seats: 1, agents: 4, discussion_seconds: 180, voting_seconds: 60, reveal_seconds: 300, rounds: 1, visibility: 'unlisted' };

/**
 * Makes a room and, when asked to, takes a seat in it. The browser keeps the
 * tokens as cookies; this page never reads them.
 * @param {CreateRoom} settings @param {{ name?: string } | null} seat
 * @returns {Promise<string>} the room's code
 */
export async function makeRoom(settings, seat) {
  // Topics are drawn, and agents speak, in the language of the page.
  const { body } = await request('POST', '/v1/rooms', { ...settings, language: document.documentElement.lang });
  remember(body.code, { settings, seated: seat !== null });
  if (seat) await request('POST', roomPath(body.code, '/players'), { ...seat, ...(settings.password ? { password: settings.password } : {}) });
  return body.code;
}

/** @typedef {{ settings: CreateRoom, seated: boolean }} Made */

/** Kept as long as the tab: a room's password is in it. @param {string} code @param {Made} made */
function remember(code, made) {
  try {
    sessionStorage.setItem(`parley.made.${code}`, JSON.stringify(made));
  } catch {
    // Without storage there is no second game at one press.
  }
}

/** The settings of a room made in this tab. @param {string} code @returns {Made | null} */
export function settingsOf(code) {
  try {
    return JSON.parse(sessionStorage.getItem(`parley.made.${code}`) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {'waiting' | 'running'} status @param {number} limit @returns {Promise<import('../types').ListedRoom[]>} */
export async function listRooms(status, limit) {
  const { body } = await request('GET', `/v1/rooms?status=${status}&limit=${limit}`);
  return body.rooms;
}

/** The title of the game after this one: the same with a number that counts. @param {string} title */
export function nextTitle(title) {
  const [, name, number] = /^(.*?)(?: · (\d+))?$/s.exec(title) ?? [];
  return `${(name ?? title).slice(0, 70)} · ${Number(number ?? 1) + 1}`;
}
