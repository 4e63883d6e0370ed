// The spans of the reservation system, attribute by attribute as the real services send them through the agent: which service,
// which route, which step, what the person was told. Only names of machines differ: there are more of them.
import { ProtobufWriter, type AttributeValue, type Slot } from './protobuf-writer.js';
import { Template } from './template-stream.js';

const KIND = { server: 2, client: 3 } as const;
const SPANS_FIELD = 2;
const PORT = 8080;
const PG_PORT = 5432;
const SAMPLED = 0x101;

export const slot = (kind: Slot['slot']): Slot => ({ slot: kind });
const hostOf = (service: string) => `${service}.reservation.internal`;
/** A ticket of the waiting room: a UUID of which eight digits differ. */
export const TICKET = [slot('ticket'), '-0000-4000-8000-000000000000'] as const;

export interface ServerFacts {
  service: string;
  method: string;
  route: string;
  /** The route with its parameters filled in. */
  path?: readonly (string | Slot)[];
  status: number;
  step?: string;
  outcome?: string;
  channel?: string;
  knowsPerson?: boolean;
  knowsSession?: boolean;
}

/** A span of a service that was asked. Of the public site its caller is a browser somewhere in the country. */
export function serverSpan(facts: ServerFacts): Template {
  const { service, method, route, status } = facts;
  const isFront = service === 'web';
  return span({
    name: `${method} ${route}`, kind: KIND.server, isRoot: isFront, failed: status >= 500,
    attributes: {
      'http.request.method': method, 'url.scheme': 'http', 'server.address': hostOf(service), 'network.peer.address': isFront ? '10.0.0.2' : '10.0.1.11', 'network.peer.port': 44_736,
      'network.protocol.version': '1.1', ...(isFront || service === 'registry' ? {} : { 'user_agent.original': 'node' }),
      'url.path': facts.path ?? route, 'client.address': isFront ? [slot('address')] : '10.0.1.11', 'server.port': PORT, 'http.route': route,
      'enduser.pseudo.id': facts.knowsPerson ? [slot('person')] : undefined, 'session.id': facts.knowsSession === false ? undefined : [slot('session')],
      'booking.step': facts.step, 'identity.channel': facts.channel, 'booking.outcome': facts.outcome,
      'http.response.status_code': status, 'narrows.downstream_ms': { double: slot('value') },
    },
  });
}

/** A call by `fetch`, as the gateway makes them. */
export function fetchSpan(method: string, service: string, path: readonly (string | Slot)[], status: number): Template {
  const host = hostOf(service);
  return span({
    name: method, kind: KIND.client, isRoot: false, failed: status >= 400,
    attributes: {
      'http.request.method': method, 'http.request.method_original': method, 'url.full': [`http://${host}:${PORT}`, ...path], 'url.path': path, 'url.query': '', 'url.scheme': 'http',
      'server.address': host, 'server.port': PORT, 'user_agent.original': 'node', 'network.peer.address': host, 'network.peer.port': PORT, 'network.protocol.version': '1.1',
      'http.response.status_code': status, 'error.type': status >= 400 ? String(status) : undefined,
    },
  });
}

/** A call by `node:http`, as the registry is asked. */
export function httpCallSpan(service: string, path: readonly (string | Slot)[]): Template {
  const host = hostOf(service);
  return span({
    name: 'GET', kind: KIND.client, isRoot: false, failed: false,
    attributes: {
      'http.request.method': 'GET', 'server.address': host, 'server.port': PORT, 'url.full': [`http://${host}:${PORT}`, ...path], 'http.response.status_code': 200,
      'network.peer.address': host, 'network.peer.port': PORT, 'network.protocol.version': '1.1',
    },
  });
}

/** A call of PostgreSQL; without a statement the pool's own span. */
export function databaseSpan(name: string, statement?: string): Template {
  return span({
    name, kind: KIND.client, isRoot: false, failed: false,
    attributes: {
      'db.postgresql.idle.timeout.millis': statement === undefined ? 10_000 : undefined, 'db.system.name': 'postgresql', 'db.namespace': 'postgres', 'server.address': hostOf('postgres'), 'server.port': PG_PORT,
      'db.query.text': statement,
    },
  });
}

interface SpanFacts { name: string; kind: number; isRoot: boolean; failed: boolean; attributes: Record<string, AttributeValue | undefined> }

function span({ name, kind, isRoot, failed, attributes }: SpanFacts): Template {
  const writer = new ProtobufWriter();
  writer.message(SPANS_FIELD, () => {
    writer.id(1, 'trace');
    writer.id(2, 'span');
    if (!isRoot) writer.id(4, 'parent');
    writer.text(5, name);
    writer.unsigned(6, kind);
    writer.eight(7, 'start');
    writer.eight(8, 'end');
    writer.attributes(9, attributes);
    writer.message(15, () => { if (failed) writer.unsigned(3, 2); });
    writer.fixed32(16, SAMPLED);
  });
  return new Template(writer);
}
