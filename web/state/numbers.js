// The numbers of a game: what a host wants to know at its end. They come of the
// room's events alone, so an exported transcript gives the same.

/** @typedef {import('../types').RoomState} RoomState */
/** @typedef {{ name: string, lines: number, first: number | null, right: number, fooled: number, accused: number }} Row */

/**
 * Lines of each player, whole seconds from the first bell to their first line,
 * people's votes that found an agent (right) or hit a person (fooled), and
 * people's votes against the player (accused).
 * @param {RoomState} state @returns {{ rounds: number, right: number, fooled: number, lines: number, rows: Row[] }}
 */
export function numbers(state) {
  const roles = state.roles ?? {};
  const begun = state.lines.find((line) => line.kind === 'phase' && line.phase === 'discussion');
  const spoken = state.lines.filter((line) => line.kind === 'message');
  const votes = state.results.flatMap((r) => Object.entries(r.votes)).filter(([voter]) => roles[voter] === 'person');
  const rows = state.players.map(({ name }) => {
    const own = votes.filter(([voter]) => voter === name);
    const first = spoken.find((line) => line.player === name);
    return {
      name,
      lines: spoken.filter((line) => line.player === name).length,
      first: first && begun ? Math.round((Date.parse(first.at) - Date.parse(begun.at)) / 1000) : null,
      right: own.filter(([, suspect]) => roles[suspect] === 'agent').length,
      fooled: own.filter(([, suspect]) => roles[suspect] === 'person').length,
      accused: votes.filter(([, suspect]) => suspect === name).length,
    };
  });
  return { rounds: state.results.length, right: sum(rows, 'right'), fooled: sum(rows, 'fooled'), lines: spoken.length, rows };
}

/** @param {Row[]} rows @param {'right' | 'fooled'} key */
const sum = (rows, key) => rows.reduce((n, row) => n + row[key], 0);
