// Starts the page.
import { html, render } from './lib/html.js';
import { App } from './components/app.js';
import { chooseLanguage } from './i18n/index.js';

chooseLanguage();
const root = document.getElementById('app');
if (root) render(html`<${App} />`, root);
