import { html } from '../lib/html.js';
import { t } from '../i18n/index.js';
import { gameWinner } from '../state/views.js';
import { Again } from './again.js';
import { Cast } from './cast.js';
import { Numbers } from './numbers.js';
import { Prizes } from './prizes.js';
import { Tally } from './tally.js';
import { verdict } from './outcome.js';
import { Script } from './script.js';
import { VotesPicture } from './votes_picture.js';

/** @param {{ room: import('../types').RoomState, session: import('../types').Session, wall?: boolean }} props The end of a game: who was who. */
export function Reveal({ room, session, wall = false }) {
  const winner = gameWinner(room);
  const last = room.results.at(-1);
  return html`<main id="main" class=${`page reveal won-${winner ?? 'nobody'}`}>
    <section class="reveal-head" aria-labelledby="winner">
      <p class="overline">${t('reveal.overline')}</p>
      <h2 id="winner" class="display huge" tabindex="-1" data-landing>${t(winner ? `winner.${winner}` : 'winner.none')}</h2>
      <p class="lead">${last ? verdict(last) : t('reveal.ended')}</p>
      ${room.results.length > 1 && html`<p>${score(room)}</p>`}
      ${!wall && html`<${Again} room=${room} />`}
    </section>
    <section class="reveal-cast" aria-labelledby="cast"><h2 id="cast">${t('reveal.cast')}</h2><${Cast} room=${room} /></section>
    ${room.results.length > 0 && html`<section class="reveal-votes" aria-labelledby="votes">
      <h2 id="votes">${t('reveal.votes')}</h2>
      <${VotesPicture} room=${room} />
    </section>`}
    <div class="reveal-side">
      ${last && html`<section aria-labelledby="tally"><h2 id="tally">${t('reveal.tally')}</h2><${Tally} room=${room} /></section>`}
      ${room.roles && last && html`<${Prizes} room=${room} />`}
    </div>
    ${room.roles && html`<${Numbers} room=${room} />`}
    ${room.lines.some((l) => l.kind === 'message') && html`<details class="more reread"><summary>${t('reveal.reread')}</summary><${Script} room=${room} session=${session} /></details>`}
  </main>`;
}

/** @param {import('../types').RoomState} room */
function score(room) {
  const people = room.results.filter((r) => r.winner === 'people').length;
  return t('reveal.score', { people, agents: room.results.length - people });
}
