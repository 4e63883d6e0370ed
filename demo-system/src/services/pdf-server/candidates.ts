// Who stands in the election, with the pledge booklet of each as a file.
import type { Bilingual } from '@narrows/contract';

const NAMES: readonly Bilingual[] = [
  { ko: '김한강', en: 'Kim Hangang' }, { ko: '이백두', en: 'Lee Baekdu' }, { ko: '박지리', en: 'Park Jiri' }, { ko: '최설악', en: 'Choi Seorak' }, { ko: '정한라', en: 'Jung Halla' }, { ko: '강금강', en: 'Kang Geumgang' },
];
const PARTIES: readonly Bilingual[] = [{ ko: '강산당', en: 'Rivers Party' }, { ko: '하늘당', en: 'Sky Party' }, { ko: '바다당', en: 'Sea Party' }];

export interface Candidate { id: number; name: Bilingual; party: Bilingual }

export const CANDIDATES: readonly Candidate[] = NAMES.map((name, i) => ({ id: i + 1, name, party: PARTIES[i % PARTIES.length] as Bilingual }));
