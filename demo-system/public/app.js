// The public site: one page that shows the step that the server says comes next. It keeps no state of its own beyond
// the language; a reload continues where the person was.
import { TEXTS } from './texts.js';

const LIGHT_SHAPE = { fine: '●', busy: '▲', stuck: '■' };
const LIGHTS_EVERY_MS = 2_000;
const POLL_MS = 2_000;

const step = document.getElementById('step');
const notice = document.getElementById('notice');
const progress = document.getElementById('progress');

let language = 'ko';
let journey = null;
let bookingId = null;
/** Ends the timers of the step that is shown now. */
let leaveStep = () => {};
const t = () => TEXTS[language];

async function ask(method, path, body) {
  try {
    const response = await fetch(path, { method, ...(method === 'POST' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }) });
    return await response.json();
  } catch {
    return { outcome: 'no_answer' };
  }
}

/** An element with properties and children; `text` is never markup. */
function element(tag, properties = {}, ...children) {
  const { text, on, ...attributes } = properties;
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) if (value !== false) made.setAttribute(name, value === true ? '' : value);
  for (const [event, listener] of Object.entries(on ?? {})) made.addEventListener(event, listener);
  made.append(...children);
  return made;
}
const mainButton = (text, type = 'submit') => element('button', { type, class: 'main', text });

function tell(outcome) {
  const text = t().outcomes[outcome];
  notice.hidden = text === undefined;
  notice.textContent = text ?? '';
}

function showFrame() {
  document.documentElement.lang = language;
  document.title = t().site;
  for (const place of document.querySelectorAll('[data-text]')) place.textContent = t()[place.dataset.text];
  for (const place of document.querySelectorAll('[data-label]')) place.setAttribute('aria-label', t()[place.dataset.label]);
  for (const button of document.querySelectorAll('[data-language]')) button.setAttribute('aria-pressed', String(button.dataset.language === language));
  const at = journey.next === 'done' ? journey.order.length : journey.order.indexOf(journey.next);
  progress.replaceChildren(...journey.order.map((name, i) => {
    const item = element('li', { text: t().steps[name] });
    if (i < at) item.className = 'past';
    if (i === at) item.setAttribute('aria-current', 'step');
    return item;
  }));
}

function show(...children) {
  leaveStep();
  leaveStep = () => {};
  showFrame();
  step.replaceChildren(...children);
}

/** Show the step that the answer of the server leads to. */
function goOn(answer) {
  tell(answer.outcome);
  if (answer.bookingId) bookingId = answer.bookingId;
  if (answer.next && answer.next !== journey.next) {
    journey.next = answer.next;
    showStep();
    step.focus();
  }
}

/** Where this browser stands in line, if it does: after a reload or a change of language the wait goes on. */
async function showWaitingRoom() {
  const place = await ask('GET', '/api/waiting-room');
  if (place.outcome === 'waiting' || (place.next && place.next !== 'waiting-room')) waitInLine(place);
  else showStart();
}

const STEPS = { 'waiting-room': showWaitingRoom, form: showForm, identity: showIdentity, booking: showBooking, done: showDone, ended: showEnded };
function showStep() {
  STEPS[journey.next]();
}

function showStart() {
  const begin = mainButton(t().start.action, 'button');
  begin.addEventListener('click', async () => {
    begin.disabled = true;
    waitInLine(await ask('POST', '/api/waiting-room'));
  });
  show(element('h1', { text: t().start.title }), element('p', { text: t().start.text }), element('div', { class: 'actions' }, begin));
}

function waitInLine(place) {
  if (place.next && place.next !== 'waiting-room') { goOn(place); return; }
  if (place.outcome !== 'waiting') { tell(place.outcome); showStart(); return; }
  // The same elements for the whole wait: a screen reader hears what changes, and nothing flickers.
  let live = step.querySelector('[aria-live]');
  if (!live || live.lang !== language) {
    tell(null);
    live = element('div', { 'aria-live': 'polite', lang: language }, element('p', { class: 'big' }), element('p', { class: 'quiet' }));
    show(element('h1', { text: t().waiting.title }), live, element('p', { text: t().waiting.keep }));
  }
  live.firstElementChild.textContent = t().waiting.ahead(place.ahead);
  live.lastElementChild.textContent = t().waiting.estimate(place.estimatedSeconds);
  const timer = setTimeout(async () => waitInLine(await ask('GET', '/api/waiting-room')), place.pollAfterMs ?? POLL_MS);
  leaveStep = () => clearTimeout(timer);
}

const four = () => String(Math.floor(Math.random() * 10_000)).padStart(4, '0');

function detailsFields() {
  const words = t().details;
  const field = (name, label, hint, more) => [
    element('label', { for: name, text: label }),
    element('input', { id: name, name, type: 'text', required: true, autocomplete: 'off', ...(hint && { 'aria-describedby': `${name}-hint` }), ...more }),
    ...(hint ? [element('p', { id: `${name}-hint`, class: 'hint', text: hint })] : []),
  ];
  const fill = element('button', { type: 'button', text: words.fill, on: { click: ({ target }) => {
    const form = target.form;
    form.elements.name.value = words.sample;
    form.elements.birth.value = '640815';
    form.elements.phone.value = `010-${four()}-${four()}`;
  } } });
  return [
    ...field('name', words.name, null, { maxlength: '60' }),
    ...field('birth', words.birth, words.birthHint, { inputmode: 'numeric', pattern: '\\d{6}', maxlength: '6' }),
    ...field('phone', words.phone, words.phoneHint, { type: 'tel', pattern: '01[016789]-?\\d{3,4}-?\\d{4}' }),
    element('div', { class: 'actions' }, fill),
  ];
}

