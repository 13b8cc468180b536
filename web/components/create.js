import { html, useEffect, useState } from '../lib/html.js';
import { language, languages, t } from '../i18n/index.js';
import { go } from '../lib/route.js';
import { read, write } from '../lib/prefs.js';
import { makeRoom } from '../net/rooms.js';
import { Problem } from '../net/api.js';
import { Masthead } from './bar.js';
import { Choice, Field, Stepper } from './field.js';
import { GameTimes } from './create_times.js';
import { sentence } from './say.js';

const START = { people: 3, gameAgents: 3, openAgents: 2, discussion: 180, voting: 60, rounds: 1, topic: '', title: '', visibility: 'public', password: '', name: '', play: true, language: '' };
/** @typedef {typeof START} Draft */

/** How long the reveal stays before the room closes, in seconds: time to look and to laugh. */
const REVEAL = 300;
/** The largest company of a game, people and agents together. */
const COMPANY = 12;

/** @param {Draft} d @param {boolean} open @returns {import('../types').CreateRoom} */
function settingsFrom(d, open) {
  const common = {
    language: d.language, visibility: /** @type {'public' | 'unlisted'} */ (d.visibility),
    ...(d.title.trim() ? { title: d.title.trim() } : {}), ...(d.topic.trim() ? { topic: d.topic.trim() } : {}), ...(d.password ? { password: d.password } : {}),
  };
  if (open) return { mode: 'open', seats: 50, agents: d.openAgents, ...common };
  return {
    mode: 'imitation', seats: d.people, agents: d.gameAgents, discussion_seconds: d.discussion, voting_seconds: d.voting,
    reveal_seconds: REVEAL, rounds: d.rounds, ...common,
  };
}

/** Where a refusal is shown: at the field it names, else below the form. @param {unknown} error */
function blame(error) {
  const named = error instanceof Problem ? error.field : '';
  const field = named === 'seats' ? 'people' : named;
  const key = `error.create.${field}`;
  return t(key) === key ? { field: 'form', text: sentence(error, 'create') } : { field, text: t(key) };
}

/** @param {{ open: boolean, onSettings: () => void }} props */
export function Create({ open, onSettings }) {
  const [draft, setDraft] = useState(() => ({ ...START, name: read('name') ?? '', language: language() }));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState({ field: '', text: '' });
  useEffect(() => void (document.title = `${t('create.title')} · Parley`), []);

  /** @param {keyof Draft} key */
  const set = (key) => (/** @type {any} */ value) => {
    setDraft((d) => ({ ...d, [key]: value }));
    setProblem({ field: '', text: '' });
  };
  /** @param {keyof Draft} key */
  const typed = (key) => (/** @type {{ target: HTMLInputElement }} */ { target }) => set(key)(target.value);
  /** @param {string} field */
  const about = (field) => (problem.field === field ? problem.text : undefined);

  /** @param {SubmitEvent} event */
  const make = async (event) => {
    event.preventDefault();
    if (open && !draft.name.trim()) return setProblem({ field: 'name', text: t('join.name.empty') });
    setBusy(true);
    try {
      if (open) write('name', draft.name.trim());
      go(`/r/${await makeRoom(settingsFrom(draft, open), open ? { name: draft.name.trim() } : draft.play ? {} : null)}?share`);
    } catch (error) {
      setProblem(blame(error));
      setBusy(false);
    }
  };

  return html`
    <${Masthead} onSettings=${onSettings} />
    <main id="main" class="page narrow">
      <h1 tabindex="-1">${t('create.title')}</h1>
      <form class="create" onSubmit=${make} novalidate>
        <${Choice} name="mode" legend=${t('create.mode')} value=${open ? 'open' : 'game'} onChange=${(/** @type {string} */ v) => go(`/?new=${v}`, true)}
          options=${[{ value: 'game', label: t('mode.imitation'), note: t('create.game.note') }, { value: 'open', label: t('mode.open'), note: t('create.open.note') }]} />
        ${open && html`<${Field} id="name" label=${t('join.name')} value=${draft.name} maxlength="40" autocomplete="nickname" onInput=${typed('name')} problem=${about('name')} />`}
        <div class="two">
          ${!open && html`<${Stepper} id="people" label=${t('create.people')} value=${draft.people} min=${1} max=${COMPANY - draft.gameAgents} onChange=${set('people')} problem=${about('people')} />`}
          <${Stepper} id="agents" label=${t('create.agents')} value=${open ? draft.openAgents : draft.gameAgents} min=${open ? 0 : 1} max=${open ? 16 : COMPANY - draft.people} onChange=${set(open ? 'openAgents' : 'gameAgents')} problem=${about('agents')} />
        </div>
        ${!open && html`<label class="switch"><input type="checkbox" role="switch" checked=${draft.play} onChange=${(/** @type {any} */ e) => set('play')(e.target.checked)} /><span>${t('create.play')}</span></label>`}
        ${!open && html`<${GameTimes} draft=${draft} set=${set} />`}
        <${Field} id="topic" label=${t('create.topic')} hint=${open ? undefined : t('create.topic.hint')} value=${draft.topic} maxlength="280" onInput=${typed('topic')} problem=${about('topic')} />
        <details class="more" open=${['title', 'password'].includes(problem.field)}>
          <summary>${t('create.more')}</summary>
          <${Choice} name="language" legend=${t('create.language')} value=${draft.language} onChange=${set('language')} options=${languages()} />
          <${Field} id="title" label=${t('create.name')} value=${draft.title} maxlength="80" onInput=${typed('title')} problem=${about('title')} />
          <${Choice} name="visibility" legend=${t('create.visibility')} value=${draft.visibility} onChange=${set('visibility')}
            options=${['public', 'unlisted'].map((v) => ({ value: v, label: t(`create.${v}`), note: t(`create.${v}.note`) }))} />
          <${Field} id="password" label=${t('create.password')} hint=${t('create.password.hint')} value=${draft.password} autocomplete="off" onInput=${typed('password')} problem=${about('password')} />
        </details>
        ${about('form') && html`<p class="problem" role="alert">${about('form')}</p>`}
        <button class="button primary big wide" type="submit" disabled=${busy}>${t('create.go')}</button>
      </form>
    </main>`;
}
