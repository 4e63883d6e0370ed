// The regions of the online classes: how many pupils each has, and how many can go through its entrance at once.
import type { Bilingual } from '@narrows/contract';

export const SCHOOL_REGIONS: readonly { id: string; name: Bilingual; pupilShare: number; places: number }[] = [
  { id: 'capital', name: { ko: '수도권', en: 'Capital area' }, pupilShare: 0.52, places: 5 },
  { id: 'southeast', name: { ko: '영남', en: 'Southeast' }, pupilShare: 0.22, places: 3 },
  { id: 'southwest', name: { ko: '호남', en: 'Southwest' }, pupilShare: 0.11, places: 2 },
  { id: 'centre', name: { ko: '충청', en: 'Centre' }, pupilShare: 0.11, places: 2 },
  { id: 'east-and-jeju', name: { ko: '강원·제주', en: 'East and Jeju' }, pupilShare: 0.04, places: 1 },
];
