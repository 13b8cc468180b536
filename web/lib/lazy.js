// Components that most visits do not need at once are fetched when first
// wanted, or ahead of time by calling `ahead`.
import { html, useEffect, useState } from './html.js';

/** How long to wait before fetching again what the network did not deliver, in milliseconds. */
const AGAIN = 2000;

/**
 * @param {() => Promise<unknown>} load
 * @returns {((props: any) => any) & { ahead: () => void }}
 */
export function lazy(load) {
  /** @type {unknown} */
  let ready = null;
  const fetchOnce = () => load().then((component) => void (ready = component));
  /** @param {Record<string, unknown>} props */
  function Lazy(props) {
    const [, repaint] = useState(0);
    useEffect(() => {
      if (ready) return;
      let over = false;
      const attempt = () => void fetchOnce().then(() => over || repaint(1), () => over || setTimeout(attempt, AGAIN));
      attempt();
      return () => void (over = true);
    }, []);
    return ready ? html`<${ready} ...${props} />` : html`<main id="main" class="page"></main>`;
  }
  return Object.assign(Lazy, { ahead: () => void fetchOnce().catch(() => {}) });
}
