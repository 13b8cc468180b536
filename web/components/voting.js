import { html, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { self, suspects, turnout } from '../state/views.js';
import { Problem } from '../net/api.js';
import { cue } from '../lib/cues.js';
import { Card } from './avatar.js';
import { sentence } from './say.js';

/** @param {{ room: import('../types').RoomState, session: import('../types').Session }} props A ballot: choose by one tap, seal by another. */
export function Voting({ room, session }) {
  const [chosen, setChosen] = useState('');
  const [sealed, setSealed] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  if (self(room)?.voted || sealed === `${room.round}`) return html`<${Sealed} room=${room} name=${chosen} />`;

  /** @param {SubmitEvent} event */
  const vote = async (event) => {
    event.preventDefault();
    if (!chosen) return;
    setBusy(true);
    setProblem('');
    try {
      await session.vote(chosen);
      setSealed(`${room.round}`);
      cue('vote');
    } catch (error) {
      if (error instanceof Problem && error.status === 409) await session.refresh();
      setProblem(sentence(error, 'vote'));
    }
    setBusy(false);
  };
  return html`<form class="ballot" onSubmit=${vote} tabindex="-1" data-landing aria-label=${t('vote.question')}>
    <div class="ballot-scroll"><fieldset disabled=${busy || room.paused}>
      <legend>${t('vote.question')}</legend>
      <div class="ballot-cards">
        ${suspects(room).map((name) => html`<label key=${name} class="ballot-card">
          <input type="radio" name="suspect" value=${name} checked=${chosen === name} onChange=${() => setChosen(name)} />
          <${Card} name=${name} /><span class="ballot-name">${name}</span>
        </label>`)}
      </div>
    </fieldset></div>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <div class="ballot-foot">
      <button class="button primary big" type="submit" disabled=${!chosen || busy || room.paused}>${chosen ? t('vote.go', { name: chosen }) : t('vote.choose')}</button>
      <p class="hint">${t('vote.note')}</p>
    </div>
  </form>`;
}

/** @param {{ room: import('../types').RoomState, name: string }} props */
function Sealed({ room, name }) {
  const { done, of } = turnout(room);
  return html`<div class="sealed">
    <span class="seal" aria-hidden="true"><svg viewBox="0 0 24 24"><path d="M5 12.500l4.500 4.500L19 7.500" /></svg></span>
    <div role="status"><p><strong>${name ? t('vote.sealed', { name }) : t('vote.sealed.any')}</strong></p>
    <p>${t('vote.turnout', { n: done, of })}</p></div>
  </div>`;
}
