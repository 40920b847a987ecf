"""How often the doors may be tried. Addresses are generous: a whole office may share one."""

from __future__ import annotations

from typing import Final

from crm_saas.api.rate_limit import Rule

MINUTE, HOUR = 60, 3600

SIGN_IN_BY_ADDRESS: Final = Rule("sign-in-address", 100, 5 * MINUTE)
SIGN_IN_BY_ACCOUNT_AND_ADDRESS: Final = Rule("sign-in-account-address", 10, 15 * MINUTE)
SIGN_IN_BY_ACCOUNT: Final = Rule("sign-in-account", 100, HOUR)
"""From everywhere together: slows a distributed guess, and is too wide for one stranger to lock somebody out."""
SIGN_UP_BY_ADDRESS: Final = Rule("sign-up-address", 60, HOUR)
MAIL_BY_ACCOUNT: Final = Rule("mail-account", 5, HOUR)
"""Mails that a stranger can cause to one address: sign-up and sending again, together."""
VERIFY_BY_ADDRESS: Final = Rule("verify-address", 100, 5 * MINUTE)
VERIFY_BY_LINK: Final = Rule("verify-link", 10, 15 * MINUTE)
SLUG_BY_ADDRESS: Final = Rule("slug-address", 300, 5 * MINUTE)
WORKSPACE_BY_PERSON: Final = Rule("workspace-person", 10, HOUR)
CLOSE_BY_PERSON: Final = Rule("close-person", 20, HOUR)
REFUSALS_NOTED: Final = Rule("refusals-noted", 20, HOUR)
"""Wrong passwords of one account that the journal tells of."""
REFUSALS_NOTED_BY_ADDRESS: Final = Rule("refusals-noted-address", 60, HOUR)
INVITE_BY_WORKSPACE: Final = Rule("invite-workspace", 300, HOUR)
INVITE_BY_ACCOUNT: Final = Rule("invite-account", 10, HOUR)
"""Invitations to one address, from all workspaces together."""
RESEND_INVITATION: Final = Rule("resend-invitation", 5, HOUR)
INVITATION_BY_LINK: Final = Rule("invitation-link", 30, 15 * MINUTE)
REAUTHENTICATE_BY_PERSON: Final = Rule("reauthenticate-person", 10, 15 * MINUTE)
RESET_BY_ADDRESS: Final = Rule("reset-address", 60, HOUR)
SECOND_STEP_BY_PERSON: Final = Rule("second-step-person", 10, 15 * MINUTE)
SECOND_STEP_BY_PERSON_AND_DAY: Final = Rule("second-step-person-day", 50, 24 * HOUR)
"""Codes tried with the right password: at three valid ones in a million, a day of guessing wins once in 6,000."""
EMAIL_BY_PERSON: Final = Rule("email-person", 10, HOUR)
