"""Turns into another program that ends when its parent ends and, on request, is not root.

Run as a script, as `processes.guarded` writes it: `python -I -S guard.py PARENT_PID SIGNAL IDENTITY PROGRAM ARG...`.
Between fork and exec Python code may deadlock where the parent has threads; a script of its own may not. Standard
library only.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import sys
from pathlib import Path

SAME = "same"
NAMESPACE = "namespace"
"""A user namespace in which root is an ordinary user: files keep their owner, no account is needed."""
OTHER_USER = "other-user"
"""The uid of `other_user`, with the right to pass other people's folders kept; for where namespaces are refused."""

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CLONE_NEWUSER = 0x10000000
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


def other_user() -> pwd.struct_passwd:
    """An account that is not root: initdb looks its own name up, so the uid must have one."""
    for name in ("postgres", "daemon", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise OSError("this machine has no account but root")


def main(arguments: list[str]) -> None:
    """Become the program; see the module."""
    parent, signal, identity, *command = arguments
    if sys.platform == "linux":
        if identity == NAMESPACE:
            _enter_namespace()
        elif identity == OTHER_USER:
            _become_other_user()
        # After the identity, because a change of credentials clears it.
        _call("prctl", _PR_SET_PDEATHSIG, int(signal))
    if int(parent) and os.getppid() != int(parent):
        sys.exit("the parent ended before the program began")
    if command:  # none: the caller only asks whether this identity can be had
        os.execv(command[0], command)  # noqa: S606 - no shell is the point


def _enter_namespace() -> None:
    account, uid, gid = other_user(), os.getuid(), os.getgid()
    _call("unshare", _CLONE_NEWUSER)
    own = Path("/proc/self")
    (own / "setgroups").write_text("deny")
    (own / "uid_map").write_text(f"{account.pw_uid} {uid} 1")
    (own / "gid_map").write_text(f"{account.pw_gid} {gid} 1")


def _become_other_user() -> None:
    account = other_user()
    _call("prctl", _PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    bit = 1 << _CAP_DAC_OVERRIDE
    _call("capset", header, (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0))
    _call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def _call(name: str, *arguments: object) -> None:
    """Call the C library; raises OSError with its errno."""
    library = ctypes.CDLL(None, use_errno=True)
    if library[name](*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


if __name__ == "__main__":
    main(sys.argv[1:])
