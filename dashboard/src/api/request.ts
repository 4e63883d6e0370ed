// The only `fetch` of the dashboard: one GET under `/api/v1`, its answer as the contract types it, its failure as an
// `ApiError` with the collector's own sentence about what to do.
import type { ErrorAnswer, FieldFault } from '@narrows/contract';

const BASE = '/api/v1';

/** `status` 0: the collector could not be reached at all. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly whatToDo: string, readonly requestId: string, readonly fields: readonly FieldFault[] = []) {
    super(message);
    this.name = 'ApiError';
  }
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Address of an API path with its parameters; those that are undefined are left out. */
export function apiAddress(path: string, parameters: Parameters = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? BASE + path : `${BASE}${path}?${text}`;
}

/** Errors: ApiError, also when the network fails; an abort passes through as it is. */
export async function get<Answer>(path: string, parameters: Parameters, signal: AbortSignal): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(apiAddress(path, parameters), { signal, headers: { accept: 'application/json' } });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new ApiError(0, 'UNREACHABLE', cause instanceof Error ? cause.message : String(cause), '', '');
  }
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Answer;
}

export async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  const answer = parseErrorAnswer(text);
  if (!answer) return new ApiError(response.status, `HTTP_${response.status}`, text.slice(0, 300) || response.statusText, '', '');
  const { code, message, whatToDo, requestId, fields } = answer.error;
  return new ApiError(response.status, code, message, whatToDo, requestId, fields);
}

/** A proxy in between may answer with a page of its own: then there is no error answer to read. */
function parseErrorAnswer(text: string): ErrorAnswer | null {
  if (!text.startsWith('{')) return null;
  try {
    const value = JSON.parse(text) as Partial<ErrorAnswer>;
    return typeof value.error?.code === 'string' ? (value as ErrorAnswer) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
