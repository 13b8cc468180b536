// The hook by which a screen lives in a room.
import { useEffect, useRef, useState } from '../lib/html.js';
import { emptyRoom, reduce } from './room.js';
import { openSession } from './session.js';

/**
 * @param {string} code
 * @returns {{ room: import('../types').RoomState, session: import('../types').Session | null, problem: import('../net/api.js').Problem | null, again: () => void }}
 */
export function useRoom(code) {
  const state = useRef(emptyRoom(code));
  const [, paint] = useState(0);
  const [attempt, setAttempt] = useState(0);
  const [session, setSession] = useState(/** @type {import('../types').Session | null} */ (null));
  const [problem, setProblem] = useState(/** @type {import('../net/api.js').Problem | null} */ (null));

  useEffect(() => {
    state.current = emptyRoom(code);
    setProblem(null);
    const opened = openSession(code, {
      get: () => state.current,
      dispatch: (action) => {
        const next = reduce(state.current, action);
        if (next === state.current) return;
        state.current = next;
        paint((n) => n + 1);
      },
      failed: setProblem,
    });
    setSession(opened);
    return () => opened.close();
  }, [code, attempt]);

  return { room: state.current, session, problem, again: () => setAttempt((n) => n + 1) };
}
