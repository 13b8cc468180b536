// Each name has one colour and one pip, the same on every screen, so that a
// player is known by shape as well as by hue.

/** Twelve pips on a 24 × 24 field. */
const PIPS = [
  'M12 21C5 15.500 2.500 12 2.500 8.300A4.800 4.800 0 0 1 12 6.500a4.800 4.800 0 0 1 9.500 1.800C21.500 12 19 15.500 12 21z',
  'M12 2l8 10-8 10L4 12z',
  'M12 2c5 5 9 7.500 9 11.300a4.300 4.300 0 0 1-7.600 2.900L15 22H9l1.600-5.800A4.300 4.300 0 0 1 3 13.300C3 9.500 7 7 12 2z',
  'M12 2a4.600 4.600 0 0 1 4.300 6.400 4.600 4.600 0 1 1-2.900 8L15 22H9l1.600-5.600a4.600 4.600 0 1 1-2.900-8A4.600 4.600 0 0 1 12 2z',
  'M12 1.500l3.100 6.800 7.400.9-5.500 5 1.500 7.300L12 17.900l-6.500 3.600L7 14.200l-5.500-5 7.400-.9z',
  'M16.500 2.500a10 10 0 1 0 5 14A8.600 8.600 0 0 1 16.500 2.500z',
  'M2.500 6l5 4.500L12 3l4.500 7.500 5-4.500-2 14h-15z',
  'M12 2c4.500 5.500 7 8.700 7 12.200a7 7 0 0 1-14 0C5 10.700 7.500 7.500 12 2z',
  'M9 3h6v6h6v6h-6v6H9v-6H3V9h6z',
  'M12 2a2 2 0 0 1 2 1.800c3 .9 4.500 3.400 4.500 6.700V16l2 3h-17l2-3v-5.500C5.500 7.200 7 4.700 10 3.800A2 2 0 0 1 12 2zM9.500 20h5a2.500 2.500 0 0 1-5 0z',
  'M7 2h10l5 10-5 10H7L2 12z',
  'M12 2l10 18H2z',
];

/** @param {string} name @returns {number} 0–11 */
export function faceOf(name) {
  const numbered = /(\d+)$/.exec(name);
  if (numbered) return (Number(numbered[1]) + 11) % 12;
  let sum = 7;
  for (const char of name.toLowerCase()) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1009;
  return sum % 12;
}

/** @param {number} face */
export const pipOf = (face) => PIPS[face];
