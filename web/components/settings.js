import { html, useState } from '../lib/html.js';
import { language, languages, setLanguage, t } from '../i18n/index.js';
import { read, setTheme, theme, write } from '../lib/prefs.js';
import { cue } from '../lib/cues.js';
import { Choice } from './field.js';
import { Dialog } from './dialog.js';

/** @param {{ onChange: () => void }} props The button in the page's head, and what it opens. */
export function Settings({ onChange }) {
  const [open, setOpen] = useState(false);
  /** @param {(value: string) => void | Promise<void>} set */
  const then = (set) => async (/** @type {string} */ value) => {
    await set(value);
    onChange();
  };
  return html`
    <button type="button" class="button quiet icon" onClick=${() => setOpen(true)} aria-haspopup="dialog" aria-label=${t('settings')}>
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7h9m5 0h2M4 17h2m5 0h9" /><circle cx="15.5" cy="7" r="2.5" /><circle cx="8.5" cy="17" r="2.5" /></svg>
    </button>
    <${Dialog} open=${open} title=${t('settings')} onClose=${() => setOpen(false)}>
      <${Choice} name="lang" legend=${t('settings.language')} value=${language()} onChange=${then(setLanguage)} options=${languages()} />
      <${Choice} name="theme" legend=${t('settings.theme')} value=${theme()} onChange=${then(setTheme)}
        options=${['auto', 'light', 'dark'].map((v) => ({ value: v, label: t(`settings.theme.${v}`) }))} />
      <fieldset class="switches">
        <legend>${t('settings.cues')}</legend>
        <${Switch} name="sound" label=${t('settings.sound')} onChange=${then((v) => void (v === 'on' && cue('phase')))} />
        <${Switch} name="vibrate" label=${t('settings.vibrate')} onChange=${then((v) => void (v === 'on' && cue('phase')))} />
      </fieldset>
    <//>`;
}

/** @param {{ name: string, label: string, onChange: (value: string) => void }} props */
function Switch({ name, label, onChange }) {
  /** @param {{ target: HTMLInputElement }} event */
  const flip = ({ target }) => {
    write(name, target.checked ? 'on' : null);
    onChange(target.checked ? 'on' : 'off');
  };
  return html`<label class="switch"><input type="checkbox" role="switch" checked=${read(name) === 'on'} onChange=${flip} /><span>${label}</span></label>`;
}
