import { html, useEffect, useMemo, useRef } from '../lib/html.js';
import { t } from '../i18n/index.js';

let count = 0;

/** @param {{ open: boolean, title: string, onClose: () => void, children?: any }} props */
export function Dialog({ open, title, onClose, children }) {
  const ref = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useMemo(() => `sheet-${++count}`, []);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  if (!open) return null;
  /** @param {MouseEvent} event A tap beside the sheet closes it. */
  const beside = (event) => event.target === ref.current && onClose();
  return html`<dialog class="sheet" ref=${ref} aria-labelledby=${id} onClose=${onClose} onClick=${beside}>
    <div class="sheet-body">
      <header class="sheet-head">
        <h2 id=${id}>${title}</h2>
        <button class="button quiet" type="button" onClick=${onClose}>${t('close')}</button>
      </header>
      ${children}
    </div>
  </dialog>`;
}
