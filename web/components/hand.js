import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Card } from './avatar.js';

/** The lobby's picture: a hand of players, one of them face down. */
export function Hand() {
  const names = ['1', '5', '', '11', '6'];
  return html`<div class="hand" role="img" aria-label=${t('lobby.picture')}>
    ${names.map((name, i) => html`<span class=${`hand-card hand-${i}`} key=${i}><${Card} name=${name} back=${name === ''} class="large" /></span>`)}
  </div>`;
}
