import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Avatar } from './avatar.js';

/** @param {{ room: import('../types').RoomState }} props Who is here, as a cast list. */
export function People({ room }) {
  if (room.phase === 'waiting') return html`<p>${t('waiting.count', { n: room.people, of: room.seats })}</p>`;
  const players = room.mode === 'open' ? [...room.players].sort((a, b) => Number(b.present) - Number(a.present)) : room.players;
  if (players.length === 0) return html`<p class="hint">${t('people.none')}</p>`;
  return html`<ul class="plain people">${players.map((p) => html`<${Person} key=${p.name} player=${p} room=${room} />`)}</ul>`;
}

/** @param {{ player: import('../types').Player, room: import('../types').RoomState }} props */
function Person({ player, room }) {
  const notes = [
    player.name === room.me && t('you'),
    room.mode === 'open' && player.role === 'agent' && t('role.agent'),
    player.eliminated && t('people.out'),
    !player.present && t(room.mode === 'open' && !player.left ? 'people.away' : 'people.gone'),
    room.phase === 'voting' && player.voted && t('people.voted'),
  ].filter(Boolean);
  return html`<li class=${`person${player.present && !player.eliminated ? '' : ' faded'}`}>
    <${Avatar} name=${player.name} />
    <span class="person-name">${player.name}</span>
    ${notes.map((note) => html`<span class="tag" key=${note}>${note}</span>`)}
  </li>`;
}

/** @param {{ room: import('../types').RoomState }} props The column beside the script on wide screens. */
export function Aside({ room }) {
  return html`<aside class="aside" aria-labelledby="aside-people"><h2 id="aside-people">${t('people.title')}</h2><${People} room=${room} /></aside>`;
}
