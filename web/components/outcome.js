import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';

/** @param {import('../types').Result} result */
export function verdict(result) {
  if (!result.suspect) return t('verdict.none');
  const most = result.tally[result.suspect] ?? 0;
  const tied = Object.values(result.tally).filter((n) => n === most).length;
  const words = t(result.suspect_role === 'agent' ? 'verdict.agent' : 'verdict.person', { name: result.suspect, n: most, of: Object.keys(result.votes).length });
  return tied > 1 ? `${words} ${t('verdict.lot', { n: tied })}` : words;
}

/** @param {{ result: import('../types').Result }} props A round's end, between the lines. */
export function Outcome({ result }) {
  return html`<section class="outcome">
    <h3>${t(`winner.round.${result.winner}`, { n: result.round })}</h3>
    <p>${verdict(result)}</p>
  </section>`;
}
