// The days that can be played, by name.
import type { NationalDay } from '../day.js';
import { august9 } from './august-9.js';
import { july19 } from './july-19.js';

export const NATIONAL_DAYS: readonly NationalDay[] = [july19, august9];

export function dayById(id: string): NationalDay | undefined {
  return NATIONAL_DAYS.find((day) => day.id === id);
}
