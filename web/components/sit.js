import { useEffect, useRef } from '../lib/html.js';
import { go } from '../lib/route.js';
import { passwordOf } from '../net/rooms.js';

/**
 * Takes a seat without a question, for whoever comes from the table before.
 * @param {{ wanted: boolean, room: import('../types').RoomState, session: import('../types').Session | null, locked: boolean, again: () => void }} stay
 */
export function useSit({ wanted, room, session, locked, again }) {
  const tried = useRef(false);
  const known = Boolean(room.title);
  useEffect(() => {
    if (!wanted || tried.current || !session || !(known || locked)) return;
    tried.current = true;
    go(`/r/${room.code}`, true);
    if (room.me || (known && room.phase !== 'waiting')) return;
    // A table that is full by now says so when it is asked for a seat by hand.
    session.join(null, passwordOf(room.code)).then(() => locked && again(), () => {});
  }, [wanted, session, known, locked]);
}
