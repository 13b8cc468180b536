import { html, useEffect, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { timeLeft } from '../state/views.js';
import { announce } from './announce.js';

/** Seconds left at which the clock speaks. */
const SPOKEN = [60, 30, 10];

/** @param {import('../types').RoomState} room @returns {number | null} whole seconds left, counted anew four times a second */
export function useSeconds(room) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (room.ends_at === null || room.paused) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [room.ends_at, room.paused]);
  const ms = timeLeft(room, Math.max(now, Date.now()));
  return ms === null ? null : Math.ceil(ms / 1000);
}

/** @param {number} seconds */
export const digits = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** @param {{ room: import('../types').RoomState, big?: boolean }} props */
export function Clock({ room, big = false }) {
  const seconds = useSeconds(room);
  const running = room.phase === 'discussion' || room.phase === 'voting';
  useEffect(() => {
    if (running && seconds !== null && SPOKEN.includes(seconds)) announce(t('clock.left', { n: seconds }));
  }, [seconds, running]);
  if (seconds === null || !running) return null;
  const total = length(room);
  const part = total ? Math.min(1, (seconds * 1000) / total) : 0;
  return html`<div class=${`clock${big ? ' clock-big' : ''}${seconds <= 10 && !room.paused ? ' clock-last' : ''}${room.paused ? ' clock-paused' : ''}`} role="timer" aria-label=${t('clock.label', { time: digits(seconds) })}>
    <svg viewBox="0 0 36 36" aria-hidden="true"><circle class="clock-ring" cx="18" cy="18" r="15" /><circle class="clock-hand" cx="18" cy="18" r="15" pathLength="100" stroke-dasharray=${`${(part * 100).toFixed(1)} 100`} transform="rotate(-90 18 18)" /></svg>
    <span aria-hidden="true" class="clock-digits">${[...digits(seconds)].map((d, i) => html`<span key=${i} class=${d === ':' ? 'clock-colon' : 'clock-digit'}>${d}</span>`)}</span>
  </div>`;
}

/** How long the phase lasts in all, in milliseconds. @param {import('../types').RoomState} room */
function length(room) {
  const begun = room.lines.findLast((line) => line.kind === 'phase' && line.phase === room.phase);
  return begun && room.ends_at !== null ? room.ends_at - Date.parse(begun.at) : 0;
}
