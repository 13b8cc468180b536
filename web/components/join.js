import { html, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { read, write } from '../lib/prefs.js';
import { Problem } from '../net/api.js';
import { Field } from './field.js';
import { sentence } from './say.js';

/**
 * Asks only for what this room needs: a name in an open room, a password when
 * the server wants one, nothing in a game.
 * @param {{ mode: import('../types').Mode | null, locked: boolean, host?: boolean, session: import('../types').Session, onJoined: () => void }} props
 */
export function Join({ mode, locked, host = false, session, onJoined }) {
  const [name, setName] = useState(read('name') ?? '');
  const [password, setPassword] = useState('');
  const [wantsPassword, setWantsPassword] = useState(locked);
  // A locked room does not say of what kind it is: its answer to a try does.
  const [wantsName, setWantsName] = useState(mode === 'open');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState({ field: '', text: '' });

  /** @param {unknown} error */
  const refused = (error) => {
    if (!(error instanceof Problem)) return setProblem({ field: 'form', text: sentence(error) });
    if (error.status === 422 && !wantsName) return setWantsName(true);
    // Who may read a room without its password is refused for themselves.
    if (error.status === 403 && mode && !host) return setProblem({ field: 'form', text: t('join.refused') });
    if (error.status === 403 || error.status === 401) {
      setProblem({ field: 'password', text: wantsPassword ? t('join.password.wrong') : t('join.password.needed') });
      return setWantsPassword(true);
    }
    const named = error.status === 422 || error.field === 'name';
    setProblem({ field: named ? 'name' : 'form', text: sentence(error, named ? 'join' : 'sit') });
  };
  /** @param {SubmitEvent} event */
  const join = async (event) => {
    event.preventDefault();
    if (wantsName && !name.trim()) return setProblem({ field: 'name', text: t('join.name.empty') });
    setBusy(true);
    setProblem({ field: '', text: '' });
    try {
      await session.join(wantsName ? name.trim() : null, wantsPassword ? password : null);
      if (wantsName) write('name', name.trim());
      onJoined();
    } catch (error) {
      refused(error);
    }
    setBusy(false);
  };
  /** @param {string} field */
  const about = (field) => (problem.field === field ? problem.text : undefined);

  return html`<form class="join" onSubmit=${join} novalidate>
    ${wantsName && html`<${Field} id="join-name" label=${t('join.name')} value=${name} maxlength="40" autocomplete="nickname"
      onInput=${(/** @type {any} */ e) => setName(e.target.value)} problem=${about('name')} />`}
    ${wantsPassword && html`<${Field} id="join-password" type="password" label=${t('join.password')} value=${password} autocomplete="off"
      onInput=${(/** @type {any} */ e) => setPassword(e.target.value)} problem=${about('password')} />`}
    ${about('form') && html`<p class="problem" role="alert">${about('form')}</p>`}
    <button class=${`button primary${mode === 'imitation' ? ' big' : ''}`} type="submit" disabled=${busy}>${mode === 'imitation' ? t('join.sit') : t('join.enter')}</button>
  </form>`;
}
