// What no SQL of a tenant may say, wherever it came from. The engine puts its filter on every table that a statement names; functions
// that look into tables by themselves (`merge()` and its like), and the engine's own tables, know nothing of that filter. The text is
// read token by token as the engine reads it: strings and comments are skipped, quoted names are names.
import { NarrowsError } from '@narrows/contract';

/** Table functions that read nothing but their own arguments, or what is filtered like any table. */
export const OPEN_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['numbers', 'numbers_mt', 'zeros', 'zeros_mt', 'values', 'sqlstandardvalues', 'null', 'view', 'viewifpermitted', 'viewexplain', 'generateseries', 'generate_series', 'generaterandom', 'format', 'input', 'primes']);
/** All others of the engine: those that reach other tables, files, networks or programs. Names that begin so are closed too. */
const CLOSED_FUNCTION = /^(merge|loop|remote|cluster|file|url|s3|gcs|oss|cosn|azure|hdfs|hive|hudi|deltalake|iceberg|paimon|ytsaurus|mysql|postgresql|mongodb|redis|sqlite|odbc|jdbc|arrow|eval|executable|dictionary|timeseries|fuzz|prometheus|python|joinget|dictget|dicthas|dictis|filesystem|catboost)/;
const CLOSED_DATABASES = new Set(['system', 'information_schema']);
const vetted = new Set<string>();
const VETTED_MAX = 2_000;

/** Whether a statement may not call it. */
export const isClosedFunction = (name: string): boolean => CLOSED_FUNCTION.test(name.toLowerCase());

/** Errors: QUERY_INVALID, with the word that is closed. */
export function assertWithinFence(sql: string): void {
  if (vetted.has(sql)) return;
  const tokens = tokensOf(sql);
  tokens.forEach((token, i) => {
    if (token.kind !== 'name') return;
    const word = token.text.toLowerCase();
    const next = tokens[i + 1]?.text;
    if (next === '(' && isClosedFunction(word)) throw new NarrowsError('QUERY_INVALID', `sql: the function ${word}() is closed here`);
    if (next === '.' && CLOSED_DATABASES.has(word)) throw new NarrowsError('QUERY_INVALID', `sql: the tables of ${word} are closed here`);
  });
  if (vetted.size >= VETTED_MAX) vetted.clear();
  vetted.add(sql);
}

interface Token { kind: 'name' | 'sign'; text: string }

function tokensOf(sql: string): Token[] {
  const pattern = /'(?:[^'\\]|\\[\s\S]|'')*'|--[^\n]*|#[! ][^\n]*|\/\*[\s\S]*?\*\/|`((?:[^`\\]|\\[\s\S]|``)*)`|"((?:[^"\\]|\\[\s\S]|"")*)"|([A-Za-z_][A-Za-z0-9_]*)|\{[A-Za-z0-9_]+:[^}]*\}|[0-9][0-9A-Za-z_.]*|\s+|([\s\S])/g;
  const tokens: Token[] = [];
  for (const [, back, double, word, sign] of sql.matchAll(pattern)) {
    const quoted = back ?? double;
    // The engine unescapes quoted names; nobody needs an escape in a name of ours.
    if (quoted?.includes('\\')) throw new NarrowsError('QUERY_INVALID', 'sql: a quoted name may hold no backslash');
    if (quoted !== undefined || word !== undefined) tokens.push({ kind: 'name', text: quoted ?? word ?? '' });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
  }
  return tokens;
}
