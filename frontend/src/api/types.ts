/**
 * Shapes of the HTTP API under the names the web client uses. They are generated from the server's own description
 * (`npm run api`), so a change there that does not fit here fails the type check.
 */
import type { components } from './schema';

type Schemas = components['schemas'];

export type User = Schemas['User'];
export type Language = User['language'];
export type Theme = User['theme'];
export type Density = User['density'];
export type WorkspaceSummary = Schemas['WorkspaceSummary'];
export type WorkspaceState = WorkspaceSummary['state'];
export type Session = Schemas['Session'];
export type WorkspaceDraft = Schemas['WorkspaceDraft'];
export type SignUp = Schemas['SignUp'];

export type InvitationOffer = Schemas['InvitationOffer'];
export type NewMember = Schemas['NewMember'];
export type Invitation = Schemas['Invitation'];
export type MemberDetails = Schemas['MemberDetails'];
export type AuditEvent = Schemas['AuditEvent'];
export type WorkspaceSettings = Schemas['WorkspaceSettings'];
export type WorkspacePatch = Schemas['WorkspacePatch'];
export type HandOver = Schemas['HandOver'];
export type HandOverShare = HandOver['to'][number];

export type Me = Schemas['Me'];
export type Right = Me['rights'][string][number];
export type Member = Schemas['Member'];
export type Role = Schemas['Role'];
export type RoleRights = Schemas['RoleRights'];
export type Team = Schemas['Team'];
export type RecordAccess = Schemas['RecordAccess'];

/** The kinds of field that the client can draw. No object has a field of another kind. */
export type FieldKind = Exclude<Schemas['Field']['kind'], 'boolean'>;
export type Field = Omit<Schemas['Field'], 'kind' | 'extensible'> & { kind: FieldKind; extensible?: boolean };
export type ObjectType = Omit<Schemas['ObjectType'], 'fields' | 'system_fields'> & { fields: Field[] };
export type FieldOption = Schemas['FieldOption'];

export type Money = Schemas['Money'];
export type ExternalId = Schemas['ExternalId'];
/** A lead as somebody sees it to whom nothing is hidden. */
export type Lead = Required<Schemas['Lead']>;
export type LeadStatus = Lead['status'];
export type LeadRating = NonNullable<Lead['rating']>;
/** What may be written of a lead. */
export type LeadInput = Schemas['LeadInput'];

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

export interface CountedPage<T> extends Page<T> {
  count?: Schemas['Count'];
  /** Nothing has what was typed; the rows are of something near to it. */
  corrected?: Schemas['Corrected'];
}

export type Corrected = Schemas['Corrected'];
export type SearchHit = Schemas['SearchHit'];
export interface SearchAnswer {
  data: SearchHit[];
  more: boolean;
  corrected: Corrected | null;
}

export type Explanation = Schemas['Explanation'];
export type Qualification = Schemas['Qualification'];
export type Criterion = Schemas['Criterion'];
export type CriterionInput = Schemas['CriterionInput'];
export type Standing = Schemas['Standing'];
export type FindingInput = Schemas['FindingInput'];

export type Assignment = Schemas['Assignment'];
export type AssignmentPatch = Schemas['AssignmentPatch'];
export type AssignmentRule = Schemas['AssignmentRule'];
export type AssignmentRuleInput = Schemas['AssignmentRuleInput'];
export type AssignmentLoad = Schemas['AssignmentLoad'];
export type AssignmentReason = Schemas['AssignmentReason'];

export type Comment = Schemas['Comment'];
export type Notification = Schemas['Notification'];
export type NotificationChoices = Schemas['NotificationChoices'];
export type Unread = Schemas['Unread'];
export type Followers = Schemas['Followers'];
export type HistoryPage = Schemas['HistoryPage'];
export type Totals = Schemas['Totals'];
export type Batch = Schemas['Batch'];
export type BatchInput = Schemas['BatchInput'];
export type BatchPreview = Schemas['BatchPreview'];
export type LeftAlone = Schemas['LeftAlone'];
export type HistoryEvent = Schemas['HistoryEvent'];
export type Duplicate = Schemas['Duplicate'];

export type SavedView = Schemas['SavedView'];
export type SavedViewInput = Schemas['SavedViewInput'];
export type SavedViewPatch = Schemas['SavedViewPatch'];

export type Backup = Schemas['Backup'];
export type Restore = Schemas['Restore'];
export type WorkspaceExport = Schemas['WorkspaceExport'];

export type Import = Schemas['Import'];
export type ImportState = Import['state'];
export type DuplicateRule = Import['duplicates'];
export type DateOrder = NonNullable<Import['date_order']>;
export type DecimalMark = NonNullable<Import['decimal']>;
export type BadCells = Import['bad_cells'];
export type ImportPatch = Schemas['ImportPatch'];
export type ImportPreview = Schemas['ImportPreview'];
export type UndoConflict = Schemas['UndoConflict'];

export type Erasure = Schemas['Erasure'];
export type PersonRecord = Schemas['PersonRecord'];
export type PlaceCount = Schemas['PlaceCount'];
export type ErasureCertificate = Schemas['ErasureCertificate'];
export type RetentionRule = Schemas['RetentionRule'];
export type RetentionRuleInput = Schemas['RetentionRuleInput'];
export type RetentionRun = Schemas['RetentionRun'];
