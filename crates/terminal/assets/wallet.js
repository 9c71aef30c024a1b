// The tester's wallet: the sandbox's cards, drawn. The page was told which there are; they stay in its memory.

import { fresh, h } from './dom.js';
import { t, told } from './words.js';

/** A card as it looks. */
export function plastic({ number, brand, special, effect }, size = '') {
  const look = special === 'device' ? 'phone' : brand.toLowerCase();
  const bad = effect.startsWith('declined') || effect.includes('lost') ? 'trouble' : '';
  return h('span', { class: `plastic ${look} ${bad} ${size}`, 'aria-hidden': 'true' },
    h('span', { class: 'plastic-chip' }),
    h('span', { class: 'plastic-number', 'data-end': number.slice(-4) }, number.replace(/(.{4})(?!$)/g, '$1 ')),
    h('span', { class: 'plastic-brand' }, special === 'device' ? t('wallet.phone') : brand));
}

/** All cards, one of them chosen. `chosen` is told when a card was picked. */
export function wallet(app, chosen = () => {}) {
  const name = fresh('wallet');
  const pick = (card) => {
    app.wallet.selected = card;
    app.wallet.onchange();
  };
  const option = (card) => {
    const text = told('card', card.number, 'other_card');
    return h('label', { class: 'option' },
      h('input', {
        type: 'radio', name, value: card.number, checked: card === app.wallet.selected,
        'aria-label': `${card.brand} ${card.number.slice(-4)}: ${text}`,
        onchange: () => pick(card), onclick: (event) => { if (event.detail > 0) chosen(); },
        onkeydown: (event) => { if (event.key === 'Enter') chosen(); },
      }),
      plastic(card), h('span', { class: 'option-effect' }, text));
  };
  return h('div', { class: 'wallet', role: 'radiogroup', 'aria-label': t('wallet.title') }, app.facts.cards.map(option));
}
