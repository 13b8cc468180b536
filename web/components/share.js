import { html, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { roomLink } from '../lib/route.js';
import { announce } from './announce.js';
import { QR } from './qr.js';

/** @param {{ code: string, title: string }} props How others find this room. */
export function Share({ code, title }) {
  const link = roomLink(code);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setCopied(true);
      announce(t('share.copied'));
    } catch {
      // A plain http address has no clipboard: the older way, else the marked link is copied by hand.
      /** @type {HTMLInputElement | null} */ (document.querySelector('.share-link'))?.select();
      setCopied(document.execCommand('copy'));
    }
  };
  const pass = () => navigator.share({ title, text: t('share.text', { title }), url: link }).catch(() => {});
  return html`<div class="share">
    <${QR} text=${link} />
    <div class="share-words">
      <p class="label">${t('share.code')}</p>
      <p class="share-code" aria-label=${code.split('').join(' ')}>${code}</p>
      <label class="visually-hidden" for="share-link">${t('share.link')}</label>
      <input class="share-link" id="share-link" readonly value=${link} onFocus=${(/** @type {FocusEvent} */ e) => /** @type {HTMLInputElement} */ (e.target).select()} />
      <div class="buttons">
        <button type="button" class="button primary" onClick=${copy}>${copied ? t('share.copied') : t('share.copy')}</button>
        ${'share' in navigator && html`<button type="button" class="button" onClick=${pass}>${t('share.pass')}</button>`}
        <a class="button quiet" href=${`/watch/${code}`} target="_blank" rel="noopener">${t('share.watch')}</a>
      </div>
    </div>
  </div>`;
}
