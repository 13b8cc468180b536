import { html } from '../lib/html.js';
import { faceOf } from '../lib/face.js';

/** @param {{ name: string }} props The name stands beside it, so the picture itself is silent. */
export function Avatar({ name }) {
  const face = faceOf(name);
  return html`<span class=${`avatar hue-${face.hue}`} aria-hidden="true">
    <svg viewBox="0 0 24 24"><path d=${face.pip} /></svg>
  </span>`;
}

/** @param {{ name?: string, back?: boolean, class?: string }} props A playing card: a player's pip, or the back. */
export function Card({ name = '', back = false, class: more = '' }) {
  if (back) return html`<span class=${`card card-back ${more}`} aria-hidden="true"></span>`;
  const face = faceOf(name);
  const mark = html`<svg viewBox="0 0 24 24"><path d=${face.pip} /></svg>`;
  return html`<span class=${`card card-face hue-${face.hue} ${more}`} aria-hidden="true">
    <span class="card-corner">${mark}</span><span class="card-pip">${mark}</span><span class="card-corner card-corner-low">${mark}</span>
  </span>`;
}
