// Addresses: / (lobby), /?new (create), /r/CODE (a room), /watch/CODE (projector).

/** @typedef {{ screen: 'lobby' | 'create' | 'room' | 'watch' | 'lost', code: string, query: URLSearchParams }} Route */

/** The characters of a room's code: none that is easily taken for another. */
const CODE = /^[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{6}$/;

/** @param {string} text What somebody typed or pasted: a code or a whole link. */
export function codeFrom(text) {
  const last = text.trim().replace(/[?#].*$/, '').replace(/\/+$/, '').split('/').pop() ?? '';
  const code = last.replace(/[\s-]/g, '').toUpperCase();
  return CODE.test(code) ? code : null;
}

/** @param {Location} at @returns {Route} */
export function parse(at) {
  const query = new URLSearchParams(at.search);
  if (at.pathname === '/') return { screen: query.has('new') ? 'create' : 'lobby', code: '', query };
  const [, place, rest] = /^\/(r|watch)\/([^/]+)\/?$/.exec(at.pathname) ?? [];
  const code = rest ? codeFrom(rest) : null;
  if (!code) return { screen: 'lost', code: '', query };
  return { screen: place === 'r' ? 'room' : 'watch', code, query };
}

/** @param {string} to @param {boolean} [replace] */
export function go(to, replace = false) {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** @param {MouseEvent} event Turns a plain click on an inner link into a step without a reload. */
export function followLink(event) {
  if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download')) return;
  if (link.getAttribute('href')?.startsWith('#')) return;
  if (!/^\/($|r\/|watch\/)/.test(link.pathname)) return;
  event.preventDefault();
  go(link.pathname + link.search);
}

/** @param {string} code */
export function roomLink(code) {
  return `${location.origin}/r/${code}`;
}
