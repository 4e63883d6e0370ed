// Personal data on request: whether a number is anywhere in what is stored, what is stored of one person by their pseudonym, and its
// deletion. The number that is looked for is kept nowhere, not in the audit log either.
import Type, { type Static } from 'typebox';

const Num = Type.Number();
const Reason = Type.String({ minLength: 3, maxLength: 300 });
const closed = { additionalProperties: false } as const;

export const NumberSearchSchema = Type.Object({ number: Type.String({ minLength: 6, maxLength: 60 }) }, closed);
/** Rows in which the digits stand, in any spelling with up to three other characters between them. All zero: it is not there. */
export const NumberSearchAnswerSchema = Type.Object({ spans: Num, logRecords: Num, points: Num, absent: Type.Boolean() });
export type NumberSearchAnswer = Static<typeof NumberSearchAnswerSchema>;

export const PersonRequestSchema = Type.Object({ pseudonym: Type.String({ minLength: 1, maxLength: 200 }), reason: Reason }, closed);
export const PersonDeletionSchema = Type.Object({ pseudonym: Type.String({ minLength: 1, maxLength: 200 }), reason: Reason, confirm: Type.String({ maxLength: 200 }) }, closed);
export const PersonDeletionAnswerSchema = Type.Object({ traces: Num, deleted: Type.Object({ spans: Num, logRecords: Num }), left: Type.Object({ spans: Num, logRecords: Num }) });
export type PersonDeletionAnswer = Static<typeof PersonDeletionAnswerSchema>;
