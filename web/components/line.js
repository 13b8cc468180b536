import { html } from '../lib/html.js';
import { t, timeOfDay } from '../i18n/index.js';
import { memo } from '../lib/memo.js';
import { Avatar } from './avatar.js';
import { Outcome } from './outcome.js';

/** @typedef {import('../types').Line} L */

/**
 * One entry of the script. A long room has many: what does not change is not
 * drawn again, so each is given only what it shows.
 * @type {(props: { line: L, before: L | undefined, fresh: boolean, mine: boolean, agent: boolean, open: boolean, language: string }) => any}
 */
export const Line = memo(({ line, before, fresh, ...shown }) => {
  const entry = line.kind === 'message' ? html`<${Spoken} line=${line} follows=${!fresh && follows(line, before)} ...${shown} />` : html`<${Direction} line=${line} />`;
  return fresh ? html`<p class="new" role="separator" aria-label=${t('script.new')}><span>${t('script.new')}</span></p>${entry}` : entry;
});

/** A line belongs to the one before it when the same player goes on within two minutes. @param {L} line @param {L | undefined} before */
function follows(line, before) {
  return before?.kind === 'message' && before.player === line.player && Date.parse(line.at) - Date.parse(before.at) < 120_000;
}

/** @param {{ line: L, follows: boolean, mine: boolean, agent: boolean, open: boolean }} props */
function Spoken({ line, follows: goesOn, mine, agent, open }) {
  const name = line.player ?? '';
  return html`<article class=${`line${mine ? ' mine' : ''}${goesOn ? ' goes-on' : ''}`}>
    ${!goesOn && html`<${Avatar} name=${name} />`}
    <p class=${goesOn ? 'visually-hidden' : 'line-name'}>
      <span>${name}</span>${mine && html` <span class="tag">${t('you')}</span>`}${agent && html` <span class="tag">${t('role.agent')}</span>`}
      ${open && !goesOn && html`<time datetime=${line.at}>${timeOfDay(line.at)}</time>`}
    </p>
    <p class="line-text">${line.text}</p>
  </article>`;
}

/** @param {{ line: L }} props A stage direction. */
function Direction({ line }) {
  if (line.kind === 'result' && line.result) return html`<${Outcome} result=${line.result} />`;
  if (line.kind === 'phase' && (line.phase === 'open' || line.phase === 'waiting')) return null;
  const key = line.kind === 'phase' ? `direction.${line.phase}` : `direction.${line.kind}`;
  return html`<p class=${`direction direction-${line.kind}`}><span>${t(key, { name: line.player, n: line.round })}</span></p>`;
}

/** @param {{ pending: import('../types').Pending, room: import('../types').RoomState, session: import('../types').Session }} props An own line on its way. */
export function Own({ pending, room, session }) {
  const failed = pending.status === 'failed';
  return html`<article class=${`line mine pending${failed ? ' failed' : ''}`}>
    <${Avatar} name=${room.me ?? ''} />
    <p class="line-name"><span>${room.me}</span> <span class="tag">${failed ? t('line.failed') : t('line.sending')}</span></p>
    <p class="line-text">${pending.text}</p>
    ${failed && html`<div class="line-problem">
      <p class="problem" role="alert">${refusal(pending.problem)}</p>
      <button type="button" class="button small" onClick=${() => session.retry(pending.client_id)}>${t('line.retry')}</button>
      <button type="button" class="button small quiet" onClick=${() => session.drop(pending.client_id)}>${t('line.drop')}</button>
    </div>`}
  </article>`;
}

/** @param {import('../types').ProblemBody | null} problem */
function refusal(problem) {
  const key = `error.send.${problem?.status}`;
  const text = t(key);
  return text === key ? t('error.send') : text;
}
