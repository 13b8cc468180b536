// What the person chose on this device. Storage may be blocked (private
// windows, embedded views); then a choice lasts as long as the page.

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @returns {string | null} */
export function read(key) {
  try {
    return localStorage.getItem(`parley.${key}`) ?? memory.get(key) ?? null;
  } catch {
    return memory.get(key) ?? null;
  }
}

/** @param {string} key @param {string | null} value */
export function write(key, value) {
  if (value === null) memory.delete(key);
  else memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(`parley.${key}`);
    else localStorage.setItem(`parley.${key}`, value);
  } catch {
    // Kept in memory.
  }
}

/** @param {string} theme 'auto', 'light' or 'dark' */
export function setTheme(theme) {
  write('theme', theme === 'auto' ? null : theme);
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function theme() {
  return read('theme') ?? 'auto';
}
