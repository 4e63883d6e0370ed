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
