import { html, useEffect, useRef, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Card } from './avatar.js';
import { Join } from './join.js';
import { Share } from './share.js';
import { sentence } from './say.js';

/** More empty chairs than this are counted, not drawn. */
const CHAIRS = 12;

/** @param {{ room: import('../types').RoomState, session: import('../types').Session }} props */
export function Waiting({ room, session }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const seated = useRef(room.me);
  useEffect(() => {
    // Whoever has just taken a seat is told by which name, in place of the button.
    if (room.me && !seated.current && document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
    seated.current = room.me;
  }, [room.me]);
  return html`<main id="main" class="page waiting">
    <section class="waiting-table" aria-labelledby="waiting">
      <p class="overline">${room.me ? t('waiting.seated') : t('waiting.invited')}</p>
      <h2 id="waiting" class="display" ref=${heading} tabindex="-1" data-landing>${room.me ? t('waiting.as', { name: room.me }) : t('waiting.title')}</h2>
      <${Chairs} people=${room.people} seats=${room.seats} />
      <p class="waiting-count" role="status">${t('waiting.count', { n: room.people, of: room.seats })}</p>
      ${!room.me && html`<${Join} mode="imitation" locked=${false} host=${room.host} session=${session} onJoined=${() => {}} />`}
      ${room.host && html`<${StartNow} session=${session} />`}
      <${Rules} />
    </section>
    <section class="waiting-share" aria-labelledby="share">
      <h2 id="share">${t('share.title')}</h2>
      <${Share} code=${room.code} title=${room.title} />
    </section>
  </main>`;
}

/** @param {{ people: number, seats: number }} props */
export function Chairs({ people, seats }) {
  const drawn = Math.min(seats, CHAIRS);
  return html`<div class="chairs" aria-hidden="true">
    ${Array.from({ length: drawn }, (_, i) => (i < people ? html`<span key=${i} class="chair taken"><${Card} back=${true} /></span>` : html`<span key=${i} class="chair"><span class="card card-empty">?</span></span>`))}
  </div>`;
}

/** @param {{ session: import('../types').Session }} props */
function StartNow({ session }) {
  const [problem, setProblem] = useState('');
  const start = () => session.host('start').catch((error) => setProblem(sentence(error, 'host')));
  return html`<p><button type="button" class="button" onClick=${start}>${t('host.start')}</button></p>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}`;
}

/** The game in three sentences. */
function Rules() {
  return html`<ol class="rules">${[1, 2, 3].map((n) => html`<li key=${n}>${t(`rules.${n}`)}</li>`)}</ol>`;
}
