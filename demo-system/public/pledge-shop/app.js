// The pledge shop: pledges laid out like goods, each with its likes. A like is counted once a browser.
import { ask, element, frame, languageOf, show, tell, watchLanguage } from './page.js';
import { TEXTS } from './texts.js';

const EVERY_MS = 5_000;
const liked = new Set(JSON.parse(localStorage.getItem('liked') ?? '[]'));

let language = 'ko';
let pledges = [];
const t = () => TEXTS[language];

async function like(pledge) {
  const { outcome } = await ask('POST', `/api/pledges/${pledge.id}/likes`);
  tell(t().outcomes[outcome]);
  if (outcome !== 'liked' && outcome !== 'already_liked') return;
  if (outcome === 'liked') pledge.likes++;
  liked.add(pledge.id);
  localStorage.setItem('liked', JSON.stringify([...liked]));
  showPledges();
  document.querySelector(`[data-pledge="${pledge.id}"] button`).focus();
}

function showPledges() {
  frame(language, t());
  show(element('h1', { text: t().title }), element('p', { text: t().text }), element('ul', { class: 'goods' }, ...pledges.map((pledge) => {
    const isLiked = liked.has(pledge.id);
    return element('li', { 'data-pledge': pledge.id }, element('h2', { text: pledge.title[language] }), element('p', { text: pledge.text[language] }),
      element('button', { type: 'button', 'aria-pressed': String(isLiked), text: (isLiked ? t().liked : t().like)(pledge.likes), on: { click: () => like(pledge) } }));
  })));
}

async function update() {
  const answer = await ask('GET', '/api/pledges');
  if (!answer.pledges) { tell(t().outcomes[answer.outcome] ?? t().outcomes.no_answer); return; }
  const first = pledges.length === 0;
  pledges = answer.pledges;
  if (first) language = languageOf(answer.language);
  // Nothing is redrawn under the hand of somebody who is about to press.
  if (first || !document.activeElement?.closest('.goods')) showPledges();
}

watchLanguage((chosen) => { language = chosen; tell(null); showPledges(); });
language = languageOf(null);
frame(language, t());
await update();
setInterval(update, EVERY_MS);
