"""Links in mails: built from the configured address only, with tokens that are stored nowhere.

A token is an HMAC of a row's id under the deployment's secret. The row keeps the token's hash, the mail row only the
id, so neither table opens anything by itself; changing the secret ends every open link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from typing import Final

_INVITATION: Final = b"invitation link v1"
_SIGN_UP: Final = b"sign-up link v1"
_RESET: Final = b"password reset link v1"
_EMAIL: Final = b"e-mail change link v1"
_UNSUBSCRIBE: Final = b"unsubscribe link v1"


class Links:
    """Makes the links of one deployment."""

    def __init__(self, base_url: str, secret_key: str) -> None:
        self.base_url = base_url
        self._secret = secret_key.encode()

    def sign_up_token(self, sign_up_id: uuid.UUID) -> str:
        """Return the token of a sign-up's link: 43 characters, 256 bits."""
        return self._token(_SIGN_UP, sign_up_id.bytes)

    def reset_token(self, reset_id: uuid.UUID) -> str:
        """Return the token of a link to choose a new password."""
        return self._token(_RESET, reset_id.bytes)

    def email_token(self, change_id: uuid.UUID) -> str:
        """Return the token of a link that confirms a new address."""
        return self._token(_EMAIL, change_id.bytes)

    def _token(self, purpose: bytes, content: bytes) -> str:
        key = hmac.new(self._secret, purpose, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(hmac.new(key, content, hashlib.sha256).digest()).rstrip(b"=").decode()

    def verify_page(self, sign_up_id: uuid.UUID) -> str:
        """Return the address that finishes a sign-up. Its token works once."""
        return f"{self.base_url}/verify?token={self.sign_up_token(sign_up_id)}"

    def data_page(self, slug: str) -> str:
        """Return the address of the page about a workspace's data."""
        return f"{self.base_url}/w/{slug}/settings/data"

    def invitation_token(self, invitation_id: uuid.UUID, sent: int) -> str:
        """Return the token of an invitation's link, another one each time it is sent."""
        return self._token(_INVITATION, invitation_id.bytes + sent.to_bytes(4, "big"))

    def invitation_page(self, invitation_id: uuid.UUID, sent: int) -> str:
        """Return the address at which an invitation is accepted."""
        return f"{self.base_url}/invitation?token={self.invitation_token(invitation_id, sent)}"

    def reset_page(self, reset_id: uuid.UUID) -> str:
        """Return the address where a new password is chosen."""
        return f"{self.base_url}/reset-password?token={self.reset_token(reset_id)}"

    def email_page(self, change_id: uuid.UUID) -> str:
        """Return the address that confirms a new e-mail address."""
        return f"{self.base_url}/confirm-email?token={self.email_token(change_id)}"

    def sign_in_page(self) -> str:
        """Return the address of the sign-in page."""
        return f"{self.base_url}/sign-in"

    def unsubscribe(self, workspace_id: uuid.UUID, member_id: uuid.UUID, sort: str) -> str:
        """Return the address to which a mail program posts that a member wants no more mails of a sort."""
        token = self.unsubscribe_token(workspace_id, member_id, sort)
        return f"{self.base_url}/unsubscribe/{workspace_id}/{member_id}/{sort}/{token}"

    def unsubscribe_token(self, workspace_id: uuid.UUID, member_id: uuid.UUID, sort: str) -> str:
        """Return the token of that address."""
        return self._token(_UNSUBSCRIBE, workspace_id.bytes + member_id.bytes + sort.encode())
