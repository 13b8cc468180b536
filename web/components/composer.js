import { html, useRef, useState, useLayoutEffect } from '../lib/html.js';
import { t } from '../i18n/index.js';

/** The longest line the protocol takes, and from where on the count is shown. */
const LONGEST = 1000;
const SHOWN = 800;

/** @param {{ session: import('../types').Session, label: string, disabled?: boolean }} props */
export function Composer({ session, label, disabled = false }) {
  const [text, setText] = useState('');
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const length = [...text.trim()].length;
  const may = length > 0 && length <= LONGEST && !disabled;

  useLayoutEffect(() => {
    const el = area.current;
    if (!el) return;
    el.style.setProperty('height', 'auto');
    el.style.setProperty('height', `${Math.min(el.scrollHeight + 2, 160)}px`);
  }, [text]);

  const send = () => {
    if (!may) return;
    session.say(text.trim());
    setText('');
    area.current?.focus();
  };
  const shift = useRef(false);
  /** @param {KeyboardEvent} event */
  const key = (event) => {
    shift.current = event.shiftKey;
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  /** @param {InputEvent} event A phone's keyboard names no key, only that a line ends. */
  const before = (event) => {
    if (shift.current || (event.inputType !== 'insertLineBreak' && event.inputType !== 'insertParagraph')) return;
    event.preventDefault();
    send();
  };
  /** @param {{ target: HTMLTextAreaElement }} event */
  const input = ({ target }) => {
    setText(target.value);
    if (target.value.trim() && !disabled) session.typing();
  };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    send();
  };
  return html`<form class="composer" onSubmit=${submit}>
    <label class="visually-hidden" for="say">${label}</label>
    <textarea id="say" ref=${area} rows="1" value=${text} placeholder=${label} onInput=${input} onKeyDown=${key} onBeforeInput=${before} enterkeyhint="send" autocomplete="off"></textarea>
    <button class="button primary send" type="submit" disabled=${!may} aria-label=${t('send')}><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 12l18-8-5 17-4-7z" /></svg></button>
    ${length > SHOWN && html`<p class=${`composer-count${length > LONGEST ? ' problem' : ''}`} role="status">${t('composer.left', { n: LONGEST - length })}</p>`}
  </form>`;
}
