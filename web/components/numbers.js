import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { roomPath } from '../net/api.js';
import { numbers } from '../state/numbers.js';
import { Avatar } from './avatar.js';

/** @param {{ room: import('../types').RoomState }} props The game in numbers: in all, and for each player. */
export function Numbers({ room }) {
  const { rows, ...all } = numbers(room);
  const columns = /** @type {const} */ (['lines', 'first', 'right', 'fooled', 'accused']);
  return html`<section class="reveal-numbers" aria-labelledby="numbers"><h2 id="numbers">${t('numbers.title')}</h2>
    <dl class="sums">${Object.entries(all).map(([key, n]) => html`<div key=${key}><dt>${t(`numbers.${key}`)}</dt><dd>${n}</dd></div>`)}</dl>
    <div class="table-scroll" tabindex="0" role="region" aria-labelledby="numbers"><table class="numbers">
      <thead><tr><th scope="col">${t('numbers.player')}</th>${columns.map((c) => html`<th scope="col" key=${c}>${t(`numbers.${c}`)}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${row.name}>
        <th scope="row"><${Avatar} name=${row.name} /> ${row.name}</th>
        ${columns.map((c) => html`<td key=${c}>${cell(row, c, room.roles?.[row.name])}</td>`)}
      </tr>`)}</tbody>
    </table></div>
    <p class="hint">${t('numbers.note')}${room.host && html` <a href=${roomPath(room.code, '/transcript?format=csv')} download=${`parley-${room.code}.csv`}>${t('numbers.export')}</a>`}</p>
  </section>`;
}

/** @param {import('../state/numbers.js').Row} row @param {'lines' | 'first' | 'right' | 'fooled' | 'accused'} column @param {string | undefined} role */
function cell(row, column, role) {
  if (role === 'agent' && (column === 'right' || column === 'fooled')) return '–';
  if (column === 'first') return row.first === null ? '–' : t('numbers.seconds', { n: row.first });
  return row[column];
}
