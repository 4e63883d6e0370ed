// "Who is it?" A selection, or a verdict that speaks of one, against its background: the question is completed here,
// counted by `query/`, ranked by the judge.
import { NarrowsError, type Background, type Verdict, type WhoAnswer, type WhoQuery } from '@narrows/contract';
import { outcomeOf, selectionOf } from '../judge/who-selection.js';
import { whoOf } from '../judge/who.js';
import type { Asker, Range } from '../query/question.js';
import { selectUsualDuration } from '../query/usual-duration.js';
import { selectWho } from '../query/who.js';

/** How far back "before" goes for a verdict: long enough to know who comes usually. */
const USUAL_MS = 300_000;

export interface WhoSetting { asker: Asker; timeZone: string; persons: boolean }

/** Errors: QUERY_INVALID, QUERY_TIMEOUT. */
export async function selectWhoAnswer({ asker, timeZone, persons }: WhoSetting, query: WhoQuery, range: Range): Promise<WhoAnswer> {
  const { from: _from, to: _to, background: asked, backgroundFrom, backgroundTo, of, ...named } = query;
  const place = { pipeline: named.pipeline, stage: named.stage, channel: named.channel, service: named.service };
  const meant = of === undefined ? null
    : selectionOf(of, await selectUsualDuration(asker, place, { fromMs: range.fromMs - USUAL_MS, toMs: range.fromMs }), named.outcome);
  const background: Background = asked ?? meant?.background ?? 'rest';
  const selection = { ...named, ...meant?.filters };
  const backgroundRange = backgroundOf(background, range, { fromMs: backgroundFrom, toMs: backgroundTo }, of === undefined ? 0 : USUAL_MS);
  const sample = await selectWho(asker, { selection, range, background, backgroundRange, timeZone, persons });
  return {
    background, filters: selection,
    selected: { ...range, ...sample.selected }, compared: { ...backgroundRange, ...sample.compared },
    rows: whoOf({ selectedRows: sample.selected.sampled, backgroundRows: sample.compared.sampled, items: sample.items, masks: sample.masks, tested: sample.tested }),
    identifiers: sample.identifiers,
  };
}

function backgroundOf(background: Background, range: Range, asked: { fromMs: number | undefined; toMs: number | undefined }, atLeastMs: number): Range {
  const given = { fromMs: asked.fromMs ?? range.fromMs, toMs: asked.toMs ?? range.toMs };
  if (given.fromMs >= given.toMs) throw new NarrowsError('QUERY_INVALID', 'backgroundFrom: must lie before backgroundTo');
  if (background === 'rest') return given;
  const toMs = asked.toMs ?? range.fromMs;
  const fromMs = asked.fromMs ?? Math.max(0, toMs - Math.max(atLeastMs, range.toMs - range.fromMs));
  if (fromMs >= toMs) throw new NarrowsError('QUERY_INVALID', 'backgroundFrom: must lie before backgroundTo');
  return { fromMs, toMs };
}

const TOLD_MAX = 5;
const VERDICTS_TOLD_MAX = 3;

/** The first verdicts with who is in them: the strongest rows, a pair as one. */
export async function withWho(setting: WhoSetting, verdicts: readonly Verdict[], toMs: number): Promise<Verdict[]> {
  const told: Verdict[] = [];
  for (const verdict of verdicts) told.push(told.length < VERDICTS_TOLD_MAX && isSome(verdict) ? { ...verdict, affected: { ...verdict.affected, who: await affectedWho(setting, verdict, toMs) } } : verdict);
  return told;
}

/** Without a place of its own, or something that is told, a verdict's people are everybody. */
const isSome = ({ subject }: Verdict): boolean => Boolean(subject.stage || subject.service || outcomeOf(subject));

async function affectedWho(setting: WhoSetting, verdict: Verdict, toMs: number): Promise<Verdict['affected']['who']> {
  const { pipeline, stage, channel, service } = verdict.subject;
  const { rows } = await selectWhoAnswer(setting, { of: verdict.kind, pipeline, stage, channel, service, outcome: outcomeOf(verdict.subject) }, { fromMs: Math.min(verdict.since, toMs - 1_000), toMs });
  return rows.slice(0, TOLD_MAX).map(({ conditions, share, lift }) => ({
    attribute: conditions.map(({ attribute }) => attribute).join(' + '), value: conditions.map(({ value }) => value).join(' + '), share, lift,
  }));
}
