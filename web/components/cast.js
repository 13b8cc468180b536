import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { record } from '../state/views.js';
import { Card } from './avatar.js';

/** @param {{ room: import('../types').RoomState }} props Everybody's card, turned over one after another. */
export function Cast({ room }) {
  return html`<ul class="cast plain">${room.players.map((p, i) => html`<${Part} key=${p.name} name=${p.name} index=${i} room=${room} />`)}</ul>`;
}

/** @param {{ name: string, index: number, room: import('../types').RoomState }} props */
function Part({ name, index, room }) {
  const role = room.roles?.[name];
  const { votes, fooled, voters } = record(room, name);
  return html`<li class=${`part${role ? ` part-${role}` : ''}`} style=${{ '--i': index }}>
    <span class=${`flip${role ? ' flipped' : ''}`} aria-hidden="true">
      <${Card} back=${true} class="flip-back" />
      <${Card} name=${name} class="flip-front" />
    </span>
    <p class="part-name">${name}${name === room.me && html` <span class="tag">${t('you')}</span>`}</p>
    ${role && html`<p class="part-role">${t(`role.${role}.was`)}</p>`}
    ${role && voters > 0 && html`<p class="part-fate">${t(`cast.fate.${role}`, { n: role === 'agent' ? voters - fooled : fooled, of: voters })}</p>`}
    ${role && votes.map((v) => html`<p class="part-vote" key=${v.round}>${t(role === 'agent' ? 'cast.vote' : v.right ? 'cast.right' : 'cast.wrong', { name: v.suspect })}</p>`)}
    ${role && votes.length === 0 && room.results.length > 0 && html`<p class="part-vote">${t('cast.novote')}</p>`}
  </li>`;
}
