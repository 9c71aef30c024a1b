// Begins: reads what the page was told and gives it to the app.

import { App } from './app.js';

const facts = JSON.parse(document.querySelector('meta[name=terminal-facts]').content);
new App(facts, document.querySelector('.page-head'), document.querySelector('.stage')).begin();
