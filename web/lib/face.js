// Each name has one colour and one pip, the same on every screen, so that a
// player is known by shape as well as by hue. Players of a game have twelve that
// differ in both; chosen names draw them apart, so that two are seldom alike.

/** Twelve pips on a 24 × 24 field. */
const PIPS = [
  'M12 21C5 15.5 2.5 12 2.5 8.3A4.8 4.8 0 0 1 12 6.5a4.8 4.8 0 0 1 9.5 1.8C21.5 12 19 15.5 12 21z',
  'M12 2l8 10-8 10L4 12z',
  'M12 2c5 5 9 7.5 9 11.3a4.3 4.3 0 0 1-7.6 2.9L15 22H9l1.6-5.8A4.3 4.3 0 0 1 3 13.3C3 9.5 7 7 12 2z',
  'M12 2a4.6 4.6 0 0 1 4.3 6.4 4.6 4.6 0 1 1-2.9 8L15 22H9l1.6-5.6a4.6 4.6 0 1 1-2.9-8A4.6 4.6 0 0 1 12 2z',
  'M12 1.5l3.1 6.8 7.4.9-5.5 5 1.5 7.3L12 17.9l-6.5 3.6L7 14.2l-5.5-5 7.4-.9z',
  'M16.5 2.5a10 10 0 1 0 5 14A8.6 8.6 0 0 1 16.5 2.5z',
  'M2.5 6l5 4.5L12 3l4.5 7.5 5-4.5-2 14h-15z',
  'M12 2c4.5 5.5 7 8.7 7 12.2a7 7 0 0 1-14 0C5 10.7 7.5 7.5 12 2z',
  'M9 3h6v6h6v6h-6v6H9v-6H3V9h6z',
  'M12 2a2 2 0 0 1 2 1.8c3 .9 4.5 3.4 4.5 6.7V16l2 3h-17l2-3v-5.5C5.5 7.2 7 4.7 10 3.8A2 2 0 0 1 12 2zM9.5 20h5a2.5 2.5 0 0 1-5 0z',
  'M7 2h10l5 10-5 10H7L2 12z',
  'M12 2l10 18H2z',
];

/** @param {string} name @returns {{ hue: number, pip: string }} a colour, 0–11, and a shape */
export function faceOf(name) {
  const numbered = /(\d+)$/.exec(name);
  const number = numbered ? (Number(numbered[1]) + 11) % 12 : 0;
  if (numbered) return { hue: number, pip: PIPS[number] };
  let sum = 2166136261; // FNV-1a
  for (const char of name.toLowerCase()) sum = Math.imul(sum ^ (char.codePointAt(0) ?? 0), 16777619) >>> 0;
  sum = (sum ^ (sum >>> 15)) >>> 0;
  return { hue: sum % 12, pip: PIPS[(sum >>> 8) % 12] };
}
