import { html, useEffect, useRef, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { announce } from './announce.js';
import { sentence } from './say.js';

/** @param {{ room: import('../types').RoomState, session: import('../types').Session }} props Tells of a lost connection, and of a pause, which the host ends here. */
export function Banner({ room, session }) {
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
  if (room.paused && room.status !== 'closed') return html`<${Paused} room=${room} session=${session} />`;
  return null;
}

/** @param {{ room: import('../types').RoomState, session: import('../types').Session }} props */
function Paused({ room, session }) {
  const [problem, setProblem] = useState('');
  const resume = () => session.host('resume').catch((error) => setProblem(sentence(error, 'host')));
  return html`<div class="banner"><p>${problem || t(room.mode === 'open' ? 'paused.open' : 'paused.note')}</p>
    ${room.host && html`<button type="button" class="button small" onClick=${resume}>${t('host.resume')}</button>`}</div>`;
}
