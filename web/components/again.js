import { html, useEffect, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { go } from '../lib/route.js';
import { findNext, handPassword, makeNext } from '../net/rooms.js';
import { sentence } from './say.js';

/** How often a room is asked for the table after it, in milliseconds. */
const SEARCH = 3000;

/** @param {string} code @returns {string} the code of the next table, '' while there is none */
export function useNext(code) {
  const [next, setNext] = useState('');
  useEffect(() => {
    if (next) return;
    const search = async () => {
      if (document.visibilityState !== 'visible' || !navigator.onLine) return;
      setNext(await findNext(code).catch(() => ''));
    };
    void search();
    const timer = setInterval(search, SEARCH);
    return () => clearInterval(timer);
  }, [next, code]);
  return next;
}

/** @param {{ room: import('../types').RoomState }} props The way from one game to the next with the same people. */
export function Again({ room }) {
  const next = useNext(room.code);
  const sit = () => void handPassword(room.code, next);
  if (next) {
    return html`<div class="buttons center" role="status">
      <a class="button primary big" href=${`/r/${next}?sit`} onClick=${sit}>${t('again.join')}</a>
    </div>`;
  }
  if (room.host) return html`<${Rematch} room=${room} />`;
  return html`<div class="again-wait"><p class="hint" role="status">${t('again.wait')}</p>
    <p class="buttons center"><a class="button" href="/?new=game">${t('lobby.create')}</a><a class="button quiet" href="/">${t('lost.back')}</a></p></div>`;
}

/** @param {{ room: import('../types').RoomState }} props The host sets the same table again. */
function Rematch({ room }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const again = async () => {
    setBusy(true);
    setProblem('');
    try {
      go(`/r/${await makeNext(room)}`);
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
