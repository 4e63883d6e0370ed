// The look of the public page, in the page itself: it must stand when nothing else of us does. Colours pass AA on both
// grounds, sizes follow the reader's, and on a narrow phone nothing needs sideways scrolling.

export const STATUS_STYLE = `:root{--bg:#f6f7f9;--card:#fff;--text:#16191d;--soft:#4a525c;--line:#dde1e6;--fine:#0a7a45;--busy:#8a5a00;--stuck:#c0271f;--none:#5d6670;--finebg:#e7f5ed;--busybg:#fdf3dc;--stuckbg:#fdeae8;--nonebg:#eceff2}
@media (prefers-color-scheme:dark){:root{--bg:#0f1317;--card:#181d23;--text:#eef1f4;--soft:#b3bcc6;--line:#2c343d;--fine:#4fd695;--busy:#f3c04d;--stuck:#ff8f85;--none:#a3adb8;--finebg:#11291f;--busybg:#2b2310;--stuckbg:#331816;--nonebg:#20262d}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--text);font:1rem/1.6 Pretendard,-apple-system,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR",system-ui,sans-serif;word-break:keep-all;overflow-wrap:anywhere;-webkit-text-size-adjust:100%}
header,main{max-width:34rem;margin:0 auto;padding:0 1.125rem}header{display:flex;justify-content:space-between;align-items:center;gap:1rem;padding-top:1rem;font-weight:600}header p{margin:0}header a{color:inherit;padding:.5rem 0 .5rem .75rem}
h1,h2,p,ul,ol{margin:0;padding:0}ul,ol{list-style:none}
.hero{margin-top:.75rem;border-radius:1.25rem;padding:1.75rem 1.25rem 1.5rem;text-align:center;background:var(--nonebg)}.hero.fine{background:var(--finebg)}.hero.busy{background:var(--busybg)}.hero.stuck{background:var(--stuckbg)}
h1{font-size:1.6rem;line-height:1.35;font-weight:750;letter-spacing:-.01em}h1 small{display:block;font-size:1rem;font-weight:600;color:var(--soft);letter-spacing:0}h1 .mark{display:block;width:4.5rem;height:4.5rem;margin:1rem auto .875rem}
.mark{flex:none;width:1rem;height:1rem}.mark.fine{color:var(--fine)}.mark.busy{color:var(--busy)}.mark.stuck{color:var(--stuck)}.mark.none{color:var(--none)}
.wait{margin-top:1rem;display:flex;justify-content:center;align-items:baseline;gap:.625rem}.wait span{color:var(--soft)}.wait strong{font-size:1.5rem;font-variant-numeric:tabular-nums}.hand{margin-top:.5rem;font-size:.9rem;color:var(--soft)}
section.choose,section.news,section.steps{margin-top:.875rem;background:var(--card);border:1px solid var(--line);border-radius:1rem;padding:1rem 1.125rem}h2{font-size:1rem;font-weight:700;margin-bottom:.5rem}
.choose li{display:flex;align-items:center;gap:.625rem;font-size:1.125rem;font-weight:650;padding:.25rem 0}.news p+p{margin-top:.5rem}.news time{color:var(--soft);font-size:.875rem;white-space:nowrap}
.steps ol>li+li{border-top:1px solid var(--line)}.row{display:grid;grid-template-columns:1rem minmax(0,1fr) auto minmax(4.75rem,auto);align-items:center;gap:.625rem;padding:.625rem 0}.row .word{color:var(--soft)}.row .min{text-align:right;font-variant-numeric:tabular-nums;font-weight:600}.steps ol>li>.row .name{font-weight:650}.steps ul{padding:0 0 .5rem 1.625rem}.steps ul .row{padding:.25rem 0}
.stale{margin-top:.75rem;padding:.75rem 1rem;border-radius:.75rem;background:var(--busybg);font-weight:650}.stale[hidden]{display:none}body.old .hero,body.old .steps,body.old .choose{filter:grayscale(1)}
footer{padding:1rem .25rem 2.5rem;color:var(--soft);font-size:.9rem}footer p+p{margin-top:.25rem}a:focus-visible{outline:3px solid currentColor;outline-offset:2px}
@media (max-width:22rem){.row{grid-template-columns:1rem minmax(0,1fr) auto}.row .word{display:none}}`;

/** Runs where scripts do: fetches the page every few seconds and puts its middle in place; says when news has stopped. */
export const STATUS_SCRIPT = `'use strict';
(() => {
  const body = document.body;
  const staleAfterMs = Number(body.dataset.staleAfter) * 1000;
  let seenAt = Date.now();
  let written = document.getElementById('now').dataset.written;
  const tell = () => {
    const old = Date.now() - seenAt > staleAfterMs;
    body.classList.toggle('old', old);
    document.getElementById('stale').hidden = !old;
  };
  const look = async () => {
    try {
      const answer = await fetch(location.href, { cache: 'no-cache' });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.getElementById('now');
      if (next && next.dataset.written !== written) {
        written = next.dataset.written;
        seenAt = Date.now();
        const now = document.getElementById('now');
        now.replaceChildren(...next.childNodes);
        now.dataset.written = written;
        document.title = page.title;
      }
    } catch { /* The next look may go through; until then the age tells. */ }
    tell();
    setTimeout(look, 4000 + Math.random() * 2000);
  };
  if (Date.now() - Number(written) > staleAfterMs) seenAt = Number(written);
  tell();
  setTimeout(look, 4000 + Math.random() * 2000);
})();
`;
