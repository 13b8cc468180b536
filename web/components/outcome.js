import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';

/** @param {import('../types').Result} result */
export function verdict(result) {
  if (!result.suspect) return t('verdict.none');
  return t(result.suspect_role === 'agent' ? 'verdict.agent' : 'verdict.person', { name: result.suspect, n: result.tally[result.suspect] ?? 0, of: Object.keys(result.votes).length });
}

/** @param {{ result: import('../types').Result }} props A round's end, between the lines. */
export function Outcome({ result }) {
  return html`<section class="outcome">
    <h3>${t(`winner.round.${result.winner}`, { n: result.round })}</h3>
    <p>${verdict(result)}</p>
  </section>`;
}
