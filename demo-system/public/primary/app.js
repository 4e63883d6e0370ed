// The primary: sign in, choose one, get a receipt; and the state of the audit trail for everybody to see.
import { answeredForm, ask, element, frame, languageOf, mainButton, show, tell, textField, watchLanguage } from './page.js';
import { TEXTS } from './texts.js';

const TRAIL_EVERY_MS = 5_000;
const OPEN_EVERY_MS = 3_000;

let language = 'ko';
let election = null;
let receipt = null;
let trail = null;
const t = () => TEXTS[language];

function trailElement() {
  const told = element('p', { id: 'trail', 'aria-live': 'off' });
  return element('div', { class: 'trail' }, element('strong', { text: t().trail.title }), told, element('code', { id: 'head' }));
}

function showTrail() {
  const told = document.getElementById('trail');
  if (!told || !trail) return;
  told.textContent = trail.brokenAt === null ? t().trail.holds(trail.ballots) : t().trail.broken(trail.brokenAt);
  document.getElementById('head').textContent = `${t().trail.head} ${trail.head.slice(0, 32)}…`;
}

async function vote(form) {
  const { voter, code, candidate } = form.elements;
  const answer = await ask('POST', '/api/votes', { voter: Number(voter.value), code: code.value, candidate: Number(candidate.value) });
  tell(t().outcomes[answer.outcome] ?? (answer.receipt ? null : t().outcomes.vote_unavailable));
  if (!answer.receipt) return;
  receipt = answer.receipt;
  showPage();
  document.getElementById('step').focus();
}

/** A voter of the demo; the code is what the party would have sent. */
function fillExample({ target }) {
  const voter = 1 + Math.floor(Math.random() * 200_000);
  target.form.elements.voter.value = String(voter);
  target.form.elements.code.value = String(Math.imul(voter, 2_654_435_761) >>> 0).padStart(10, '0').slice(-6);
}

function showBallot() {
  const choices = element('fieldset', { class: 'choices' }, element('legend', { text: t().legend }), ...election.candidates.map(({ id, name }) => element('label', { class: 'choice' },
    element('input', { type: 'radio', name: 'candidate', value: String(id), required: true }), element('span', { class: 'what', text: name[language] }))));
  show(element('h1', { text: t().title }), element('p', { text: t().text }), answeredForm([
    ...textField('voter', t().voter, { inputmode: 'numeric', pattern: '\\d{1,9}' }), ...textField('code', t().code, { inputmode: 'numeric', pattern: '\\d{6}', maxlength: '6' }),
    element('div', { class: 'actions' }, element('button', { type: 'button', text: t().fill, on: { click: fillExample } })), choices,
  ], mainButton(t().action), t().busy, vote), trailElement());
}

function showReceipt() {
  const { done } = t();
  const found = element('p', { 'aria-live': 'polite' });
  const check = element('button', { type: 'button', text: done.check, on: { click: async () => {
    const { sequence } = await ask('GET', `/api/receipts/${receipt}`);
    found.textContent = sequence ? done.found(sequence) : done.lost;
  } } });
  show(element('h1', { text: done.title }), element('p', { text: done.text }), element('dl', {}, element('dt', { text: done.receipt }), element('dd', {}, element('code', { text: receipt }))),
    element('div', { class: 'actions' }, check), found, trailElement());
}

function showPage() {
  frame(language, t());
  const banner = document.getElementById('banner');
  banner.hidden = !election.suspended;
  banner.textContent = t().notYet;
  if (receipt) showReceipt(); else showBallot();
  showTrail();
}

async function updateTrail() {
  const answer = await ask('GET', '/api/audit');
  if (answer.head !== undefined) trail = answer;
  showTrail();
}

async function waitForOpening() {
  const answer = await ask('GET', '/api/election');
  if (!answer.candidates || answer.suspended === election.suspended) return;
  election = answer;
  const banner = document.getElementById('banner');
  banner.hidden = !election.suspended;
}

watchLanguage((chosen) => { language = chosen; tell(null); showPage(); });
election = await ask('GET', '/api/election');
language = languageOf(election.language);
if (election.candidates) {
  showPage();
  void updateTrail();
  setInterval(updateTrail, TRAIL_EVERY_MS);
  setInterval(waitForOpening, OPEN_EVERY_MS);
} else { frame(language, t()); tell(t().outcomes.no_answer); }
