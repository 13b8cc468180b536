import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { record } from '../state/views.js';
import { Avatar } from './avatar.js';

/** @param {{ room: import('../types').RoomState }} props Small honours: who fooled, who saw through it. */
export function Prizes({ room }) {
  const prizes = award(room);
  if (prizes.length === 0) return null;
  return html`<section aria-labelledby="prizes"><h2 id="prizes">${t('prizes.title')}</h2>
    <ul class="prizes plain">${prizes.map((p) => html`<li key=${p.key + p.name}><${Avatar} name=${p.name} /><span><strong>${p.name}</strong> ${t(`prizes.${p.key}`, { n: p.n })}</span></li>`)}</ul>
  </section>`;
}

/** @param {import('../types').RoomState} room @returns {{ key: string, name: string, n: number }[]} */
function award(room) {
  const roles = room.roles ?? {};
  const all = room.players.map((p) => ({ name: p.name, role: roles[p.name], ...record(room, p.name) }));
  const agents = all.filter((p) => p.role === 'agent');
  const people = all.filter((p) => p.role === 'person');
  const unseen = agents.filter((p) => p.against === 0 && p.lines > 0);
  const sharp = people.filter((p) => p.votes.length > 0 && p.votes.every((v) => v.right));
  const doubted = people.filter((p) => p.against > 0).sort((a, b) => b.against - a.against).slice(0, 1);
  const caught = agents.filter((p) => p.against > 0).sort((a, b) => b.against - a.against).slice(0, 1);
  return [
    ...sharp.map((p) => ({ key: 'sharp', name: p.name, n: p.votes.length })),
    ...unseen.map((p) => ({ key: 'unseen', name: p.name, n: p.lines })),
    ...caught.map((p) => ({ key: 'caught', name: p.name, n: p.against })),
    ...doubted.map((p) => ({ key: 'doubted', name: p.name, n: p.against })),
  ].slice(0, 6);
}
