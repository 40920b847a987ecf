"""Time-based one-time codes (RFC 6238): SHA-1, 30 s, six digits, what every authenticator understands."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final

import pyotp
import segno

from crm_saas.kernel.clock import now

ISSUER: Final = "CRM"
STEP_SECONDS: Final = 30
DIGITS: Final = 6
_DRIFT: Final = (0, -1, 1)
"""Steps around now that count, for clocks that differ and people who type slowly (RFC 6238 section 5.2)."""


def new_secret() -> str:
    """Return a fresh shared secret: 160 bits in base32."""
    return pyotp.random_base32(32)


def step_of(secret: str, code: str, at: datetime | None = None) -> int | None:
    """Return the time step that a code belongs to, or None if it is not one of this minute."""
    current = int((at or now()).timestamp()) // STEP_SECONDS
    otp = pyotp.OTP(secret, digits=DIGITS)
    found = None
    for drift in _DRIFT:  # all of them, whichever fits
        if hmac.compare_digest(otp.generate_otp(current + drift), code):
            found = current + drift
    return found


def address(secret: str, email: str) -> str:
    """Return the otpauth:// address that an authenticator reads."""
    return pyotp.TOTP(secret, digits=DIGITS).provisioning_uri(name=email, issuer_name=ISSUER)


def picture(text: str) -> str:
    """Return a QR code as a data: address of an SVG, dark on white whatever the page's theme."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=3, light="#fff", dark="#000"))
