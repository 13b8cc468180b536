import { html, useEffect, useRef } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { announce } from './announce.js';

/** @param {{ room: import('../types').RoomState }} props Tells of a lost connection, and of a pause. */
export function Banner({ room }) {
  const was = useRef(room.link);
  useEffect(() => {
    const before = was.current;
    was.current = room.link;
    const down = (/** @type {string} */ link) => link === 'lost' || link === 'offline';
    if (!room.live || before === room.link) return;
    if (down(room.link)) announce(t(`link.${room.link}`));
    else if (down(before) && room.link !== 'connecting') announce(t('link.back'));
  }, [room.link, room.live]);
  if (room.link === 'lost' || room.link === 'offline') {
    return html`<p class="banner banner-lost"><span class="spinner" aria-hidden="true"></span>${t(`link.${room.link}`)}</p>`;
  }
  if (room.paused && room.status !== 'closed') return html`<p class="banner">${t('paused.note')}</p>`;
  return null;
}
