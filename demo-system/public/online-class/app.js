// The front door of the online classes: a region, a name, and in.
import { answeredForm, ask, element, frame, languageOf, mainButton, show, tell, textField, watchLanguage } from './page.js';
import { TEXTS } from './texts.js';

let language = 'ko';
let school = null;
let isIn = false;
const t = () => TEXTS[language];

async function enter(form) {
  const answer = await ask('POST', '/api/entrances', { region: form.elements.region.value, pupil: form.elements.pupil.value });
  isIn = answer.outcome === 'entered';
  tell(isIn ? null : t().outcomes[answer.outcome] ?? t().outcomes.entrance_failed);
  if (isIn) { showPage(); document.getElementById('step').focus(); }
}

function showPage() {
  frame(language, t());
  if (isIn) { show(element('h1', { text: t().done.title }), element('p', { text: t().done.text })); return; }
  const regions = element('select', { id: 'region', name: 'region', required: true }, element('option', { value: '' }), ...school.regions.map(({ id, name }) => element('option', { value: id, text: name[language] })));
  show(element('h1', { text: t().title }), element('p', { text: t().text }), answeredForm(
    [element('label', { for: 'region', text: t().region }), regions, ...textField('pupil', t().pupil, { maxlength: '40' })], mainButton(t().action), t().busy, enter));
}

watchLanguage((chosen) => { language = chosen; tell(null); showPage(); });
school = await ask('GET', '/api/school');
language = languageOf(school.language);
if (school.regions) showPage();
else { frame(language, t()); tell(t().outcomes.no_answer); }
