import { lazyRouteComponent } from '@tanstack/react-router';

/** The shell is its own chunk: the public pages do without it. */
export const WorkspaceLayoutRoute = lazyRouteComponent(() => import('./WorkspaceLayout'), 'WorkspaceLayout');
