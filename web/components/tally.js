import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Avatar } from './avatar.js';

/** @param {{ room: import('../types').RoomState }} props The last round's votes as bars. */
export function Tally({ room }) {
  const result = room.results.at(-1);
  if (!result) return null;
  const rows = Object.entries(result.tally).sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...rows.map(([, n]) => n));
  if (rows.length === 0) return html`<p>${t('verdict.none')}</p>`;
  return html`<ol class="tally plain">${rows.map(([name, n]) => html`<li key=${name} class=${name === result.suspect ? 'tally-row accused' : 'tally-row'}>
    <${Avatar} name=${name} />
    <span class="tally-name">${name}</span>
    <span class="tally-bar" aria-hidden="true" style=${{ '--part': n / most }}></span>
    <span class="tally-count">${t('votes', { n })}</span>
  </li>`)}</ol>`;
}
