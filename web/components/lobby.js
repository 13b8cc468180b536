import { html, useEffect, useState } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { codeFrom, go } from '../lib/route.js';
import { listRooms, makeRoom, solo } from '../net/rooms.js';
import { Masthead } from './bar.js';
import { Field } from './field.js';
import { Hand } from './hand.js';
import { Tables } from './tables.js';
import { sentence } from './say.js';

/** @param {{ onSettings: () => void }} props */
export function Lobby({ onSettings }) {
  useEffect(() => void (document.title = 'Parley'), []);
  return html`
    <${Masthead} onSettings=${onSettings} />
    <main id="main" class="page lobby">
      <section class="hero" aria-labelledby="hero">
        <div class="hero-words">
          <p class="overline">${t('lobby.overline')}</p>
          <h1 id="hero" tabindex="-1">${t('lobby.headline')}</h1>
          <p class="lead">${t('lobby.lead')}</p>
          <${PlayNow} />
        </div>
        <${Hand} />
      </section>
      <hr class="rule" />
      <div class="lobby-grid">
        <section class="lobby-join" aria-labelledby="by-code">
          <h2 id="by-code">${t('lobby.join')}</h2>
          <${JoinByCode} />
          <p class="or">${t('lobby.or')}</p>
          <p><a class="button wide" href="/?new=game">${t('lobby.create')}</a></p>
          <p><a class="button wide" href="/?new=open">${t('lobby.createOpen')}</a></p>
        </section>
        <${OpenTables} />
      </div>
    </main>`;
}

function PlayNow() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const play = async () => {
    setBusy(true);
    setProblem('');
    try {
      go(`/r/${await makeRoom(solo(), {})}`);
    } catch (error) {
      setProblem(sentence(error, 'create'));
      setBusy(false);
    }
  };
  return html`<div class="play-now">
    <button type="button" class="button primary big" disabled=${busy} onClick=${play}>${t('lobby.play')}</button>
    <p class="hint">${t('lobby.play.note')}</p>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
  </div>`;
}

function JoinByCode() {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  /** @param {SubmitEvent} event */
  const join = (event) => {
    event.preventDefault();
    const code = codeFrom(text);
    if (code) go(`/r/${code}`);
    else setProblem(t('lobby.code.bad'));
  };
  /** @param {{ target: HTMLInputElement }} event */
  const type = ({ target }) => {
    setText(target.value);
    setProblem('');
  };
  return html`<form class="code-form" onSubmit=${join} novalidate>
    <${Field} id="code" label=${t('lobby.code')} problem=${problem} class="code-input" value=${text} onInput=${type}
      autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="K7MPQ2" />
    <button class="button" type="submit">${t('lobby.code.go')}</button>
  </form>`;
}

/** How often the list of rooms is read anew, in milliseconds. */
const RENEW = 5000;

function OpenTables() {
  const [rooms, setRooms] = useState(/** @type {import('../types').ListedRoom[] | null} */ (null));
  const [problem, setProblem] = useState('');
  useEffect(() => {
    let over = false;
    const renew = async () => {
      if (document.visibilityState !== 'visible' || !navigator.onLine) return;
      try {
        const found = await Promise.all([listRooms('waiting', 12), listRooms('running', 24)]);
        if (over) return;
        // Whoever comes late may join an open room, but not a running game.
        setRooms([...found[0], ...found[1].filter((r) => r.mode === 'open')]);
        setProblem('');
      } catch (error) {
        if (!over) setProblem(sentence(error));
      }
    };
    void renew();
    const timer = setInterval(renew, RENEW);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, []);
  return html`<section class="tables" aria-labelledby="tables">
    <h2 id="tables">${t('lobby.tables')}</h2>
    ${problem && html`<p class="problem" role="alert">${problem}</p>`}
    <${Tables} rooms=${rooms} />
  </section>`;
}
