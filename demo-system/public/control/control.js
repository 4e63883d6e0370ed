// The control desk: what goes on, and forms to begin and end faults and to operate. The cards are made once and stay where
// they are; only figures and the list of what is broken change, once a second.
import { ask, element, frame, languageOf, watchLanguage } from './page.js';
import { TEXTS } from './texts.js';

const EVERY_MS = 1_000;
const OPERATIONS_OF_CHANNELS = ['capacity', 'order'];
/** Where nobody stands in a waiting room, nothing is said of it. */
const OF_A_WAITING_ROOM = ['gate', 'thrownBack', 'inLine', 'placesInLine', 'sessionsLost'];

let language = languageOf(null);
let state = null;
const t = () => TEXTS[language];
const fits = (name) => (state.channels.length > 0 || !OPERATIONS_OF_CHANNELS.includes(name)) && (state.services.some((service) => service.name === 'waiting-room') || !OF_A_WAITING_ROOM.includes(name));
const at = (id) => document.getElementById(id);

function tell(sentence) {
  at('notice').hidden = !sentence;
  at('notice').textContent = sentence ?? '';
}

async function act(path, body) {
  const answer = await ask('POST', path, body);
  tell(answer.outcome === 'no_answer' ? t().gone : answer.error);
  await update();
}

function field(label, input) {
  const id = `field-${Math.random().toString(36).slice(2)}`;
  input.id = id;
  return [element('label', { for: id, text: label }), input];
}

const select = (name, values) => element('select', { name }, ...values.map((value) => element('option', { value, text: value })));
const textOf = (form, name) => form.elements[name]?.value.trim() ?? '';

function faultCard(fault) {
  const hasAmount = fault.amount.min < fault.amount.max;
  return element('form', { class: 'card', 'data-fault': fault.id, on: { submit: (event) => {
    event.preventDefault();
    const [target, amount, seconds] = ['target', 'amount', 'seconds'].map((name) => textOf(event.target, name));
    void act('/api/faults/start', { fault: fault.id, ...(target && { target }), ...(amount && { amount: Number(amount) }), ...(seconds && { seconds: Number(seconds) }) });
  } } },
  element('h3', { text: fault.title[language] }), element('p', { text: fault.sentence[language] }),
  ...(fault.targets.length > 0 ? field(t().target, select('target', fault.targets)) : []),
  ...(hasAmount ? field(t().amount(t().units[fault.amount.unit] ?? fault.amount.unit), element('input', { name: 'amount', type: 'number', step: 'any', min: fault.amount.min, max: fault.amount.max, value: fault.amount.default })) : []),
  ...field(t().seconds, element('input', { name: 'seconds', type: 'number', min: 1 })),
  element('button', { type: 'submit', text: t().start }));
}

function operationCard(name) {
  const [title, sentence, ...labels] = t().forms[name];
  const inputs = labels.map((label, i) => {
    if (name === 'servers' && i === 0) return field(label, select('v0', state.services.map((service) => service.name)));
    if (name === 'capacity' && i === 0) return field(label, select('v0', state.channels));
    return field(label, element('input', { name: `v${i}`, type: name === 'order' ? 'text' : 'number', min: name === 'order' ? false : 1, required: true }));
  });
  return element('form', { class: 'card', 'data-operation': name, on: { submit: (event) => {
    event.preventDefault();
    void act('/api/operations', { name, values: labels.flatMap((_, i) => textOf(event.target, `v${i}`).split(/\s+/)) });
  } } }, element('h3', { text: title }), element('p', { text: sentence }), ...inputs.flat(), element('button', { type: 'submit', text: t().apply }));
}

function showCards() {
  frame(language, t());
  at('scenario').replaceChildren(`${state.title[language]} · `, element('a', { href: state.site, text: t().open }));
  at('faults').replaceChildren(...state.faults.map(faultCard));
  at('operations').replaceChildren(...Object.keys(t().forms).filter(fits).map(operationCard));
}

function showFigures() {
  const people = state.people ?? {};
  const number = (value) => value === undefined ? '–' : value.toLocaleString(language);
  at('people').replaceChildren(...Object.entries(t().counts).filter(([name]) => fits(name)).map(([name, label]) => element('div', {}, element('dt', { text: label }), element('dd', { text: number(people[name]) }))));
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  at('stop-all').hidden = state.active.length < 2;
  at('active').replaceChildren(...(state.active.length === 0 ? [element('li', { class: 'none', text: t().none })] : state.active.map(({ plan, truth }) => {
    const fault = state.faults.find(({ id }) => id === plan.fault);
    return element('li', {}, element('span', { class: 'what', text: `${fault?.title[language] ?? plan.fault}${plan.target ? ` · ${plan.target}` : ''}` }, element('small', { text: t().since(time.format(truth.beginMs)) })),
      element('button', { type: 'button', text: t().stop, on: { click: () => act('/api/faults/stop', { fault: plan.fault, ...(plan.target && { target: plan.target }) }) } }));
  })));
}

async function update() {
  const answer = await ask('GET', '/api/state');
  if (answer.outcome === 'no_answer') { tell(t().gone); return; }
  const first = state === null;
  state = answer;
  if (first) showCards();
  showFigures();
}

at('stop-all').addEventListener('click', () => act('/api/faults/stop-all', {}));
watchLanguage((chosen) => {
  language = chosen;
  showCards();
  showFigures();
});
await update();
setInterval(update, EVERY_MS);
