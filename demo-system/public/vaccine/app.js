// The public site: one page that shows the step that the server says comes next. It keeps no state of its own beyond
// the language; a reload continues where the person was.
import { ask, element, frame, languageOf, mainButton, watchLanguage } from './page.js';
import { TEXTS } from './texts.js';

const LIGHT_SHAPE = { fine: '●', busy: '▲', stuck: '■' };
const LIGHTS_EVERY_MS = 2_000;
const POLL_MS = 2_000;

const step = document.getElementById('step');
const notice = document.getElementById('notice');
const progress = document.getElementById('progress');
const banner = document.getElementById('banner');

let language = 'ko';
let journey = null;
/** Ends the timers of the step that is shown now. */
let leaveStep = () => {};
const t = () => TEXTS[language];

function tell(outcome) {
  const text = t().outcomes[outcome];
  notice.hidden = text === undefined;
  notice.textContent = text ?? '';
}

function showFrame() {
  frame(language, t());
  const at = journey.next === 'done' ? journey.order.length : journey.order.indexOf(journey.next);
  banner.hidden = !journey.suspended && !journey.birthDigitsToday;
  banner.textContent = journey.suspended ? t().suspended : journey.birthDigitsToday ? t().rotation(journey.birthDigitsToday) : '';
  progress.hidden = false;
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
  if (answer.booking) journey.booking = answer.booking;
  if (answer.outcome === 'suspended') journey.suspended = true;
  else if (answer.outcome !== 'no_answer') journey.suspended = false;
  showFrame();
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
    form.elements.birth.value = journey.birthDigitsToday ? `82080${journey.birthDigitsToday[0]}` : '640815';
    form.elements.region.value = 'seoul';
    form.elements.phone.value = `010-${four()}-${four()}`;
  } } });
  return [
    ...field('name', words.name, null, { maxlength: '60' }),
    ...field('birth', words.birth, words.birthHint, { inputmode: 'numeric', pattern: '\\d{6}', maxlength: '6' }),
    ...field('phone', words.phone, words.phoneHint, { type: 'tel', pattern: '01[016789]-?\\d{3,4}-?\\d{4}' }),
    element('label', { for: 'region', text: words.region }),
    element('select', { id: 'region', name: 'region', required: true }, ...regionOptions('')),
    element('div', { class: 'actions' }, fill),
  ];
}

/** The regions, behind a first line that says `first`. */
const regionOptions = (first) => [element('option', { value: '', text: first }), ...journey.regions.map(({ id, name }) => element('option', { value: id, text: name[language] }))];

const detailsOf = (form) => ({ name: form.elements.name.value, birth: form.elements.birth.value, phone: form.elements.phone.value, region: form.elements.region.value });
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

/** Region that the list of slots is for; blank: all. */
let region = '';

async function showBooking() {
  show(element('h1', { text: t().booking.title }));
  const { slots = [] } = await ask('GET', `/api/slots${region ? `?region=${region}` : ''}`);
  if (journey.next !== 'booking') return;
  const chooser = element('select', { id: 'where', on: { change: ({ target }) => { region = target.value; void showBooking(); } } }, ...regionOptions(t().booking.everywhere));
  chooser.value = region;
  const where = [element('label', { for: 'where', text: t().booking.region }), chooser];
  if (slots.length === 0) {
    show(element('h1', { text: t().booking.title }), ...where, element('p', { text: t().booking.none }),
      element('div', { class: 'actions' }, element('button', { type: 'button', text: t().booking.again, on: { click: showBooking } })));
    return;
  }
  const choices = element('fieldset', { class: 'choices' }, element('legend', { text: t().booking.legend }), ...slots.map((slot) => element('label', { class: 'choice' },
    element('input', { type: 'radio', name: 'slot', value: String(slot.slotId), required: true }),
    element('span', { class: 'what', text: slot.clinic[language] }, element('small', { text: timeOf(slot.startsAt) })),
    element('span', { class: 'quiet', text: t().booking.seats(slot.seatsLeft) }))));
  show(element('h1', { text: t().booking.title }), element('p', { text: t().booking.text }), ...where, formOf(
    [choices], mainButton(t().booking.action), () => t().booking.busy, (form) => ask('POST', '/api/reservations', { slotId: Number(form.elements.slot.value) }),
  ));
}

const timeOf = (startsAt) => new Intl.DateTimeFormat(language, { month: 'long', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(new Date(startsAt));

function showDone() {
  const { booking } = journey;
  show(element('h1', { text: t().done.title }), ...(booking ? [
    element('p', { class: 'big', text: t().done.bookingNumber(booking.bookingId) }),
    element('dl', {}, element('dt', { text: t().done.place }), element('dd', { text: booking.clinic[language] }), element('dt', { text: t().done.time }), element('dd', { text: timeOf(booking.startsAt) })),
  ] : []), element('p', { text: t().done.text }));
}

function showEnded() {
  show(element('h1', { text: t().ended.title }), element('p', { text: t().ended.text }));
}

watchLanguage((chosen) => {
  language = chosen;
  notice.hidden = true;
  showStep();
});

journey = await ask('GET', '/api/journey');
language = languageOf(journey.language);
if (journey.order) showStep();
else tell('no_answer');
