import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';

/** @param {{ rooms: import('../types').ListedRoom[] | null }} props The rooms one may walk into, as on a bill. */
export function Tables({ rooms }) {
  if (rooms === null) return html`<p class="hint">${t('loading')}</p>`;
  if (rooms.length === 0) return html`<${Empty} />`;
  return html`<ul class="bill">
    ${rooms.map((room) => html`<li key=${room.code}>
      <a class="bill-row" href=${seatAt(room)}>
        <span class="bill-title">${room.title}</span>
        <span class="bill-dots" aria-hidden="true"></span>
        <span class="bill-side">
          ${room.locked && html`<span class="tag">${t('tables.locked')}</span>`}
          <span class=${`tag ${room.mode}`}>${t(`mode.${room.mode}`)}</span>
          <span class="bill-count">${room.mode === 'open' ? t('tables.present', { n: room.people }) : t('tables.seats', { n: room.people, of: room.seats })}</span>
          <span class="bill-go">${asksNothing(room) ? t('join.sit') : t('join.enter')}</span>
        </span>
      </a>
    </li>`)}
  </ul>`;
}

/** A game asks for nothing but a password: one press is enough for a seat. @param {import('../types').ListedRoom} room */
const asksNothing = (room) => room.mode === 'imitation' && !room.locked;

/** @param {import('../types').ListedRoom} room */
const seatAt = (room) => `/r/${room.code}${asksNothing(room) ? '?sit' : ''}`;

function Empty() {
  return html`<div class="empty">
    <svg class="empty-table" viewBox="0 0 220 110" aria-hidden="true">
      <path class="stroke" d="M30 62c0-16 36-26 80-26s80 10 80 26-36 24-80 24-80-8-80-24z" />
      <path class="stroke" d="M60 84v18m100-18v18M110 86v20" />
      <path class="stroke" d="M14 40v44m0-20h14v22M206 40v44m0-20h-14v22" />
      <rect class="fill" x="96" y="44" width="15" height="21" rx="2" transform="rotate(-10 103 54)" />
      <rect class="fill" x="112" y="44" width="15" height="21" rx="2" transform="rotate(8 119 54)" />
      <path class="stroke steam" d="M148 46c-4-6 4-8 0-14m8 14c-4-6 4-8 0-14" />
    </svg>
    <p><strong>${t('tables.empty')}</strong><br />${t('tables.empty.note')}</p>
  </div>`;
}
