import { html } from '../lib/html.js';
import { Settings } from './settings.js';

/** @param {{ onSettings: () => void, children?: any }} props The head of every page outside a room. */
export function Masthead({ onSettings, children }) {
  return html`<header class="masthead">
    <a class="wordmark" href="/">Parley</a>
    <div class="masthead-side">${children}<${Settings} onChange=${onSettings} /></div>
  </header>`;
}
