import { html, useEffect, useRef } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { cue } from '../lib/cues.js';
import { lazy } from '../lib/lazy.js';
import { maySpeak, self } from '../state/views.js';
import { announce } from './announce.js';
import { Banner } from './banner.js';
import { Composer } from './composer.js';
import { useLineCue } from './open_room.js';
import { Aside } from './people.js';
import { RoomBar } from './room_bar.js';
import { Script } from './script.js';
import { Voting } from './voting.js';
import { Waiting } from './waiting.js';

/** @typedef {import('../types').RoomState} RoomState */

const Reveal = lazy(() => import('./reveal.js').then((m) => m.Reveal));

/** @param {{ room: RoomState, session: import('../types').Session, share: boolean, onSettings: () => void }} props */
export function Game({ room, session, onSettings }) {
  usePhase(room);
  useEffect(Reveal.ahead, []);
  useLineCue(room);
  return html`<div class=${`room phase-${room.phase}`}>
    <${RoomBar} room=${room} session=${session} share=${false} onSettings=${onSettings} />
    <${Banner} room=${room} session=${session} />
    <${Scene} room=${room} session=${session} />
  </div>`;
}

/** @param {{ room: RoomState, session: import('../types').Session }} props */
function Scene({ room, session }) {
  if (room.phase === 'waiting') return html`<${Waiting} room=${room} session=${session} />`;
  if (room.phase === 'reveal' || room.phase === 'closed') return html`<${Reveal} room=${room} session=${session} />`;
  return html`<div class="room-body">
    <main id="main" class="stage">
      <${Topic} room=${room} />
      <${Script} room=${room} session=${session} empty=${html`<p class="quiet-note">${t('script.empty.game')}</p>`} />
      <${Foot} room=${room} session=${session} />
    </main>
    <${Aside} room=${room} />
  </div>`;
}

/** @param {{ room: RoomState }} props What is talked about, or what is asked. */
function Topic({ room }) {
  return html`<section class="topic" aria-label=${t('topic')}>
    <p class="overline">${t('topic')}</p>
    <h2 class=${room.topic.length > 90 ? 'long' : undefined}>${room.topic}</h2>
  </section>`;
}

/** @param {{ room: RoomState, session: import('../types').Session }} props */
function Foot({ room, session }) {
  const me = self(room);
  if (!me || !me.present || room.out) return html`<p class="foot-note">${t('watching')}</p>`;
  if (me.eliminated) return html`<p class="foot-note">${t('eliminated.note')}</p>`;
  if (room.phase === 'voting') return html`<${Voting} room=${room} session=${session} />`;
  return html`<${Composer} session=${session} label=${t('composer.label', { name: room.me })} disabled=${!maySpeak(room)} />`;
}

/** Says aloud that a new phase began, but not on arriving in one. @param {RoomState} room */
function usePhase(room) {
  const before = useRef('');
  const now = room.title ? `${room.phase} ${room.round}` : '';
  useEffect(() => {
    if (before.current && now !== before.current) {
      // Whoever wrote as the phase ended is taken to what replaced their field.
      if (document.activeElement === document.body) /** @type {HTMLElement | null} */ (document.querySelector('[data-landing]'))?.focus({ preventScroll: true });
      announce(t(`phase.${room.phase}.say`, { topic: room.topic }));
      cue(room.phase === 'reveal' ? 'reveal' : 'phase');
    }
    before.current = now;
  }, [now]);
}
