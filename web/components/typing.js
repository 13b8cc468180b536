import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Avatar } from './avatar.js';

/** @param {{ room: import('../types').RoomState }} props Who is about to speak. */
export function Typing({ room }) {
  const names = Object.keys(room.typing);
  if (names.length === 0) return html`<p class="typing" aria-hidden="true"></p>`;
  const text = names.length === 1 ? t('typing.one', { name: names[0] }) : names.length === 2 ? t('typing.two', { a: names[0], b: names[1] }) : t('typing.many', { n: names.length });
  return html`<p class="typing">
    ${names.slice(0, 3).map((name) => html`<${Avatar} key=${name} name=${name} />`)}
    <span>${text}</span><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
  </p>`;
}
