// The few pages that the collector itself draws, before or without the dashboard: a heading, a sentence, a command, in
// Korean and English. No script, no style from elsewhere, so that the strictest content policy shows them.
import type { Bilingual } from '@narrows/contract';

/** The texts are our own; nothing from a request may be put in here. */
export function page(heading: Bilingual, sentence: Bilingual, command: string): string {
  return `<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="dark light"><title>${heading.ko} · Narrows</title></head>
<body><main>
<h1 lang="ko">${heading.ko}</h1><p lang="ko">${sentence.ko}</p>
<pre><code>${command}</code></pre>
<h1 lang="en">${heading.en}</h1><p lang="en">${sentence.en}</p>
<pre><code>${command}</code></pre>
</main></body></html>
`;
}
