// What the pages of all sites do alike: asking the server, making elements, and the two languages.

/** Ask the site; an answer that does not come is an outcome, too. */
export async function ask(method, path, body) {
  try {
    const response = await fetch(path, { method, ...(method === 'POST' && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) }) });
    return await response.json();
  } catch {
    return { outcome: 'no_answer' };
  }
}

/** An element with properties and children; `text` is never markup. */
export function element(tag, properties = {}, ...children) {
  const { text, on, ...attributes } = properties;
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) if (value !== false) made.setAttribute(name, value === true ? '' : value);
  for (const [event, listener] of Object.entries(on ?? {})) made.addEventListener(event, listener);
  made.append(...children);
  return made;
}

export const mainButton = (text, type = 'submit') => element('button', { type, class: 'main', text });

/** Put the words of a language into the frame of the page. */
export function frame(language, texts) {
  document.documentElement.lang = language;
  document.title = texts.site;
  for (const place of document.querySelectorAll('[data-text]')) place.textContent = texts[place.dataset.text];
  for (const place of document.querySelectorAll('[data-label]')) place.setAttribute('aria-label', texts[place.dataset.label]);
  for (const button of document.querySelectorAll('[data-language]')) button.setAttribute('aria-pressed', String(button.dataset.language === language));
}

/** The language somebody chose here before, else the one their browser asks for. */
export function languageOf(asked) {
  return localStorage.getItem('language') ?? asked ?? (navigator.language.startsWith('en') ? 'en' : 'ko');
}

/** Hear when somebody chooses the other language. */
export function watchLanguage(onChange) {
  for (const button of document.querySelectorAll('[data-language]')) {
    button.addEventListener('click', () => {
      localStorage.setItem('language', button.dataset.language);
      onChange(button.dataset.language);
    });
  }
}

/** A sentence above the step, or none. */
export function tell(sentence) {
  const notice = document.getElementById('notice');
  notice.hidden = !sentence;
  notice.textContent = sentence ?? '';
}

/** Show elements as the step of the page. */
export function show(...children) {
  document.getElementById('step').replaceChildren(...children);
}

/** A form whose button is disabled and says so while the answer is awaited. */
export function answeredForm(children, button, busyText, submit) {
  const idle = button.textContent;
  return element('form', { on: { submit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.textContent = busyText;
    await submit(event.target);
    button.disabled = false;
    button.textContent = idle;
  } } }, ...children, element('div', { class: 'actions' }, button));
}

/** A labelled text field. */
export function textField(name, label, more = {}) {
  return [element('label', { for: name, text: label }), element('input', { id: name, name, type: 'text', required: true, autocomplete: 'off', ...more })];
}
