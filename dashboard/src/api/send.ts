// Every change that the dashboard makes: one request with the session's own token, its answer as the contract types it, its failure as
// an `ApiError` that names the fields which are wrong. What it may have changed is asked again.
import type { SessionAnswer } from '@narrows/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ApiError, apiAddress, errorOf } from './request.js';

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Send = <Answer>(method: Method, path: string, body?: unknown) => Promise<Answer>;

/** Errors: ApiError, also when the network fails. */
export async function send<Answer>(method: Method, path: string, body: unknown, csrf: string | null): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(apiAddress(path), {
      method, headers: { accept: 'application/json', 'content-type': 'application/json', ...csrf !== null && { 'x-narrows-csrf': csrf } }, body: JSON.stringify(body ?? {}),
    });
  } catch (cause) {
    throw new ApiError(0, 'UNREACHABLE', cause instanceof Error ? cause.message : String(cause), '', '');
  }
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Answer;
}

/** `about`: what is asked again afterwards, by the first word of its question. */
export function useSend(...about: string[]): Send {
  const client = useQueryClient();
  const key = about.join(' ');
  return useCallback(async (method, path, body) => {
    const csrf = client.getQueryData<SessionAnswer>(['session'])?.csrf ?? null;
    const answer = await send<never>(method, path, body, csrf);
    await Promise.all(key.split(' ').filter((word) => word !== '').map((word) => client.invalidateQueries({ queryKey: [word] })));
    return answer;
  }, [client, key]);
}

/** An address with its parameters filled in. */
export const filled = (route: string, parameters: Readonly<Record<string, string | number>>): string => (
  route.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(parameters[name] ?? ''))));

