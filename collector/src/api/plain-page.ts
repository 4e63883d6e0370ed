// The few pages that the collector itself draws, before or without the dashboard: a heading, a sentence, a command or number, and a
// way back, in Korean and English. No script, nothing from elsewhere.
import type { Bilingual } from '@narrows/contract';

const STYLE = 'body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.6 system-ui,"Malgun Gothic",sans-serif;word-break:keep-all}main{max-width:34rem;padding:2rem}h1{font-size:1.25rem;margin:2rem 0 .5rem}h1:first-of-type{margin-top:0}p{margin:.5rem 0}pre{padding:.5rem .75rem;border:1px solid;border-radius:6px;overflow-x:auto}a{color:inherit}';

/** The texts are our own; nothing from a request may be put in here. */
export function page(heading: Bilingual, sentence: Bilingual, command: string, link?: { href: string; words: Bilingual }): string {
  const part = (language: 'ko' | 'en'): string => `<h1 lang="${language}">${heading[language]}</h1><p lang="${language}">${sentence[language]}</p>
<pre><code>${command}</code></pre>${link ? `\n<p lang="${language}"><a href="${link.href}">${link.words[language]}</a></p>` : ''}`;
  return `<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="dark light"><title>${heading.ko} · Narrows</title><style>${STYLE}</style></head>
<body><main>
${part('ko')}
${part('en')}
</main></body></html>
`;
}
