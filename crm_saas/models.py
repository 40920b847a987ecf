"""Every model of both planes, for migrations and for tests that look at the whole schema."""

from __future__ import annotations

from crm_saas.crm.assignment.model import AssignmentMember, AssignmentPolicy, AssignmentRule
from crm_saas.crm.batches.model import BulkJob
from crm_saas.crm.comments.model import Comment
from crm_saas.crm.erasure.model import Erasure
from crm_saas.crm.handover.model import HandOver
from crm_saas.crm.imports.model import Import
from crm_saas.crm.leads.model import Lead
from crm_saas.crm.notifications.model import Follow, Notification, NotificationChoice, RecordSeen
from crm_saas.crm.qualification.model import QualificationCriterion, QualificationFinding, QualificationPolicy
from crm_saas.crm.records.model import ChoiceOption, ExternalId
from crm_saas.crm.retention.model import RetentionRule, RetentionRun
from crm_saas.crm.search.model import SearchWord
from crm_saas.crm.views.model import SavedView
from crm_saas.kernel.db import ControlBase, TenantBase
from crm_saas.kernel.directory import Node, Placement
from crm_saas.kernel.events import ControlEvent, ControlOutbox, Event, Outbox
from crm_saas.tenants.account.model import EmailChange, PasswordReset, RecoveryCode, SignInStep, TwoFactor
from crm_saas.tenants.erased import Erased
from crm_saas.tenants.keeping.model import Backup, Closing, KeepingTask
from crm_saas.tenants.mirror import Member, RecordCount, WorkspaceSettings
from crm_saas.tenants.models import Invitation, LoginSession, Mail, Membership, SignUp, TenantVersion, User, Workspace
from crm_saas.tenants.own_roles import Role
from crm_saas.tenants.teams import Team

CONTROL_MODELS: tuple[type[ControlBase], ...] = (
    Node, Placement, ControlEvent, ControlOutbox, User, Workspace, Membership, Invitation,
    LoginSession, SignUp, Mail, TenantVersion, KeepingTask, Backup, Closing,
    PasswordReset, EmailChange, TwoFactor, RecoveryCode, SignInStep, Erased,
)  # fmt: skip
TENANT_MODELS: tuple[type[TenantBase], ...] = (
    Member, Role, Team, WorkspaceSettings, RecordCount, Event, Outbox, ExternalId, ChoiceOption, Lead, Import,
    SearchWord, HandOver, SavedView, Comment, BulkJob,
    QualificationCriterion, QualificationFinding, QualificationPolicy,
    Notification, Follow, NotificationChoice, RecordSeen,
    AssignmentRule, AssignmentPolicy, AssignmentMember,
    Erasure, RetentionRule, RetentionRun,
)  # fmt: skip
