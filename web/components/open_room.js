import { html, useEffect, useRef } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { cue } from '../lib/cues.js';
import { maySpeak } from '../state/views.js';
import { Banner } from './banner.js';
import { Composer } from './composer.js';
import { Join } from './join.js';
import { Aside } from './people.js';
import { RoomBar } from './room_bar.js';
import { Script } from './script.js';

/** @param {{ room: import('../types').RoomState, session: import('../types').Session, share: boolean, onSettings: () => void }} props */
export function OpenRoom({ room, session, share, onSettings }) {
  useLineCue(room);
  return html`<div class="room">
    <${RoomBar} room=${room} session=${session} share=${share} onSettings=${onSettings} />
    <${Banner} room=${room} session=${session} />
    <div class="room-body">
      <main id="main" class="stage">
        ${room.topic && html`<p class="topic-line"><span class="overline">${t('topic')}</span> ${room.topic}</p>`}
        <${Script} room=${room} session=${session} empty=${html`<p class="quiet-note">${t('script.empty')}</p>`} />
        <${Foot} room=${room} session=${session} />
      </main>
      <${Aside} room=${room} />
    </div>
  </div>`;
}

/** @param {{ room: import('../types').RoomState, session: import('../types').Session }} props */
function Foot({ room, session }) {
  const came = useRef(room.me);
  useEffect(() => {
    // Whoever has come in writes next. On a phone that would pull up the keyboard.
    if (room.me && !came.current && !matchMedia('(pointer: coarse)').matches) document.getElementById('say')?.focus();
    came.current = room.me;
  }, [room.me]);
  if (room.status === 'closed') return html`<p class="foot-note">${t('closed.note')} <a href="/">${t('lost.back')}</a></p>`;
  if (room.out) return html`<p class="foot-note">${t('out')} <a href="/">${t('lost.back')}</a></p>`;
  if (!room.me) return html`<div class="foot-join"><h2>${t('join.title')}</h2><${Join} mode="open" locked=${false} host=${room.host} session=${session} onJoined=${() => {}} /></div>`;
  return html`<${Composer} session=${session} label=${t('composer.label', { name: room.me })} disabled=${!maySpeak(room) && room.paused} />`;
}

/** A sound for each line of another, where the person wants it. @param {import('../types').RoomState} room */
export function useLineCue(room) {
  const last = room.lines.at(-1);
  const heard = useRef(0);
  useEffect(() => {
    const fresh = heard.current > 0 && room.live && last?.kind === 'message' && last.player !== room.me;
    heard.current = last?.seq ?? 0;
    if (fresh) cue('line');
  }, [last?.seq, room.live]);
}