const detailsOf = (form) => ({ name: form.elements.name.value, birth: form.elements.birth.value, phone: form.elements.phone.value });
const asksDetails = (name) => journey.order.find((one) => one === 'form' || one === 'identity') === name;

/** A form whose button is disabled and says so while the answer is awaited. */
function formOf(children, button, busyText, submit) {
  const idle = button.textContent;
  return element('form', { on: { submit: async (event) => {
    event.preventDefault();
    const began = Date.now();
    const tick = () => { button.textContent = busyText(Math.round((Date.now() - began) / 1_000)); };
    button.disabled = true;
    tick();
    const timer = setInterval(tick, 1_000);
    const answer = await submit(event.target);
    clearInterval(timer);
    button.disabled = false;
    button.textContent = idle;
    goOn(answer);
  } } }, ...children, element('div', { class: 'actions' }, button));
}

function showForm() {
  const consent = element('label', { class: 'choice' }, element('input', { type: 'checkbox', required: true }), element('span', { class: 'what', text: t().form.consent }));
  const asks = asksDetails('form');
  show(element('h1', { text: t().form.title }), element('p', { text: t().form.text }), formOf(
    [...(asks ? detailsFields() : []), element('div', { class: 'choices' }, consent)], mainButton(t().form.action), () => t().form.busy,
    (form) => ask('POST', '/api/form', asks ? { details: detailsOf(form) } : {}),
  ));
}

function showIdentity() {
  const asks = asksDetails('identity');
  const choices = element('fieldset', { class: 'choices' }, element('legend', { text: t().identity.legend }));
  show(element('h1', { text: t().identity.title }), element('p', { text: t().identity.text }), formOf(
    [...(asks ? detailsFields() : []), choices], mainButton(t().identity.action), (seconds) => t().identity.busy(seconds),
    (form) => ask('POST', `/api/identity/${form.elements.channel.value}`, asks ? { details: detailsOf(form) } : {}),
  ));
  const update = async () => showLights(choices, (await ask('GET', '/api/channels')).channels ?? []);
  void update();
  const timer = setInterval(update, LIGHTS_EVERY_MS);
  leaveStep = () => clearInterval(timer);
}

/** The order is made once, so that nothing moves under a finger; only the lights change afterwards. */
function showLights(choices, channels) {
  for (const { id, name, light } of channels) {
    let shown = choices.querySelector(`[data-channel="${id}"]`);
    if (!shown) {
      shown = element('label', { class: 'choice', 'data-channel': id },
        element('input', { type: 'radio', name: 'channel', value: id, required: true }), element('span', { class: 'what', text: name[language] }), element('span'));
      choices.append(shown);
    }
    const lamp = shown.lastElementChild;
    lamp.className = `light ${light}`;
    lamp.textContent = `${LIGHT_SHAPE[light]} ${t().lights[light]}`;
  }
}

async function showBooking() {
  show(element('h1', { text: t().booking.title }));
  const { slots = [] } = await ask('GET', '/api/slots');
  if (journey.next !== 'booking') return;
  if (slots.length === 0) {
    show(element('h1', { text: t().booking.title }), element('p', { text: t().booking.none }),
      element('div', { class: 'actions' }, element('button', { type: 'button', text: t().booking.again, on: { click: showBooking } })));
    return;
  }
  const when = new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit' });
  const choices = element('fieldset', { class: 'choices' }, element('legend', { text: t().booking.legend }), ...slots.map((slot) => element('label', { class: 'choice' },
    element('input', { type: 'radio', name: 'slot', value: String(slot.slotId), required: true }),
    element('span', { class: 'what', text: slot.clinic[language] }, element('small', { text: when.format(new Date(slot.startsAt)) })),
    element('span', { class: 'quiet', text: t().booking.seats(slot.seatsLeft) }))));
  show(element('h1', { text: t().booking.title }), element('p', { text: t().booking.text }), formOf(
    [choices], mainButton(t().booking.action), () => t().booking.busy, (form) => ask('POST', '/api/reservations', { slotId: Number(form.elements.slot.value) }),
  ));
}

function showDone() {
  show(element('h1', { text: t().done.title }), ...(bookingId ? [element('p', { class: 'big', text: t().done.bookingNumber(bookingId) })] : []), element('p', { text: t().done.text }));
}

function showEnded() {
  show(element('h1', { text: t().ended.title }), element('p', { text: t().ended.text }));
}

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    language = button.dataset.language;
    localStorage.setItem('language', language);
    notice.hidden = true;
    showStep();
  });
}

journey = await ask('GET', '/api/journey');
language = localStorage.getItem('language') ?? journey.language ?? 'ko';
if (journey.order) showStep();
else tell('no_answer');
