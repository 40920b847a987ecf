"""Print the path of a Chromium for browser tests and screenshots, installing one where that is possible.

Standard library only. CHROMIUM names one to be used. As root on Debian or Ubuntu a missing one is installed with its
fonts; elsewhere one line says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
APPLE = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find() -> str | None:
    """The path of a browser on this machine."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next((path for name in (*NAMES, APPLE) if (path := shutil.which(name))), None)


def has_chinese_font() -> bool:
    """Whether screenshots can show Chinese."""
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, check=False).stdout.strip())


def install(packages: tuple[str, ...]) -> None:
    """Install Debian packages; shows what apt-get said when it fails."""
    print(f"setup: installing {' '.join(packages)} ...", file=sys.stderr, flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", *command], env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout + done.stderr, file=sys.stderr)
            sys.exit("setup: could not install a browser; is the package registry reachable?")


def main() -> None:
    """Find, else install, else say what is missing."""
    can_install = shutil.which("apt-get") is not None and os.geteuid() == 0 and "CHROMIUM" not in os.environ
    if can_install and not (find() and has_chinese_font()):
        install(PACKAGES)
    path = find()
    if path is None:
        sys.exit(
            "setup: browser tests need Chromium; install it (Debian, Ubuntu: apt-get install chromium fonts-noto-cjk) "
            "or name it in CHROMIUM"
        )
    print(path)


if __name__ == "__main__":
    main()
