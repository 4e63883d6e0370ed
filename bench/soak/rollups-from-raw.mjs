// What every rollup must say, told by its views' own SELECTs over all raw rows at once. Equal to what the tables hold only
// if every load was rolled up once: used by the store's tests and by the soak.
import { ALL_VIEWS, selectOf } from '../../collector/dist/store/ddl.js';
import { ROLLUP_TABLES } from '../../collector/dist/store/rollup-tables.js';

const SHAPE = { database: 'narrows', retentionDays: 1 };
const TIMEOUT_MS = 120_000;

/** Every rollup as its table has it, and as its views would fill it from the raw rows now. */
export async function rollupsAndOracles(store) {
  const answers = [];
  for (const table of ROLLUP_TABLES) {
    const keys = [...table.orderBy, 'Received'];
    const measures = table.columns.filter(({ name }) => !keys.includes(name));
    const merged = measures.map(({ name, type }) => `toString(${merge(name, type)}) AS merged_${name}`);
    const direct = measures.map(({ name, type }) => `toString(${type.startsWith('Agg') ? `any(finalizeAggregation(${name}))` : merge(name, type)}) AS merged_${name}`);
    const source = ALL_VIEWS.filter((view) => view.to === table.name).map((view) => `(${selectOf(view, SHAPE)})`).join(' UNION ALL ');
    const tail = `GROUP BY ${keys.join(', ')} ORDER BY ${keys.join(', ')}`;
    const ask = (sql) => store.query(sql, {}, { timeoutMs: TIMEOUT_MS });
    answers.push({
      table: table.name,
      stored: await ask(`SELECT ${[...keys, ...merged].join(', ')} FROM ${table.name} ${tail}`),
      expected: await ask(`SELECT ${[...keys, ...direct].join(', ')} FROM (${source}) ${tail}`),
    });
  }
  return answers;
}

function merge(name, type) {
  const [, kind, fn] = /^(Simple)?AggregateFunction\(([^,(]+(?:\([^)]*\))?)/.exec(type) ?? [];
  if (kind) return `${fn}(${name})`;
  const [base, parameters = ''] = (fn ?? '').split('(');
  return `${base}Merge${parameters && `(${parameters}`}(${name})`;
}
