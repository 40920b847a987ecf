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

_PURPOSE: Final = b"sign-up link v1"
_INVITATION: Final = b"invitation link v1"


class Links:
    """Makes the links of one deployment."""

    def __init__(self, base_url: str, secret_key: str) -> None:
        self.base_url = base_url
        self._key = hmac.new(secret_key.encode(), _PURPOSE, hashlib.sha256).digest()
        self._invitation_key = hmac.new(secret_key.encode(), _INVITATION, hashlib.sha256).digest()

    def sign_up_token(self, sign_up_id: uuid.UUID) -> str:
        """Return the token of a sign-up's link: 43 characters, 256 bits."""
        return _token(self._key, sign_up_id.bytes)

    def verify_page(self, sign_up_id: uuid.UUID) -> str:
        """Return the address that finishes a sign-up. Its token works once."""
        return f"{self.base_url}/verify?token={self.sign_up_token(sign_up_id)}"

    def data_page(self, slug: str) -> str:
        """Return the address of the page about a workspace's data."""
        return f"{self.base_url}/w/{slug}/settings/data"

    def invitation_token(self, invitation_id: uuid.UUID, sent: int) -> str:
        """Return the token of an invitation's link, another one each time it is sent."""
        return _token(self._invitation_key, invitation_id.bytes + sent.to_bytes(4, "big"))

    def invitation_page(self, invitation_id: uuid.UUID, sent: int) -> str:
        """Return the address at which an invitation is accepted."""
        return f"{self.base_url}/invitation?token={self.invitation_token(invitation_id, sent)}"

    def sign_in_page(self) -> str:
        """Return the address of the sign-in page."""
        return f"{self.base_url}/sign-in"


def _token(key: bytes, message: bytes) -> str:
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
