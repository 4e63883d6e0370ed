// Who may do what. Roles are sets of permissions, and every route of the query API names the one permission it needs: a route
// without a line is refused and fails a test. One hook (`api/authorization.ts`) holds requests against this table.
import type { ROUTES } from './routes.js';

export const PERMISSIONS = ['view', 'telemetry', 'act', 'configure', 'keys', 'people', 'personal-data', 'audit', 'agencies'] as const;
/**
 * `view`: figures of places, verdicts, pipelines, intake. `telemetry`: rows that may say what a person did (traces, logs, transactions);
 * each such read is written to the audit log. `act`: markers, incidents, mutes. `configure`: pipelines, rules, limits. `keys`: keys and
 * tokens. `people`: accounts and roles of the agency. `personal-data`: search, export and deletion of one person's journeys. `audit`: the
 * audit log. `agencies`: create and delete agencies, and go into any of them.
 */
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['operator', 'responder', 'vendor', 'agency-admin', 'platform-admin', 'auditor'] as const;
/** 운영자 · 장애 대응자 · 구축사 · 기관 관리자 · 플랫폼 관리자 · 감사자. */
export type Role = (typeof ROLES)[number];

export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  operator: ['view', 'act'],
  responder: ['view', 'telemetry', 'act'],
  vendor: ['view', 'telemetry', 'act', 'configure', 'keys'],
  'agency-admin': ['view', 'telemetry', 'act', 'configure', 'keys', 'people', 'personal-data', 'audit'],
  'platform-admin': PERMISSIONS,
  auditor: ['view', 'audit'],
};

export const isRole = (text: string): text is Role => ROLES.some((role) => role === text);
export const mayDo = (role: Role, permission: Permission): boolean => ROLE_PERMISSIONS[role].includes(permission);

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type RoutePath = (typeof ROUTES)[keyof typeof ROUTES];
/** `public`: also for whoever is not logged in. */
export type RoutePermission = Permission | 'public';

/** By method and path below `/api/v1`. HEAD is as GET. */
export const ROUTE_PERMISSIONS = {
  'GET /session': 'view',
  'GET /pipelines': 'view',
  'GET /live': 'view',
  'GET /live/stream': 'view',
  'GET /hitmap': 'view',
  'GET /active': 'view',
  'GET /verdicts': 'view',
  'GET /ingest': 'view',
  'GET /intake': 'view',
  'GET /timeline': 'view',
  'GET /markers': 'view',
  'POST /markers': 'act',
  'GET /helped': 'view',
  'GET /who': 'view',
  'GET /crowd': 'view',
  'GET /plan': 'view',
  'GET /transactions': 'telemetry',
  'GET /traces/:traceId': 'telemetry',
  'POST /login': 'public',
  'GET /sign-on': 'public',
  'DELETE /session': 'view',
  'POST /session/agency': 'view',
  'GET /account': 'view',
  'POST /account': 'view',
  'PUT /account/password': 'view',
  'GET /account/code': 'view',
  'PUT /account/code': 'view',
  'DELETE /account/code': 'view',
  'POST /account/sign-on': 'view',
  'DELETE /account/sign-on': 'view',
  'GET /invitations/:token': 'public',
  'POST /invitations/:token': 'public',
  'POST /invitations': 'people',
  'GET /people': 'people',
  'PATCH /people/:person': 'people',
  'DELETE /people/:person': 'people',
  'GET /keys': 'keys',
  'POST /keys': 'keys',
  'DELETE /keys/:id': 'keys',
  'POST /keys/:id/rotation': 'keys',
  'GET /agencies': 'agencies',
  'POST /agencies': 'agencies',
  'PATCH /agencies/:agency': 'agencies',
  'DELETE /agencies/:agency': 'agencies',
  'GET /projects': 'view',
  'POST /projects': 'configure',
  'DELETE /projects/:project': 'configure',
  'GET /audit': 'audit',
  'GET /audit/proof': 'audit',
  'GET /audit/export': 'audit',
  'GET /onboarding': 'view',
  'GET /pipelines/proposal': 'configure',
  'GET /pipelines/sources': 'configure',
  'POST /pipelines/check': 'configure',
  'PUT /pipelines/:pipeline': 'configure',
  'DELETE /pipelines/:pipeline': 'configure',
  'GET /settings': 'configure',
  'PATCH /settings': 'configure',
  'PUT /settings/limits': 'agencies',
  'POST /personal-data/search': 'personal-data',
  'POST /personal-data/export': 'personal-data',
  'POST /personal-data/deletion': 'personal-data',
  'GET /alerts/rules': 'view', 'POST /alerts/rules': 'configure', 'PUT /alerts/rules/:id': 'configure', 'DELETE /alerts/rules/:id': 'configure',
  'POST /alerts/rules/text': 'configure', 'POST /alerts/preview': 'view', 'GET /alerts/proposals': 'view', 'POST /alerts/silent': 'act',
  'GET /alerts/channels': 'view', 'POST /alerts/channels': 'configure', 'PUT /alerts/channels/:id': 'configure', 'DELETE /alerts/channels/:id': 'configure', 'POST /alerts/channels/test': 'configure',
  'GET /alerts/quiet-times': 'view', 'POST /alerts/quiet-times': 'act', 'DELETE /alerts/quiet-times/:id': 'act',
  'GET /alerts/on-call': 'view', 'PUT /alerts/on-call': 'configure', 'GET /alerts/notices': 'view',
  'GET /incidents': 'view', 'GET /incidents/:id': 'view', 'POST /incidents/:id': 'act', 'GET /incidents/:id/report': 'view',
  'GET /public-page': 'view', 'PUT /public-page': 'act',
  'GET /openapi.json': 'public',
} as const satisfies Partial<Record<`${Method} ${RoutePath}`, RoutePermission>>;

/** What a route needs; null for one that is in no line: nobody may use it. */
export function permissionOf(method: string, path: string): RoutePermission | null {
  const line = `${method === 'HEAD' ? 'GET' : method} ${path}`;
  return Object.hasOwn(ROUTE_PERMISSIONS, line) ? ROUTE_PERMISSIONS[line as keyof typeof ROUTE_PERMISSIONS] : null;
}
