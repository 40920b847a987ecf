import type { Import, Lead, Me, Right, SavedView, User, WorkspaceSummary } from '../src/api/types.ts';
import { makeLeads } from './data.ts';

export const ACME = '01900000-0000-7000-8000-00000000aaaa';
export const ME = '01900000-0000-7000-8000-0000000000a1';

/** What the mock remembers; one person, a few workspaces. */
export class MockState {
  csrfToken = 'mock-csrf-token';
  account: User = {
    id: ME,
    name: 'Lena Vogel',
    email: 'demo@example.com',
    language: 'en',
    timezone: 'Europe/Berlin',
    theme: 'system',
    density: 'comfortable',
    two_factor: false,
  };
  /** The person's role in every workspace. */
  role: Me['member']['role'] = 'admin';
  teamId: string | null = null;
  /** What the person may do to leads. */
  rights: Right[] = ['read', 'create', 'update', 'delete', 'import', 'export'];
  password = 'correct horse battery';
  user: User | null = null;
  /** From when on the workspace asks for two-factor sign-in; `refuseWithoutTwoFactor`: now. */
  twoFactorFrom: string | null = null;
  refuseWithoutTwoFactor = false;
  /** Whether the browser knew the password and owes the code. */
  secondStep = false;
  otherSession = true;
  pendingEmail: string | null = null;
  /** Whether the last proof of who one is was too long ago. */
  proofIsOld = false;
  /** Answer changes of the profile with 503, as a server that is going down. */
  refuseProfile = false;
  workspaces: WorkspaceSummary[] = [
    { id: ACME, slug: 'acme', name: 'Acme Trading', role: 'admin', state: 'active', purge_at: null },
    { id: '01900000-0000-7000-8000-00000000bbbb', slug: 'yunhe', name: '杭州云合进出口有限公司', role: 'sales', state: 'active', purge_at: null },
  ];
  readonly leads = new Map<string, Lead[]>([[ACME, makeLeads(240)]]);
  readonly imports = new Map<string, Import[]>();
  readonly views: SavedView[] = [];
  private sequence = 1;

  leadsOf(workspace: string): Lead[] {
    return this.listOf(this.leads, workspace);
  }

  importsOf(workspace: string): Import[] {
    return this.listOf(this.imports, workspace);
  }

  newId(): string {
    this.sequence += 1;
    return `01900000-0000-7000-9000-${String(this.sequence).padStart(12, '0')}`;
  }

  private listOf<T>(lists: Map<string, T[]>, workspace: string): T[] {
    const known = lists.get(workspace) ?? [];
    lists.set(workspace, known);
    return known;
  }
}
