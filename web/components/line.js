import { html } from '../lib/html.js';
import { t, timeOfDay } from '../i18n/index.js';
import { Avatar } from './avatar.js';
import { Outcome } from './outcome.js';

/** @typedef {import('../types').Line} L */
/** @typedef {import('../types').RoomState} RoomState */

/** @param {{ line: L, before: L | undefined, room: RoomState }} props One entry of the script. */
export function Line({ line, before, room }) {
  const fresh = room.new_from === line.seq;
  const entry = line.kind === 'message' ? html`<${Spoken} line=${line} room=${room} follows=${!fresh && follows(line, before)} />` : html`<${Direction} line=${line} />`;
  return fresh ? html`<p class="new" role="separator" aria-label=${t('script.new')}><span>${t('script.new')}</span></p>${entry}` : entry;
}

/** A line belongs to the one before it when the same player goes on within two minutes. @param {L} line @param {L | undefined} before */
function follows(line, before) {
  return before?.kind === 'message' && before.player === line.player && Date.parse(line.at) - Date.parse(before.at) < 120_000;
}

/** @param {{ line: L, room: RoomState, follows: boolean }} props */
function Spoken({ line, room, follows: goesOn }) {
  const name = line.player ?? '';
  const mine = name === room.me;
  const agent = room.mode === 'open' && room.players.find((p) => p.name === name)?.role === 'agent';
  return html`<article class=${`line${mine ? ' mine' : ''}${goesOn ? ' goes-on' : ''}`}>
    ${!goesOn && html`<${Avatar} name=${name} />`}
    <p class=${goesOn ? 'visually-hidden' : 'line-name'}>
      <span>${name}</span>${mine && html` <span class="tag">${t('you')}</span>`}${agent && html` <span class="tag">${t('role.agent')}</span>`}
      ${room.mode === 'open' && !goesOn && html`<time datetime=${line.at}>${timeOfDay(line.at)}</time>`}
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

/** @param {{ pending: import('../types').Pending, room: RoomState, session: import('../types').Session }} props An own line on its way. */
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
