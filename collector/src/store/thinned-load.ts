// A load under overload, in two inserts from the same blocks: the raw rows that are kept go into the raw table and through its
// views, all others only through the same views of a table that holds nothing. Each has its own token, so a repetition with
// the same plan fills in what a crash left out, and together they roll up every span once.
import { NarrowsError, TABLES, type ThinPlan } from '@narrows/contract';
import { qualified, type DdlShape } from './ddl.js';
import { THINNED, THINNED_COLUMNS } from './thinned-tables.js';

export interface ThinnedInsert { into: string; columns: string; values: string; where: string; tokenSuffix: string }

const listed = (columns: readonly { name: string }[]): string => columns.map(({ name }) => `\`${name}\``).join(', ');
const COLUMNS = listed(TABLES.otel_traces);
const COUNTED = listed(THINNED_COLUMNS);
/** The columns of a load's blocks. Left to itself the engine takes those that it inserts for those that are there. */
export const SPAN_STRUCTURE = TABLES.otel_traces.map(({ name, type }) => `\`${name}\` ${type}`).join(', ');

/** `segmentId` is the spool's own name; `notable` ids come from senders and are hexadecimal by their decoder. */
export function thinnedInserts(segmentId: string, { keepOneIn, notable }: ThinPlan, shape: DdlShape): ThinnedInsert[] {
  if (!Number.isInteger(keepOneIn) || keepOneIn < 1 || !notable.every((id) => /^[0-9a-f]*$/.test(id))) throw new NarrowsError('STORE_QUERY', `no plan to thin by: one in ${keepOneIn}`);
  // A span without a trace belongs to none that could be kept whole.
  const isNotable = `(TraceId = ''${notable.length > 0 ? ` OR TraceId IN (SELECT arrayJoin(splitByChar(' ', '${notable.join(' ')}')))` : ''})`;
  const isKept = `cityHash64(TraceId) % ${keepOneIn} = 0`;
  return [
    {
      into: qualified('otel_traces', shape), columns: `${COLUMNS}, \`Weight\``, values: `${COLUMNS}, if(${isNotable}, 1, ${keepOneIn})`,
      where: `${isKept} OR ${isNotable}`, tokenSuffix: '',
    },
    {
      into: qualified(THINNED, shape), columns: `${COUNTED}, \`Segment\`, \`KeepOneIn\``, values: `${COUNTED}, '${segmentId}', ${keepOneIn}`,
      where: `NOT (${isKept} OR ${isNotable})`, tokenSuffix: ':thinned',
    },
  ];
}
