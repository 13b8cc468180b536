import { html, useEffect, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { go } from '../lib/route.js';
import { listRooms, makeRoom, nextTitle, settingsOf } from '../net/rooms.js';
import { sentence } from './say.js';

/** @param {{ room: import('../types').RoomState }} props The way from one game to the next. */
export function Again({ room }) {
  const made = settingsOf(room.code);
  if (made && room.host) return html`<${Rematch} room=${room} made=${made} />`;
  return html`<${NextTable} room=${room} />`;
}

/** @param {{ room: import('../types').RoomState, made: NonNullable<ReturnType<typeof settingsOf>> }} props The host sets the same table again. */
function Rematch({ room, made }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const again = async () => {
    setBusy(true);
    setProblem('');
    try {
      const alone = made.settings.seats === 1;
      const settings = alone ? made.settings : { ...made.settings, title: nextTitle(room.title) };
      const code = await makeRoom(settings, made.seated ? {} : null);
      go(`/r/${code}${alone ? '' : '?share'}`);
    } catch (error) {
      setProblem(sentence(error, 'create'));
      setBusy(false);
    }
  };
  return html`<div class="buttons center">
    <button type="button" class="button primary big" disabled=${busy} onClick=${again}>${t('again')}</button>
    <a class="button quiet" href="/">${t('lost.back')}</a>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  </div>`;
}

/** How often the lobby is searched for the host's next table, in milliseconds. */
const SEARCH = 4000;

/** @param {{ room: import('../types').RoomState }} props Everyone else finds the host's next public table by its title. */
function NextTable({ room }) {
  const [next, setNext] = useState('');
  useEffect(() => {
    if (next) return;
    const search = async () => {
      if (document.visibilityState !== 'visible' || !navigator.onLine) return;
      const waiting = await listRooms('waiting', 50).catch(() => []);
      const found = waiting.find((r) => r.mode === 'imitation' && r.title === nextTitle(room.title));
      if (found) setNext(found.code);
    };
    const timer = setInterval(search, SEARCH);
    return () => clearInterval(timer);
  }, [next, room.title]);
  return html`<div class="buttons center" role="status">
    ${next ? html`<a class="button primary big" href=${`/r/${next}`}>${t('again.join')}</a>` : html`<p class="hint">${t('again.wait')}</p>`}
    <a class="button" href="/">${t('lost.back')}</a>
  </div>`;
}
