// Starts the page.
import { html, render } from './lib/html.js';
import { App } from './components/app.js';
import { followKeyboard } from './lib/viewport.js';
import { chooseLanguage } from './i18n/index.js';

await chooseLanguage();
followKeyboard();
const root = document.getElementById('app');
root?.replaceChildren(); // what index.html shows until here
if (root) render(html`<${App} />`, root);
