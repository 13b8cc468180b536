import { html, useEffect, useRef, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { followLink, parse } from '../lib/route.js';
import { lazy } from '../lib/lazy.js';
import { Announcer } from './announce.js';
import { Lobby } from './lobby.js';
import { Lost } from './lost.js';

const Room = lazy(() => import('./room.js').then((m) => m.Room));
const Create = lazy(() => import('./create.js').then((m) => m.Create));
const Watch = lazy(() => import('./watch.js').then((m) => m.Watch));

/** The whole page: which screen the address names. */
export function App() {
  const [route, setRoute] = useState(() => parse(location));
  const [, repaint] = useState(0);
  const first = useRef(true);
  useEffect(() => {
    const follow = () => setRoute(parse(location));
    addEventListener('popstate', follow);
    document.addEventListener('click', followLink);
    return () => {
      removeEventListener('popstate', follow);
      document.removeEventListener('click', followLink);
    };
  }, []);
  useEffect(() => {
    // A new screen begins at its heading, for readers of sound as of sight.
    if (!first.current) /** @type {HTMLElement | null} */ (document.querySelector('h1'))?.focus({ preventScroll: true });
    first.current = false;
    Room.ahead();
    scrollTo(0, 0);
  }, [route.screen, route.code]);

  const onSettings = () => repaint((n) => n + 1);
  return html`
    <a class="skip" href="#main">${t('skip')}</a>
    ${screenOf(route, onSettings)}
    <${Announcer} />`;
}

/** @param {import('../lib/route.js').Route} route @param {() => void} onSettings */
function screenOf(route, onSettings) {
  switch (route.screen) {
    case 'lobby': return html`<${Lobby} onSettings=${onSettings} />`;
    case 'create': return html`<${Create} open=${route.query.get('new') === 'open'} onSettings=${onSettings} />`;
    case 'room': return html`<${Room} key=${route.code} code=${route.code} share=${route.query.has('share')} sit=${route.query.has('sit')} onSettings=${onSettings} />`;
    case 'watch': return html`<${Watch} key=${route.code} code=${route.code} />`;
    default: return html`<${Lost} onSettings=${onSettings} />`;
  }
}
