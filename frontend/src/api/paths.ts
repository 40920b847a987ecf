/** The HTTP API as `openapi-fetch` wants it described: one entry for each path, one operation for each method. */
import type {
  CountedPage,
  Duplicate,
  HistoryEvent,
  Import,
  ImportPatch,
  ImportPreview,
  Lead,
  LeadInput,
  Me,
  Member,
  ObjectType,
  Page,
  Session,
  SignUp,
  UndoConflict,
  User,
  WorkspaceDraft,
  WorkspaceSummary,
} from './types';

interface Json<T> {
  content: { 'application/json': T };
  headers: Record<string, unknown>;
}
interface Empty {
  content?: never;
  headers: Record<string, unknown>;
}

interface Parts {
  query?: Record<string, unknown>;
  path?: Record<string, string>;
  header?: Record<string, string>;
}

/** An operation that answers with `Out`; `In` is its JSON body. */
type Operation<Out, P extends Parts = Parts, In = never> = {
  parameters: P;
  responses: { 200: [Out] extends [never] ? Empty : Json<Out> };
} & ([In] extends [never] ? { requestBody?: never } : { requestBody: { content: { 'application/json': In } } });

interface Upload<Out> {
  parameters: Parts;
  requestBody: { content: { 'multipart/form-data': { file: Blob; object: string } } };
  responses: { 200: Json<Out> };
}

interface ById {
  path: { id: string };
}
interface ChangeById extends ById {
  header: { 'If-Match': string };
}

interface LeadListQuery {
  query?: {
    q?: string;
    filter?: string;
    sort?: string;
    limit?: number;
    cursor?: string;
    count?: 1;
    fields?: string;
    status?: string;
    owner_id?: string;
  };
}

export interface paths {
  '/api/session': { get: Operation<Session> };
  '/api/session/sign-up': { post: Operation<{ status: string; email: string }, Parts, SignUp> };
  '/api/session/verify': { post: Operation<Session & { workspace_id: string }, Parts, { token: string; password?: string }> };
  '/api/session/resend': { post: Operation<{ status: string }, Parts, { email: string }> };
  '/api/session/sign-in': { post: Operation<Session, Parts, { email: string; password: string }> };
  '/api/session/sign-out': { post: Operation<never> };
  '/api/session/profile': {
    patch: Operation<{ user: User }, Parts, Partial<Omit<User, 'id' | 'email'>>>;
  };
  '/api/session/slug': { get: Operation<{ slug: string; available: boolean }, { query: { name: string } }> };
  '/api/session/workspaces': { post: Operation<Omit<WorkspaceSummary, 'role'>, Parts, WorkspaceDraft> };
  '/api/session/workspaces/{id}': { get: Operation<WorkspaceSummary, ById> };
  '/api/v1/me': { get: Operation<Me> };
  '/api/v1/objects': { get: Operation<{ data: ObjectType[] }> };
  '/api/v1/members': { get: Operation<{ data: Member[] }> };
  '/api/v1/leads': {
    get: Operation<CountedPage<Lead>, LeadListQuery>;
    post: Operation<Lead, { query?: { allow_duplicates?: true } }, LeadInput>;
  };
  '/api/v1/leads/{id}': {
    get: Operation<Lead, ById>;
    patch: Operation<Lead, ChangeById, LeadInput>;
    delete: Operation<never, ChangeById>;
  };
  '/api/v1/leads/{id}/restore': { post: Operation<Lead, ById> };
  '/api/v1/leads/{id}/history': { get: Operation<Page<HistoryEvent>, ById & { query?: { cursor?: string } }> };
  '/api/v1/leads/duplicates': {
    get: Operation<{ data: Duplicate[] }, { query: { email?: string; phone?: string; exclude?: string } }>;
  };
  '/api/v1/imports': { get: Operation<Page<Import>, { query?: { cursor?: string } }>; post: Upload<Import> };
  '/api/v1/imports/{id}': { get: Operation<Import, ById>; patch: Operation<Import, ById, ImportPatch> };
  '/api/v1/imports/{id}/preview': { get: Operation<ImportPreview, ById & { query?: { limit?: number } }> };
  '/api/v1/imports/{id}/start': { post: Operation<Import, ById, { dry_run: boolean }> };
  '/api/v1/imports/{id}/cancel': { post: Operation<Import, ById> };
  '/api/v1/imports/{id}/undo': { post: Operation<Import, ById> };
  '/api/v1/imports/{id}/undo-conflicts': { get: Operation<{ data: UndoConflict[] }, ById> };
  '/api/v1/imports/sample': { post: Operation<Import> };
}
