import { html, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { go } from '../lib/route.js';
import { Dialog } from './dialog.js';
import { HostControls, Twice } from './host.js';
import { Settings } from './settings.js';
import { Share } from './share.js';
import { sentence } from './say.js';

/**
 * @param {{ room: import('../types').RoomState, session: import('../types').Session, open: boolean, onClose: () => void, onSettings: () => void }} props
 */
export function RoomMenu({ room, session, open, onClose, onSettings }) {
  const [problem, setProblem] = useState('');
  const leave = async () => {
    try {
      await session.leave();
      go('/');
    } catch (error) {
      setProblem(sentence(error, 'leave'));
    }
  };
  const running = room.status !== 'closed';
  const controls = room.host && running && html`<${HostControls} key="host" room=${room} session=${session} onDone=${onClose} />`;
  const share = running && html`<section key="share" aria-labelledby="menu-share">
    <h3 id="menu-share">${t(room.mode === 'open' || room.phase === 'waiting' ? 'share.title' : 'share.others')}</h3>
    <${Share} code=${room.code} title=${room.title} />
  </section>`;
  return html`<${Dialog} open=${open} title=${room.title} onClose=${onClose}>
    ${room.mode === 'open' ? [share, controls] : [controls, share]}
    <section class="menu-foot">
      <${Settings} onChange=${onSettings} />
      ${room.me && room.status !== 'closed' ? html`<${Twice} label=${t('leave')} sure=${t('leave.sure')} onYes=${leave} />` : html`<a class="button" href="/">${t('lost.back')}</a>`}
    </section>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  <//>`;
}
