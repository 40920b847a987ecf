import { assignmentRoutes, MockAssignment } from './assignment.ts';
import { importRoutes, MockImports } from './imports.ts';
import { leadRoutes, MockLeads } from './leads.ts';
import { keepingRoutes } from './keeping.ts';
import { objectRoutes } from './objects.ts';
import { Refused, refusal, type MockRoute } from './http.ts';
import { MockNotifications, notificationRoutes } from './notifications.ts';
import { peopleRoutes } from './people.ts';
import { MockQualification, qualificationRoutes } from './qualification.ts';
import { MockRetention, retentionRoutes } from './retention.ts';
import { sessionRoutes } from './session.ts';
import { viewRoutes } from './views.ts';
import { MockState } from './state.ts';

const UNSAFE = new Set(['POST', 'PATCH', 'DELETE', 'PUT']);

/** The HTTP API in memory: for development without a server and for unit tests. */
export class MockServer {
  readonly state = new MockState();
  readonly leads = new MockLeads(this.state);
  readonly assignment = new MockAssignment(this.state);
  readonly retention = new MockRetention();
  readonly qualification = new MockQualification(this.state);
  readonly notifications = new MockNotifications();
  readonly imports = new MockImports(this.state);
  /** Every request seen, oldest first, for tests that ask what was sent. */
  readonly requests: Request[] = [];
  private readonly routes: MockRoute[] = [
    ...sessionRoutes(this.state),
    ...objectRoutes(this.state),
    ...peopleRoutes(this.state),
    ...keepingRoutes(this.state),
    ...viewRoutes(this.state),
    ...notificationRoutes(this.state, this.notifications),
    ...leadRoutes(this.state, this.leads),
    ...assignmentRoutes(this.assignment, this.leads),
    ...retentionRoutes(this.retention),
    ...qualificationRoutes(this.qualification, this.leads),
    ...importRoutes(this.state, this.imports),
  ];

  async handle(request: Request): Promise<Response> {
    this.requests.push(request.clone());
    const url = new URL(request.url);
    try {
      this.guard(request, url);
      for (const { method, pattern, handler } of this.routes) {
        const match = method === request.method ? pattern.exec(url.pathname) : null;
        if (!match) continue;
        const read = async () => (await request.json()) as Record<string, unknown>;
        return await handler({ request, url, params: { ...match.groups }, json: read });
      }
      throw new Refused(404, 'not_found');
    } catch (error) {
      if (error instanceof Refused) return refusal(error);
      throw error;
    }
  }

  private guard(request: Request, url: URL): void {
    const inWorkspace = url.pathname.startsWith('/api/v1/');
    if (inWorkspace && !this.state.user) throw new Refused(401, 'unauthenticated');
    if (UNSAFE.has(request.method) && request.headers.get('X-CSRF-Token') !== this.state.csrfToken)
      throw new Refused(403, 'csrf_failed');
    if (inWorkspace && !this.state.workspaces.some(({ id }) => id === request.headers.get('X-Workspace')))
      throw new Refused(404, 'not_found');
    if (inWorkspace && this.state.refuseWithoutTwoFactor && !this.state.account.two_factor)
      throw new Refused(403, 'two_factor_required');
  }
}
