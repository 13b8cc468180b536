import { html, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { Avatar } from './avatar.js';
import { sentence } from './say.js';

/** @param {{ label: string, sure: string, onYes: () => void, class?: string }} props A button that asks once before it acts. */
export function Twice({ label, sure, onYes, class: more = '' }) {
  const [asked, setAsked] = useState(false);
  const press = () => {
    setAsked(!asked);
    if (asked) onYes();
  };
  return html`<button type="button" class=${`button ${asked ? 'danger' : ''} ${more}`} onClick=${press} onBlur=${() => setAsked(false)}>${asked ? sure : label}</button>`;
}

/** @param {{ room: import('../types').RoomState, session: import('../types').Session, onDone: () => void }} props Nothing here tells who is what. */
export function HostControls({ room, session, onDone }) {
  const [problem, setProblem] = useState('');
  /** @param {() => Promise<void>} act @param {() => void} [then] */
  const run = async (act, then = () => {}) => {
    setProblem('');
    try {
      await act();
      then();
    } catch (error) {
      setProblem(sentence(error, 'host'));
    }
  };
  /** @param {string} action */
  const does = (action) => html`<button key=${action} type="button" class="button" onClick=${() => run(() => session.host(action), onDone)}>${t(`host.${action}`)}</button>`;
  const others = room.players.filter((p) => p.present && p.name !== room.me);
  return html`<section class="host" aria-labelledby="menu-host">
    <h3 id="menu-host">${t('host.title')}</h3>
    <div class="buttons">
      ${does(room.phase === 'waiting' ? 'start' : room.paused ? 'resume' : 'pause')}
      ${room.mode === 'imitation' && room.phase !== 'waiting' && html`<${Twice} key=${room.phase} label=${t(`host.skip.${room.phase}`)} sure=${t('host.skip.sure')} onYes=${() => run(() => session.host('skip'), onDone)} />`}
      <${Twice} label=${t('host.end')} sure=${t('host.end.sure')} onYes=${() => run(() => session.host('end'), onDone)} />
    </div>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    ${others.length > 0 && html`<details class="more"><summary>${t('host.remove')}</summary>
      <ul class="plain">${others.map((p) => html`<li key=${p.name} class="person">
        <${Avatar} name=${p.name} /><span class="person-name">${p.name}</span>
        <${Twice} label=${t('host.remove.one')} sure=${t('host.remove.sure')} onYes=${() => run(() => session.remove(p.name))} />
      </li>`)}</ul></details>`}
  </section>`;
}
