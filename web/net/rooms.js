// Making rooms, and finding those that wait.
import { request, roomPath } from './api.js';

/** @typedef {import('../types').CreateRoom} CreateRoom */

/** A game for one person at once: the fewest questions possible. @returns {CreateRoom} */
export const solo = () => ({
  mode: 'imitation', language: document.documentElement.lang, seats: 1, agents: 4, discussion_seconds: 180, voting_seconds: 60, reveal_seconds: 300, rounds: 1, visibility: 'unlisted',
});

/**
 * Makes a room and, when asked to, takes a seat in it. The browser keeps the
 * tokens as cookies; this page never reads them.
 * @param {CreateRoom} settings @param {{ name?: string } | null} seat
 * @returns {Promise<string>} the room's code
 */
export async function makeRoom(settings, seat) {
  const { body } = await request('POST', '/v1/rooms', settings);
  if (seat) await request('POST', roomPath(body.code, '/players'), { ...seat, ...(settings.password ? { password: settings.password } : {}) });
  if (settings.password) keepPassword(body.code, settings.password);
  return body.code;
}

/**
 * Sets the next table for the people of a room that one hosts.
 * @param {import('../types').RoomState} room
 * @returns {Promise<string>} the next room's code
 */
export async function makeNext(room) {
  const drawn = room.title === `Room ${room.code}`;
  const { body } = await request('POST', '/v1/rooms', { follows: room.code, ...(drawn ? {} : { title: nextTitle(room.title) }) });
  const password = handPassword(room.code, body.code);
  if (room.me) await request('POST', roomPath(body.code, '/players'), password ? { password } : {});
  return body.code;
}

/** The code of the table that the host has set for a room's people, '' while there is none. @param {string} code @returns {Promise<string>} */
export async function findNext(code) {
  const { body } = await request('GET', roomPath(code));
  return body.next ?? '';
}

/** Passwords are kept as long as the tab, for the next table. @param {string} code @param {string} password */
export function keepPassword(code, password) {
  try {
    sessionStorage.setItem(`parley.password.${code}`, password);
  } catch {
    // Without storage it is asked for again.
  }
}

/** @param {string} code @returns {string | null} */
export function passwordOf(code) {
  try {
    return sessionStorage.getItem(`parley.password.${code}`);
  } catch {
    return null;
  }
}

/** The next table has the password of this one. @param {string} from @param {string} to */
export function handPassword(from, to) {
  const password = passwordOf(from);
  if (password) keepPassword(to, password);
  return password;
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
