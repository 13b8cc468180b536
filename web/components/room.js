import { html, useEffect } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { useRoom } from '../state/use_room.js';
import { Masthead } from './bar.js';
import { Card } from './avatar.js';
import { Game } from './game.js';
import { Join } from './join.js';
import { Lost } from './lost.js';
import { OpenRoom } from './open_room.js';
import { useSit } from './sit.js';
import { sentence } from './say.js';

/** @param {{ code: string, share: boolean, sit: boolean, onSettings: () => void }} props */
export function Room({ code, share, sit, onSettings }) {
  const { room, session, problem, again } = useRoom(code);
  useSit({ wanted: sit, room, session, locked: problem?.status === 401, again });
  const title = room.title || code;
  useEffect(() => void (document.title = `${room.unread ? `(${room.unread}) ` : ''}${title} · Parley`), [title, room.unread]);
  if (problem?.status === 403 && room.title) return html`<${Lost} onSettings=${onSettings} text=${t('out')} />`;
  if (problem && (problem.status === 401 || problem.status === 403)) {
    return html`<${Locked} code=${code} session=${session} onJoined=${again} onSettings=${onSettings} />`;
  }
  if (problem) return html`<${Lost} onSettings=${onSettings} text=${sentence(problem, 'room')} />`;
  if (!session || !room.title) return html`<${Loading} onSettings=${onSettings} />`;
  const Screen = room.mode === 'open' ? OpenRoom : Game;
  return html`<${Screen} room=${room} session=${session} share=${share} onSettings=${onSettings} />`;
}

/** @param {{ onSettings: () => void }} props */
function Loading({ onSettings }) {
  return html`
    <${Masthead} onSettings=${onSettings} />
    <main id="main" class="page narrow center">
      <div class="shuffle"><${Card} back=${true} /><${Card} back=${true} /><${Card} back=${true} /></div>
      <h1 tabindex="-1" class="small-title">${t('loading')}</h1>
    </main>`;
}

/** @param {{ code: string, session: import('../types').Session | null, onJoined: () => void, onSettings: () => void }} props */
function Locked({ code, session, onJoined, onSettings }) {
  return html`
    <${Masthead} onSettings=${onSettings} />
    <main id="main" class="page narrow">
      <p class="overline">${code}</p>
      <h1 tabindex="-1">${t('locked.title')}</h1>
      <p class="lead">${t('locked.text')}</p>
      ${session && html`<${Join} mode=${null} locked=${true} session=${session} onJoined=${onJoined} />`}
    </main>`;
}
