// Which of the site's two languages a browser asks for.

/** The first of ko and en by the weights of an Accept-Language header; Korean when it names neither. */
export function preferredLanguage(header: string | undefined): 'ko' | 'en' {
  const wishes = (header ?? '').split(',').map((wish) => {
    const [tag, ...parameters] = wish.trim().toLowerCase().split(';');
    const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
    return { language: tag?.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
  });
  const best = wishes.filter(({ language, weight }) => (language === 'ko' || language === 'en') && weight > 0).toSorted((a, b) => b.weight - a.weight)[0];
  return best?.language === 'en' ? 'en' : 'ko';
}
