import { html, useEffect } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { go, roomLink } from '../lib/route.js';
import { useRoom } from '../state/use_room.js';
import { turnout } from '../state/views.js';
import { useNext } from './again.js';
import { Banner } from './banner.js';
import { Clock } from './clock.js';
import { Lost } from './lost.js';
import { QR } from './qr.js';
import { Reveal } from './reveal.js';
import { Script } from './script.js';
import { Chairs } from './waiting.js';
import { People } from './people.js';
import { sentence } from './say.js';

/** @typedef {import('../types').RoomState} RoomState */
/** @typedef {import('../types').Session} Session */

/** @param {{ code: string }} props The room for a projector: large, and without a seat. */
export function Watch({ code }) {
  const { room, session, problem } = useRoom(code);
  useEffect(() => void (document.title = `${room.title || code} · Parley`), [room.title]);
  if (problem) return html`<${Lost} onSettings=${() => {}} text=${sentence(problem, 'room')} />`;
  if (!session || !room.title) return html`<main id="main" class="watch"><h1 tabindex="-1">${t('loading')}</h1></main>`;
  const seatless = { ...room, me: null, host: false };
  return html`<div class=${`watch phase-${room.phase}`}>
    <header class="watch-head">
      <div><p class="overline">${room.mode === 'open' ? t('mode.open') : t(`phase.${room.phase}`)}</p><h1 tabindex="-1">${room.title}</h1></div>
      <${Clock} room=${room} big=${true} />
    </header>
    <${Banner} room=${{ ...room, host: false }} session=${session} />
    <${Scene} room=${seatless} session=${session} />
  </div>`;
}

/** @param {{ room: RoomState, session: Session }} props */
function Scene({ room, session }) {
  if (room.phase === 'waiting') return html`<${Invitation} room=${room} />`;
  if (room.phase === 'reveal' || (room.phase === 'closed' && room.mode === 'imitation')) return html`<${Reveal} room=${room} session=${session} wall=${true} /><${Next} code=${room.code} />`;
  const { done, of } = turnout(room);
  return html`<div class="watch-body">
    <main id="main" class="stage">
      ${room.topic && html`<section class="topic"><p class="overline">${t('topic')}</p><h2>${room.topic}</h2></section>`}
      <${Script} room=${room} session=${session} empty=${html`<p class="quiet-note">${t('script.empty.game')}</p>`} />
      ${room.phase === 'voting' && html`<p class="watch-vote" role="status">${t('vote.question')} <strong>${t('vote.turnout', { n: done, of })}</strong></p>`}
    </main>
    <aside class="aside" aria-labelledby="watch-people">
      <h2 id="watch-people">${t('people.title')}</h2><${People} room=${room} />
      ${room.mode === 'open' && html`<${Code} room=${room} />`}
    </aside>
  </div>`;
}

/** @param {{ code: string }} props The projector goes on to the next table. */
function Next({ code }) {
  const next = useNext(code);
  useEffect(() => {
    if (next) go(`/watch/${next}`, true);
  }, [next]);
  return null;
}

/** @param {{ room: RoomState }} props */
function Invitation({ room }) {
  return html`<main id="main" class="watch-invite">
    <div><h2 class="display huge">${t('watch.join')}</h2>
      <${Chairs} people=${room.people} seats=${room.seats} />
      <p class="waiting-count" role="status">${t('waiting.count', { n: room.people, of: room.seats })}</p></div>
    <${Code} room=${room} />
  </main>`;
}

/** @param {{ room: RoomState }} props */
function Code({ room }) {
  return html`<div class="watch-code"><${QR} text=${roomLink(room.code)} /><p class="watch-address">${location.host}</p><p class="share-code">${room.code}</p></div>`;
}
