// How answers are kept: the previous one stays on the screen while the next is asked for, an operating error is tried
// again a few times, a refusal (4xx) is not.
import { QueryClient, keepPreviousData } from '@tanstack/react-query';
import { ApiError } from './request.js';

const ATTEMPTS_MAX = 3;

export function createNarrowsQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        placeholderData: keepPreviousData,
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        // A page in a closed network is offline by the browser's idea and works all the same.
        networkMode: 'always',
        retry: (failures, error) => failures < ATTEMPTS_MAX && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      },
    },
  });
}
