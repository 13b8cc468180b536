import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Choice, Stepper } from './field.js';

/** @param {{ draft: { discussion: number, voting: number, rounds: number }, set: (key: any) => (value: any) => void }} props */
export function GameTimes({ draft, set }) {
  const minutes = [60, 120, 180, 300, 600];
  return html`
    <${Choice} name="discussion" legend=${t('create.discussion')} value=${String(draft.discussion)} onChange=${(/** @type {string} */ v) => set('discussion')(Number(v))}
      options=${minutes.map((s) => ({ value: String(s), label: t('minutes', { n: s / 60 }) }))} />
    <div class="two">
      <${Stepper} id="voting" label=${t('create.voting')} value=${draft.voting} min=${15} max=${300} step=${15} unit=${t('seconds.unit')} onChange=${set('voting')} />
      <${Stepper} id="rounds" label=${t('create.rounds')} value=${draft.rounds} min=${1} max=${10} onChange=${set('rounds')} />
    </div>`;
}
