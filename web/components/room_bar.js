import { html, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Clock } from './clock.js';
import { Dialog } from './dialog.js';
import { People } from './people.js';
import { RoomMenu } from './room_menu.js';

/**
 * The head of a room: where one is, how long it lasts, who is here, what else
 * one can do.
 * @param {{ room: import('../types').RoomState, session: import('../types').Session, share: boolean, onSettings: () => void }} props
 */
export function RoomBar({ room, session, share, onSettings }) {
  const [people, setPeople] = useState(false);
  const [menu, setMenu] = useState(share && room.phase !== 'waiting');
  const here = room.phase === 'waiting' ? room.people : room.players.filter((p) => p.present).length;
  const step = room.mode === 'open' ? t(room.status === 'closed' ? 'phase.closed' : 'mode.open') : t(`phase.${room.phase}`);
  return html`<header class="bar">
    <a class="bar-mark" href="/" aria-label=${t('home')}>P</a>
    <div class="bar-title">
      <h1 tabindex="-1">${room.title}</h1>
      <p class="bar-step">${step}${room.mode === 'imitation' && room.round > 0 && room.results.length + room.round > 1 && html` · ${t('round', { n: room.round })}`}</p>
    </div>
    <${Clock} room=${room} />
    <button type="button" class="button quiet bar-people" aria-haspopup="dialog" onClick=${() => setPeople(true)} aria-label=${t('people.open', { n: here })}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8" r="4" /><path d="M4 21c0-5 3.500-8 8-8s8 3 8 8" /></svg>${here}
    </button>
    <button type="button" class="button quiet icon" aria-haspopup="dialog" onClick=${() => setMenu(true)} aria-label=${t('menu')}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h16M4 12h16M4 17h16" /></svg>
    </button>
    <${Dialog} open=${people} title=${t('people.title')} onClose=${() => setPeople(false)}><${People} room=${room} /><//>
    <${RoomMenu} room=${room} session=${session} open=${menu} onClose=${() => setMenu(false)} onSettings=${onSettings} />
  </header>`;
}
