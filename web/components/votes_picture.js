import { html, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { faceOf } from '../lib/face.js';
import { Choice } from './field.js';

const SIZE = 440;
const RADIUS = 158;
const NODE = 21;

/** @typedef {{ x: number, y: number }} Point */

/** @param {{ room: import('../types').RoomState }} props Who pointed at whom, round by round: the players in a ring, a thread for each vote. */
export function VotesPicture({ room }) {
  const [round, setRound] = useState('');
  const result = room.results.find((r) => String(r.round) === round) ?? room.results[room.results.length - 1];
  const names = room.players.map((p) => p.name);
  const places = new Map(names.map((name, i) => [name, place(i, names.length)]));
  const votes = Object.entries(result.votes).filter(([voter, suspect]) => places.has(voter) && places.has(suspect));
  const words = votes.map(([voter, suspect]) => t('picture.vote', { voter, suspect }));
  return html`
    ${room.results.length > 1 && html`<${Choice} name="round" legend=${t('picture.round')} value=${String(result.round)} onChange=${setRound}
      options=${room.results.map((r) => ({ value: String(r.round), label: t('round', { n: r.round }) }))} />`}
    <svg class="threads" viewBox=${`0 0 ${SIZE} ${SIZE}`} role="img" aria-labelledby="threads-title threads-words">
      <title id="threads-title">${t('picture.title')}</title>
      <desc id="threads-words">${words.join(' ') || t('verdict.none')}</desc>
      ${votes.map(([voter, suspect], i) => html`<${Thread} key=${voter} from=${places.get(voter)} to=${places.get(suspect)} right=${room.roles?.[suspect] === 'agent'} index=${i} />`)}
      ${names.map((name) => html`<${Seat} key=${name} name=${name} at=${places.get(name)} role=${room.roles?.[name]} accused=${name === result.suspect} />`)}
    </svg>
    <ul class="legend plain" aria-hidden="true">
      <li><svg viewBox="0 0 36 12"><path class="thread right" d="M1 6h34" /></svg>${t('picture.right')}</li>
      <li><svg viewBox="0 0 36 12"><path class="thread wrong" d="M1 6h34" /></svg>${t('picture.wrong')}</li>
      <li><svg viewBox="0 0 12 12"><circle cx="6" cy="6" r="5" /></svg>${t('role.person')}</li>
      <li><svg viewBox="0 0 12 12"><rect x="1" y="1" width="10" height="10" rx="1.5" /></svg>${t('role.agent')}</li>
    </ul>
    <details class="more"><summary>${t('picture.words')}</summary><ul>${words.map((line) => html`<li key=${line}>${line}</li>`)}</ul></details>`;
}

/** @param {number} i @param {number} n @returns {Point} */
function place(i, n) {
  const angle = (i / n) * 2 * Math.PI - Math.PI / 2;
  return { x: SIZE / 2 + RADIUS * Math.cos(angle), y: SIZE / 2 + RADIUS * Math.sin(angle) };
}

/** @param {{ from: Point, to: Point, right: boolean, index: number }} props A vote, bent towards the middle, with its arrowhead at the suspect. */
function Thread({ from, to, right, index }) {
  const middle = { x: SIZE / 2 + ((from.x + to.x) / 2 - SIZE / 2) * 0.35, y: SIZE / 2 + ((from.y + to.y) / 2 - SIZE / 2) * 0.35 };
  const end = towards(to, middle, NODE + 8);
  const start = towards(from, middle, NODE + 2);
  const angle = (Math.atan2(end.y - middle.y, end.x - middle.x) * 180) / Math.PI;
  return html`<g class=${right ? 'right' : 'wrong'} style=${{ '--i': index }}>
    <path class=${`thread ${right ? 'right' : 'wrong'}`} pathLength="100" d=${`M${f(start.x)} ${f(start.y)}Q${f(middle.x)} ${f(middle.y)} ${f(end.x)} ${f(end.y)}`} />
    <path class="thread-head" d="M-9 -6L5 0L-9 6z" transform=${`translate(${f(end.x)} ${f(end.y)}) rotate(${f(angle)})`} />
  </g>`;
}

/** @param {{ name: string, at: Point, role: string | undefined, accused: boolean }} props */
function Seat({ name, at, role, accused }) {
  const face = faceOf(name);
  const below = at.y >= SIZE / 2;
  return html`<g class=${`seat hue-${face.hue}${accused ? ' accused' : ''}`} transform=${`translate(${f(at.x)} ${f(at.y)})`}>
    ${role === 'agent' ? html`<rect x=${-NODE} y=${-NODE} width=${NODE * 2} height=${NODE * 2} rx="5" />` : html`<circle r=${NODE} />`}
    <path class="pip" d=${face.pip} transform="translate(-12 -12)" />
    <text y=${below ? NODE + 19 : -NODE - 9} text-anchor="middle">${name}</text>
  </g>`;
}

/** @param {Point} a @param {Point} b @param {number} distance The point so far from a on the way to b. @returns {Point} */
function towards(a, b, distance) {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  return { x: a.x + ((b.x - a.x) * distance) / length, y: a.y + ((b.y - a.y) * distance) / length };
}

/** @param {number} n */
const f = (n) => n.toFixed(1);
