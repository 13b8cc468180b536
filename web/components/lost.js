import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Masthead } from './bar.js';
import { Card } from './avatar.js';

/** @param {{ onSettings: () => void, text?: string }} props Shown where there is no room to show. */
export function Lost({ onSettings, text }) {
  return html`
    <${Masthead} onSettings=${onSettings} />
    <main id="main" class="page narrow center">
      <div class="lost-cards"><${Card} back=${true} class="tilt-left" /><${Card} back=${true} class="tilt-right" /></div>
      <h1 tabindex="-1">${t('lost.title')}</h1>
      <p class="lead">${text ?? t('lost.text')}</p>
      <p><a class="button primary" href="/">${t('lost.back')}</a></p>
    </main>`;
}
