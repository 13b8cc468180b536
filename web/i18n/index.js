// The words of the page in the person's language.
import { read, write } from '../lib/prefs.js';
import { en } from './en.js';

/** @typedef {Record<string, string | ((v: any) => string)>} Words */

/** English is always there; another language is fetched when it is wanted. @type {Record<string, Words>} */
const spoken = { en };

/** @type {Record<string, () => Promise<Words>>} */
const others = { de: () => import('./de.js').then((m) => m.de) };

let current = 'en';

/** Takes the language chosen here before, else the browser's first that we speak. */
export async function chooseLanguage() {
  const wishes = [read('lang'), ...(navigator.languages ?? [navigator.language])];
  const found = wishes.map((w) => w?.slice(0, 2).toLowerCase()).find((w) => w && (w in spoken || w in others)) ?? 'en';
  try {
    spoken[found] ??= await others[found]();
    current = found;
  } catch {
    // Without a network the words on the page stay as they are.
  }
  document.documentElement.lang = current;
}

/** @param {string} lang */
export async function setLanguage(lang) {
  write('lang', lang);
  await chooseLanguage();
}

export const language = () => current;

/** The languages to choose from, each by its own name. */
export const languages = () => [{ value: 'en', label: 'English' }, { value: 'de', label: 'Deutsch' }];

/** @param {string} key @param {Record<string, unknown>} [values] @returns {string} */
export function t(key, values) {
  const word = spoken[current][key] ?? en[key];
  if (word === undefined) return key;
  if (typeof word === 'function') return word(values ?? {});
  return values ? word.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? '')) : word;
}

/** Making one costs more than using it a hundred times. @type {Record<string, Intl.DateTimeFormat>} */
const clocks = {};

/** @param {string} at RFC 3339 */
export function timeOfDay(at) {
  const here = navigator.language.startsWith(current) ? navigator.language : current;
  clocks[here] ??= new Intl.DateTimeFormat(here, { hour: '2-digit', minute: '2-digit' });
  return clocks[here].format(new Date(at));
}
