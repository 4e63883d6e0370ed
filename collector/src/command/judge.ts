// `narrows judge`: what was narrow in a past window, from stored data alone. Asks the running collector; where none runs,
// it opens the store itself.
import { NarrowsError, VERDICT_SAID_FROM, type PipelineDefinition, type Verdict, type VerdictsAnswer } from '@narrows/contract';
import { InvalidArgumentError, type Command } from 'commander';
import { readCollectorConfig, storeOptions, type CollectorConfig } from '../config.js';
import { chooseAgency, createAsk, isRunning, withMetaDb } from './local-collector.js';

interface JudgeOptions { from: number; to: number; baselineFrom?: number; baselineTo?: number; pipeline?: string; data?: string; port?: string; pipelines?: string; agency?: string; json?: boolean }

export function addJudgeCommand(program: Command): void {
  program.command('judge').description('Say what was narrow in a past window, from stored data.')
    .requiredOption('--from <moment>', 'Unix ms, or a date such as 2021-07-19T20:00+09:00', parseMoment)
    .requiredOption('--to <moment>', 'likewise; the window ends before it', parseMoment)
    .option('--baseline-from <moment>', 'what to compare with; left out: the nearest minutes before', parseMoment).option('--baseline-to <moment>', 'likewise', parseMoment)
    .option('--pipeline <id>', 'only this pipeline; "" for services').option('--json', 'the answer of GET /api/v1/verdicts')
    .option('--data <dir>', 'data directory of the collector').option('--port <port>', 'port of its query API').option('--agency <id>', 'agency')
    .option('--pipelines <path>', 'definitions, where no collector is running')
    .action(async (options: JudgeOptions) => {
      const config = readCollectorConfig(process.env, { dataDir: options.data, port: options.port, pipelines: options.pipelines });
      const verdicts = await isRunning(config) ? await askCollector(config, options) : await askStore(config, options);
      if (options.json) process.stdout.write(`${JSON.stringify({ verdicts })}\n`);
      else process.stdout.write(reportOf(verdicts));
    });
}

async function askCollector(config: CollectorConfig, { from, to, baselineFrom, baselineTo, pipeline, agency }: JudgeOptions): Promise<Verdict[]> {
  const ask = await createAsk(config, agency);
  const query = new URLSearchParams({ from: String(from), to: String(to) });
  for (const [key, value] of Object.entries({ baselineFrom, baselineTo, pipeline })) if (value !== undefined) query.set(key, String(value));
  return (await ask<VerdictsAnswer>(`/verdicts?${query.toString()}`)).verdicts;
}

async function askStore(config: CollectorConfig, { from, to, baselineFrom, baselineTo, pipeline, agency }: JudgeOptions): Promise<Verdict[]> {
  const [{ selectVerdicts }, { baselineOf }, { readPipelineFiles }, { openStore }] = await Promise.all([import('../api/verdicts.js'), import('../api/route-question.js'), import('../pipeline-files.js'), import('../store/store.js')]);
  const defined = config.pipelines === '' ? [] : readPipelineFiles(config.pipelines);
  return withMetaDb(config, async (db) => {
    const owner = await chooseAgency(db, agency);
    const store = await openStore(storeOptions(config));
    try {
      return await selectVerdicts({ db, store }, owner, choosePipelines(defined, pipeline), { fromMs: from, toMs: to }, baselineOf({ baselineFrom, baselineTo }));
    } finally {
      await store.close();
    }
  });
}

function choosePipelines(defined: readonly PipelineDefinition[], id: string | undefined): readonly (PipelineDefinition | null)[] {
  if (id === undefined && defined.length > 0) return defined;
  if (id === undefined || id === '') return [null];
  const found = defined.find((p) => p.id === id);
  if (!found) throw new NarrowsError('NOT_FOUND', `There is no pipeline "${id}"; --pipelines says where the definitions are.`);
  return [found];
}

function reportOf(verdicts: readonly Verdict[]): string {
  const said = verdicts.filter(({ confidence }) => confidence >= VERDICT_SAID_FROM);
  const faint = verdicts.filter(({ confidence }) => confidence < VERDICT_SAID_FROM);
  return [
    ...(said.length === 0 ? ['Nothing was narrow.\n'] : said.map(describe)),
    ...(faint.length === 0 ? [] : ['\nToo faint to be said. If something was wrong all the same, look here first:\n', ...faint.map(describe)]),
  ].join('');
}

function describe(verdict: Verdict): string {
  const percent = verdict.confidence < 0.01 ? '<1' : (verdict.confidence * 100).toFixed(0);
  return `${percent.padStart(3)} %  ${new Date(verdict.since).toISOString()}  ${verdict.kind}\n       ${verdict.sentence.en}\n       ${verdict.sentence.ko}\n`;
}

/** Unix ms, or a date that JavaScript reads. */
export function parseMoment(text: string): number {
  const moment = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(moment)) return moment;
  throw new InvalidArgumentError('It is Unix ms or an ISO date.');
}
