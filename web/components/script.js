import { html, useCallback, useEffect, useLayoutEffect, useRef, useState } from '../lib/html.js';
import { language, t } from '../i18n/index.js';
import { shown } from '../state/pending.js';
import { Line, Own } from './line.js';
import { Typing } from './typing.js';

/** So many entries are drawn, the last ones; earlier ones on request. */
const PAGE = 200;
/** How long a screen reader gets to look away from earlier lines that come in, in milliseconds. */
const QUIET = 1000;
/** This near to the end, in pixels, counts as being at the end. */
const NEAR = 48;

/**
 * What has been said, as the script of a play. Keeps to its end while the
 * reader is there, and keeps still while they read further up.
 * @param {{ room: import('../types').RoomState, session: import('../types').Session, empty?: any }} props
 */
export function Script({ room, session, empty }) {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const first = useRef(0);
  const held = useRef(0);
  // Earlier lines are not read aloud as if they had just been said.
  const [asked, ask] = useState(0);
  const [settled, settle] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => settle(asked), QUIET);
    return () => clearTimeout(timer);
  }, [asked]);
  const pending = shown(room);
  // Whoever reads further up keeps what they read.
  if (atEnd.current) first.current = Math.max(0, room.lines.length - PAGE);
  const lines = room.lines.slice(first.current);
  const agents = new Set(room.mode === 'open' ? room.players.filter((p) => p.role === 'agent').map((p) => p.name) : []);

  const toEnd = useCallback(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, []);
  const look = useCallback(() => {
    const el = box.current;
    if (!el) return;
    atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR;
    if (atEnd.current && document.visibilityState === 'visible') session.here();
    else session.away();
  }, [session]);

  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  }, [room.lines, pending.length, room.typing]);
  useLayoutEffect(() => {
    if (pending.length === 0) return;
    atEnd.current = true;
    toEnd();
    look();
  }, [pending.at(-1)?.client_id]);
  useEffect(() => {
    document.addEventListener('visibilitychange', look);
    const watch = new ResizeObserver(() => atEnd.current && toEnd());
    if (box.current) watch.observe(box.current);
    return () => {
      document.removeEventListener('visibilitychange', look);
      watch.disconnect();
    };
  }, [look]);
  const earlier = () => {
    const el = box.current;
    if (!el) return;
    held.current = el.scrollHeight - el.scrollTop;
    atEnd.current = false;
    first.current = Math.max(0, first.current - PAGE);
    ask((n) => n + 1);
  };
  useLayoutEffect(() => {
    if (held.current && box.current) box.current.scrollTop = box.current.scrollHeight - held.current;
    held.current = 0;
  }, [first.current]);
  const jump = () => {
    atEnd.current = true;
    toEnd();
    look();
  };

  return html`<div class="script-frame">
    <div class="script" ref=${box} onScroll=${look} tabindex="0" role="region" aria-label=${t('script')}>
      ${first.current > 0 && html`<button type="button" class="button quiet earlier" onClick=${earlier}>${t('script.earlier')}</button>`}
      <div role="log" aria-live=${room.live && asked === settled ? 'polite' : 'off'} aria-relevant="additions" aria-label=${t('script.log')} class="lines">
        ${lines.map((line, i) => html`<${Line} key=${line.seq} line=${line} before=${lines[i - 1]} fresh=${room.new_from === line.seq}
          mine=${line.player !== undefined && line.player === room.me} agent=${agents.has(line.player ?? '')} open=${room.mode === 'open'} language=${language()} />`)}
      </div>
      ${lines.length === 0 && empty}
      ${pending.map((p) => html`<${Own} key=${p.client_id} pending=${p} room=${room} session=${session} />`)}
      <${Typing} room=${room} />
    </div>
    ${room.away && room.unread > 0 && html`<button type="button" class="button primary jump" onClick=${jump}>${t('script.jump', { n: room.unread })}</button>`}
  </div>`;
}
