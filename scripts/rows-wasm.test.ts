// `collector/src/decode/rows-wasm.ts` is what the AssemblyScript in `collector/wasm/` compiles to: written here (with `-u`) and
// compared on every run, so that nobody runs other instructions than those that are read. The compiler is one npm package, and the same
// sources give the same bytes everywhere.
import path from 'node:path';
import { main } from 'assemblyscript/asc';
import { expect, test } from 'vitest';

const SOURCES = path.resolve(import.meta.dirname, '../collector/wasm');

test('the WebAssembly of the collector is what its sources compile to', async () => {
  let wasm: Uint8Array = new Uint8Array(0);
  const { error, stderr } = await main(['rows.ts', '--baseDir', SOURCES, '--config', 'asconfig.json', '--outFile', 'rows.wasm'], {
    writeFile: (_name, content) => { wasm = content as Uint8Array; },
  });
  expect(stderr.toString()).toBe('');
  expect(error).toBeNull();
  const lines = Buffer.from(wasm).toString('base64').match(/.{1,180}/g)!;
  await expect(`// Compiled from collector/wasm/ (\`npx vitest run --project unit scripts/rows-wasm -u\`); never edited.
export const ROWS_WASM = \`
${lines.join('\n')}
\`;
`).toMatchFileSnapshot('../collector/src/decode/rows-wasm.ts');
});
