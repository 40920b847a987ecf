"""An authenticator, as somebody holds it in their hand."""

from __future__ import annotations

import pyotp

from crm_saas.kernel.clock import now
from tests.support.browser import Browser


class Authenticator:
    """Knows the shared secret and the time."""

    def __init__(self, secret: str) -> None:
        self._otp = pyotp.OTP(secret)

    def code(self, *, steps: int = 0) -> str:
        """The code of now, or of so many steps of 30 s later."""
        return self._otp.generate_otp(int(now().timestamp()) // 30 + steps)

    @classmethod
    def set_up(cls, browser: Browser) -> tuple[Authenticator, list[str]]:
        """Turn two-factor sign-in on for a signed-in person; also returns the recovery codes.

        The code of the step before is used up, so that the one of now is still good.
        """
        begun = browser.post("/api/session/two-factor")
        assert begun.status_code == 200, begun.text
        own = cls(begun.get_json()["secret"])
        done = browser.post("/api/session/two-factor/confirm", {"code": own.code(steps=-1)})
        assert done.status_code == 200, done.text
        browser.token = done.get_json()["session"]["csrf_token"]
        return own, done.get_json()["recovery_codes"]
