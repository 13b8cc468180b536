// What a screen reader is told outside the conversation: phases, the
// connection, the last seconds. One status region for the whole page.
import { html, useEffect, useState } from '../lib/html.js';

/** @type {((text: string) => void) | null} */
let speak = null;

/** @param {string} text */
export function announce(text) {
  speak?.(text);
}

export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    speak = setText;
    return () => void (speak = null);
  }, []);
  return html`<div class="visually-hidden" role="status" aria-live="polite" data-announcer>${text}</div>`;
}
