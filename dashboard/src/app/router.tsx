// The addresses of the dashboard. Every page is its own chunk; search parameters are one typed state for all of them
// (`url-state.ts`) and are written so that a person can read the address.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { NotFound, PageError } from './page-error.js';
import { RootLayout } from './root-layout.js';
import { parseSearch, parseUrlState, stringifySearch } from './url-state.js';

const root = createRootRoute({ component: RootLayout, validateSearch: parseUrlState, notFoundComponent: NotFound, errorComponent: PageError });

const start = createRoute({
  getParentRoute: () => root, path: '/',
  beforeLoad: ({ search }) => { throw redirect({ to: '/live', search, replace: true }); },
});
const live = createRoute({ getParentRoute: () => root, path: '/live', component: lazyRouteComponent(() => import('../views/live/live-page.js'), 'LivePage') });
const traces = createRoute({ getParentRoute: () => root, path: '/traces', component: lazyRouteComponent(() => import('../views/traces/traces-page.js'), 'TracesPage') });
const trace = createRoute({ getParentRoute: () => root, path: '/traces/$traceId', component: lazyRouteComponent(() => import('../views/trace/trace-page.js'), 'TracePage') });
const plan = createRoute({ getParentRoute: () => root, path: '/plan', component: lazyRouteComponent(() => import('../views/plan/plan-page.js'), 'PlanPage') });
const intake = createRoute({ getParentRoute: () => root, path: '/intake', component: lazyRouteComponent(() => import('../views/intake/intake-page.js'), 'IntakePage') });

const onboarding = createRoute({ getParentRoute: () => root, path: '/onboarding', component: lazyRouteComponent(() => import('../views/setup/onboarding-page.js'), 'OnboardingPage') });
const settings = createRoute({ getParentRoute: () => root, path: '/settings', component: lazyRouteComponent(() => import('../views/setup/settings-page.js'), 'SettingsPage') });
/** Drawn by the frame, before there is a session. */
const invitation = createRoute({ getParentRoute: () => root, path: '/invitation/$token', component: () => null });
const alertSections = createRoute({ getParentRoute: () => root, path: '/alerts', component: lazyRouteComponent(() => import('../views/alerts/alerts-page.js'), 'AlertsPage') });
const alertSection = createRoute({ getParentRoute: () => root, path: '/alerts/$section', component: lazyRouteComponent(() => import('../views/alerts/alerts-page.js'), 'AlertsPage') });
const incidents = createRoute({ getParentRoute: () => root, path: '/incidents', component: lazyRouteComponent(() => import('../views/incidents/incidents-page.js'), 'IncidentsPage') });
const incident = createRoute({ getParentRoute: () => root, path: '/incidents/$incidentId', component: lazyRouteComponent(() => import('../views/incidents/incident-page.js'), 'IncidentPage') });

export function createNarrowsRouter() {
  return createRouter({
    routeTree: root.addChildren([start, live, traces, trace, plan, intake, onboarding, settings, invitation, incidents, incident, alertSections, alertSection]),
    parseSearch, stringifySearch,
    defaultPreload: 'intent',
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register { router: ReturnType<typeof createNarrowsRouter> }
}
