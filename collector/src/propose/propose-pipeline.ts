// A pipeline from what really passed: shapes of transactions with their counts, where they stand in people's journeys, and their
// attributes come in; a definition goes out, with the reason of every line, for a person to correct. Pure.
//
// A stage is a shape that many transactions have and that is not only a step of another. Order is by where in a journey it stands on
// average. A channel is an attribute that nearly every transaction of a stage has, with few values none of which is nearly all.
import { ATTR, type Because, type PipelineDefinition, type StageDefinition } from '@narrows/contract';

export interface AttributeShape { key: string; spans: number; distinct: number; /** The most frequent, each with how often. */ top: readonly { value: string; spans: number }[] }
/** Transactions of one service, kind and route (or name). */
export interface TrafficShape {
  service: string;
  kind: 'server' | 'consumer';
  method: string;
  route: string;
  name: string;
  spans: number;
  /** Average ms behind the journey's first transaction. */
  positionMs: number;
  /** Unix ms at which it was first met. Where nobody says whose a transaction is, each is a journey of its own, and this alone tells an order. */
  firstMs: number;
  attributes: readonly AttributeShape[];
}
export interface Proposal { pipeline: PipelineDefinition | null; because: Because[] }

const STAGES_MAX = 12;
/** Rarer than this, as a share of the most frequent: an operation beside the journey. */
const STAGE_SHARE_MIN = 0.02;
const STAGE_SPANS_MIN = 3;
const COVERAGE_MIN = 0.9;
const CHANNELS_MAX = 40;
const CHANNEL_SHARE_MAX = 0.97;
/** Attributes of the conventions that say how a request was carried, and not which way it took. */
const TECHNICAL = /^(http|url|server|client|net|network|user_agent|thread|code|db|rpc|messaging|otel|telemetry|service|process|host|os|container|k8s|peer|error|exception|narrows|enduser|session)\b/;
const CHANNEL_WORDS = /channel|provider|carrier|vendor|agency|issuer|gateway|branch|region|method|type|kind|tier/i;
const OUTCOME_WORDS = /outcome|result|decision|verdict|disposition/i;
/** Health checks and files are on no journey. */
const ASIDE = /health|ready|live(ness)?$|metrics|favicon|\.(js|css|png|svg|ico|woff2?)$/i;
const PERSON_KEYS = [ATTR.enduserPseudoId, 'enduser.id', 'user.id', 'user.hash', 'person.id'];
const SESSION_KEYS = [ATTR.sessionId, 'session_id', 'sid'];

export function proposePipeline(shapes: readonly TrafficShape[], { id, name }: { id: string; name: { ko: string; en: string } }): Proposal {
  const most = Math.max(0, ...shapes.map(({ spans }) => spans));
  const asides = shapes.filter((shape) => isAside(shape, most));
  const chosen = shapes.filter((shape) => !asides.includes(shape)).toSorted((a, b) => b.spans - a.spans).slice(0, STAGES_MAX);
  if (chosen.length === 0) return { pipeline: null, because: [] };
  const ordered = chosen.toSorted((a, b) => a.positionMs - b.positionMs || a.firstMs - b.firstMs);
  const because: Because[] = [];
  const taken = new Set<string>();
  const stages = ordered.map((shape) => stageOf(shape, taken, because));
  const total = ordered.reduce((sum, { spans }) => sum + spans, 0);
  const [person, session] = [identityOf(ordered, PERSON_KEYS), identityOf(ordered, SESSION_KEYS)];
  const outcome = outcomeOf(ordered);
  because.push({ about: 'order', stage: null, attribute: person?.key ?? session?.key ?? null, spans: total, of: total, values: stages.map((stage) => stage.id) });
  for (const [about, found] of [['person', person], ['session', session], ['outcome', outcome]] as const) {
    if (found) because.push({ about, stage: null, attribute: found.key, spans: found.spans, of: total, values: about === 'outcome' ? found.values : [] });
  }
  for (const aside of asides) because.push({ about: 'left-out', stage: null, attribute: null, spans: aside.spans, of: most, values: [`${aside.service} ${operationOf(aside)}`] });
  return { pipeline: { id, name, stages, ...person && { person: person.key }, ...session && { session: session.key }, ...outcome && { outcome: outcome.key } }, because };
}

