/** Shapes of the HTTP API that the web client uses. */

export type Language = 'en' | 'zh-CN';
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';
export type WorkspaceState = 'provisioning' | 'active' | 'failed';

export interface User {
  id: string;
  name: string;
  email: string;
  language: Language;
  timezone: string;
  theme: Theme;
  density: Density;
}

export interface WorkspaceSummary {
  id: string;
  slug: string;
  name: string;
  role: string;
  state: WorkspaceState;
}

export interface Deployment {
  mailbox_url: string | null;
  demo: { email: string; password: string } | null;
}

export interface Session {
  csrf_token: string;
  user: User | null;
  workspaces: WorkspaceSummary[];
  deployment: Deployment;
}

export interface WorkspaceDraft {
  organisation: string;
  slug?: string;
  timezone: string;
  currency: string;
  language: string;
}

export interface SignUp extends WorkspaceDraft {
  name: string;
  email: string;
  password: string;
}

export type Right = 'read' | 'create' | 'update' | 'delete' | 'import';

export interface Me {
  member: { id: string; name: string; role: string };
  rights: Record<string, Right[]>;
  workspace: {
    id: string;
    slug: string;
    name: string;
    timezone: string;
    currency: string;
    language: string;
    country: string | null;
  };
  limits: { seats: number; records: number; file_bytes: number; storage_bytes: number };
  usage: { seats: number; records: number; storage_bytes: number };
  onboarding: { has_records: boolean };
}

export interface Member {
  id: string;
  name: string;
  email: string;
  role: string;
  active: boolean;
}

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'email_list'
  | 'phone_list'
  | 'url'
  | 'choice'
  | 'date'
  | 'instant'
  | 'money'
  | 'integer'
  | 'tags'
  | 'member'
  | 'country'
  | 'external_ids';

export interface FieldOption {
  value: string;
  label_key: string | null;
  label: string | null;
}

export interface Field {
  name: string;
  kind: FieldKind;
  label_key: string;
  group: string;
  required: boolean;
  read_only: boolean;
  filterable: boolean;
  sortable: boolean;
  importable: boolean;
  personal: boolean;
  list_default: boolean;
  max_length: number | null;
  options: FieldOption[] | null;
  /** A choice to which a workspace may add options of its own. */
  extensible?: boolean;
  operators: string[];
  help_key: string | null;
}

export interface ObjectType {
  name: string;
  plural: string;
  fields: Field[];
  /** At least one of these fields must hold something. */
  identity: string[];
  transitions: Record<string, Record<string, string[]>>;
  default_sort: string;
}

export interface Money {
  amount_minor: number;
  currency: string;
}

export interface ExternalId {
  system: string;
  value: string;
}

export type LeadStatus = 'new' | 'working' | 'qualified' | 'unqualified' | 'converted';
export type LeadRating = 'hot' | 'warm' | 'cold';

export interface Lead {
  id: string;
  version: number;
  display_name: string;
  name: string | null;
  company: string | null;
  title: string | null;
  emails: string[];
  phones: string[];
  street: string | null;
  city: string | null;
  region: string | null;
  postal_code: string | null;
  country: string | null;
  website: string | null;
  source: string | null;
  status: LeadStatus;
  unqualified_reason: string | null;
  rating: LeadRating | null;
  owner_id: string | null;
  expected_value: Money | null;
  external_ids: ExternalId[];
  tags: string[];
  notes: string | null;
  next_step: string | null;
  next_step_on: string | null;
  import_id: string | null;
  created_at: string;
  created_by_id: string | null;
  updated_at: string;
  updated_by_id: string | null;
}

/** What may be written of a lead. */
export type LeadInput = Partial<
  Omit<
    Lead,
    'id' | 'version' | 'display_name' | 'import_id' | 'created_at' | 'created_by_id' | 'updated_at' | 'updated_by_id'
  >
>;

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

export interface CountedPage<T> extends Page<T> {
  count?: { value: number; exact: boolean };
}

export interface HistoryEvent {
  id: string;
  type: string;
  at: string;
  actor: { id: string | null; name: string; kind: string };
  source: string;
  version: number;
  batch_id: string | null;
  changes: { field: string; before: unknown; after: unknown }[];
}

export interface Duplicate {
  id: string;
  display_name: string;
  reasons: string[];
}

export type ImportState =
  | 'ready'
  | 'queued'
  | 'running'
  | 'cancelling'
  | 'cancelled'
  | 'done'
  | 'failed'
  | 'undoing'
  | 'undone';

export type DuplicateRule = 'skip' | 'fill' | 'update' | 'create';

export interface Import {
  id: string;
  object: string;
  filename: string;
  size: number;
  state: ImportState;
  dry_run: boolean;
  format: 'csv' | 'xlsx';
  encoding: string | null;
  delimiter: string | null;
  has_header: boolean;
  sheet: string | null;
  sheets: string[];
  mapping: Record<string, string | null>;
  duplicates: DuplicateRule;
  external_system: string | null;
  date_order?: string | null;
  decimal?: string | null;
  progress: {
    bytes_done: number;
    bytes_total: number;
    rows: number;
    rows_per_second: number | null;
    seconds_left: number | null;
  };
  counts: { created: number; updated: number; filled: number; skipped: number; rejected: number };
  undo: { removed: number; restored: number; skipped: number } | null;
  error: { code: string; detail: string } | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  created_by_id: string | null;
}

export interface ImportPatch {
  encoding?: string;
  delimiter?: string;
  has_header?: boolean;
  sheet?: string;
  mapping?: Record<string, string | null>;
  duplicates?: DuplicateRule;
  external_system?: string;
  date_order?: string;
  decimal?: string;
}

export interface ImportPreview {
  columns: { index: number; header: string; samples: string[]; field: string | null; suggested: string | null }[];
  rows: {
    line: number;
    cells: string[];
    values: Record<string, unknown>;
    problems: {
      column: number | null;
      field: string | null;
      code: string;
      detail: string;
      params?: Record<string, string | number>;
    }[];
    outcome: 'create' | 'skip' | 'fill' | 'update' | 'reject';
    duplicate_of: { id: string; display_name: string } | null;
  }[];
}

export interface UndoConflict {
  id: string;
  display_name: string;
  reason: string;
}
