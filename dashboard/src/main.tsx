// Where the dashboard starts: fonts and tokens, then the query client and the router.
import 'pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createNarrowsQueryClient } from './api/query-client.js';
import { createNarrowsRouter } from './app/router.js';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createNarrowsQueryClient()}>
      <RouterProvider router={createNarrowsRouter()} />
    </QueryClientProvider>
  </StrictMode>,
);
