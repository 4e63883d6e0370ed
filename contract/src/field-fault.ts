// What is wrong with one field of a form or of a file, in both languages: shown beside the field, which keeps what was
// typed. An answer with code FORM_INVALID carries them all.
import Type, { type Static } from 'typebox';

export const FieldFaultSchema = Type.Object({
  /** Path of the field, `condition.value`; '' for the whole. */
  field: Type.String(),
  ko: Type.String(),
  en: Type.String(),
});
export type FieldFault = Static<typeof FieldFaultSchema>;
