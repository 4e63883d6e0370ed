// The commission's site: the candidates, each with a booklet to open.
import { ask, element, frame, languageOf, show, tell, watchLanguage } from './page.js';
import { TEXTS } from './texts.js';

let language = 'ko';
let candidates = [];
const t = () => TEXTS[language];

function showCandidates() {
  frame(language, t());
  show(element('h1', { text: t().title }), element('p', { text: t().text }), element('ul', { class: 'goods' }, ...candidates.map(({ id, name, party }) => element('li', {},
    element('h2', { text: `${t().number(id)} ${name[language]}` }), element('p', { text: party[language] }),
    element('a', { class: 'button', href: `/booklets/${id}.pdf`, target: '_blank', rel: 'noopener', 'aria-label': `${name[language]}: ${t().open}`, text: t().open })))));
}

watchLanguage((chosen) => { language = chosen; showCandidates(); });
const answer = await ask('GET', '/api/candidates');
language = languageOf(answer.language);
candidates = answer.candidates ?? [];
showCandidates();
if (candidates.length === 0) tell(t().outcomes[answer.outcome] ?? t().outcomes.no_answer);