const operationOf = ({ method, route, name }: TrafficShape): string => (route !== '' ? `${method} ${route}`.trim() : name);
const isAside = (shape: TrafficShape, most: number): boolean => shape.spans < STAGE_SPANS_MIN || shape.spans < most * STAGE_SHARE_MIN || ASIDE.test(shape.route || shape.name);

function stageOf(shape: TrafficShape, taken: Set<string>, because: Because[]): StageDefinition {
  const id = freeId(shape, taken);
  taken.add(id);
  because.push({ about: 'stage', stage: id, attribute: null, spans: shape.spans, of: shape.spans, values: [`${shape.service} ${operationOf(shape)}`] });
  const channel = channelOf(shape);
  if (channel) because.push({ about: 'channel', stage: id, attribute: channel.key, spans: channel.spans, of: shape.spans, values: channel.top.map(({ value }) => value) });
  const match = { service: shape.service, kind: shape.kind, ...shape.route !== '' && shape.method !== '' ? { route: `${shape.method} ${shape.route}` } : { name: shape.name } };
  return { id, match, ...channel && { channel: channel.key } };
}

/** The last word of the path that is no parameter, else the service. */
function freeId({ service, route, name }: TrafficShape, taken: ReadonlySet<string>): string {
  const words = (route || name).split(/[/\s]+/).filter((word) => word !== '' && !/^[:{<*]|[}>]$/.test(word) && !/^[A-Z]+$/.test(word));
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40);
  const candidates = [plain(words.at(-1) ?? ''), plain(service), plain(`${service}-${words.at(-1) ?? ''}`), 'stage'].filter((text) => text !== '');
  const free = candidates.find((candidate) => !taken.has(candidate));
  if (free !== undefined) return free;
  for (let number = 2; ; number++) if (!taken.has(`${candidates[0]!}-${number}`)) return `${candidates[0]!}-${number}`;
}

/** Errors: none. Words that name a way go before others, then the one that most transactions have. */
function channelOf(shape: TrafficShape): AttributeShape | undefined {
  return shape.attributes.filter((one) => !TECHNICAL.test(one.key) && !OUTCOME_WORDS.test(one.key) && one.spans >= shape.spans * COVERAGE_MIN
      && one.distinct >= 2 && one.distinct <= CHANNELS_MAX && one.distinct * 2 <= one.spans && (one.top[0]?.spans ?? 0) <= one.spans * CHANNEL_SHARE_MAX && CHANNEL_WORDS.test(one.key))
    .toSorted((a, b) => Number(/channel/i.test(b.key)) - Number(/channel/i.test(a.key)) || b.spans - a.spans || a.key.localeCompare(b.key))[0];
}

interface Found { key: string; spans: number; values: string[] }

/** The key that most transactions have. */
function identityOf(shapes: readonly TrafficShape[], keys: readonly string[]): Found | undefined {
  return keys.map((key) => sumOf(shapes, key)).filter(({ spans }) => spans > 0).toSorted((a, b) => b.spans - a.spans || keys.indexOf(a.key) - keys.indexOf(b.key))[0];
}

function outcomeOf(shapes: readonly TrafficShape[]): Found | undefined {
  const keys = new Set(shapes.flatMap(({ attributes }) => attributes.filter(({ key, distinct }) => OUTCOME_WORDS.test(key) && distinct <= CHANNELS_MAX).map(({ key }) => key)));
  return [...keys].map((key) => sumOf(shapes, key)).toSorted((a, b) => b.spans - a.spans || a.key.localeCompare(b.key))[0];
}

function sumOf(shapes: readonly TrafficShape[], key: string): Found {
  const found = shapes.flatMap(({ attributes }) => attributes.filter((one) => one.key === key));
  return { key, spans: found.reduce((sum, { spans }) => sum + spans, 0), values: [...new Set(found.flatMap(({ top }) => top.map(({ value }) => value)))].slice(0, 20) };
}
