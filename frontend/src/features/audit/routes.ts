import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';
import { KINDS, type AuditFilter, type Kind } from './filter';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);
const day = (value: unknown): string | undefined => /^\d{4}-\d\d-\d\d$/.exec(text(value) ?? '')?.[0];

const audit = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'audit',
  validateSearch: (search: Record<string, unknown>): AuditFilter => ({
    person: text(search.person),
    kind: KINDS.includes(search.kind as Kind) ? (search.kind as Kind) : undefined,
    from: day(search.from),
    to: day(search.to),
  }),
  component: lazyRouteComponent(() => import('./components/AuditPage'), 'AuditPage'),
});

export const auditRoutes = [audit] as const;
