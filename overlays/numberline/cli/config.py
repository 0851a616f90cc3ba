"""Accounts of the command: a TOML file that says which clients there are and where their secrets come from.

    [accounts.support]
    provider = "infobip"
    base_url = "https://example.api.infobip.com"
    api_key = {env = "SUPPORT_API_KEY"}                  # or {file = "/run/secrets/key"}
    password = {command = ["pass", "show", "infobip"]}   # run without a shell

Without a file, each provider whose environment variables are set is an account.
"""

import inspect
import os
import subprocess
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import platformdirs

import numberline

from .._runtime.client import Client
from ..errors import InvalidArgument
from ..inventory import Inventory

PLAIN = ("base_url", "timeout", "deadline", "retries", "settle_after")
"""Settings of every client that an account may have in the file."""

TIMEOUT = 60
"""Seconds that a command may take to print a secret."""


class Refused(Exception):
    """What was asked for is not done, and why."""


def folder() -> Path:
    """Return where the file with the accounts is, unless told otherwise."""
    return platformdirs.user_config_path("numberline", appauthor=False)


def journal_path() -> Path:
    """Return the journal of purchases and releases, in a folder that exists and is nobody else's."""
    path = platformdirs.user_data_path("numberline", appauthor=False)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path / "journal.sqlite"


def snapshots_path() -> Path:
    """Return the folder of the snapshots that are not told where to go."""
    return platformdirs.user_data_path("numberline", appauthor=False) / "snapshots"


def open_inventory(
    config: str | None,
    names: Sequence[str],
    *,
    is_sandbox: bool,
    stack: ExitStack,
    journal: Callable[[], Path] | None = None,
) -> Inventory:
    """Return an inventory of the accounts in the file, in an embedded sandbox, or in the environment.

    Args:
        config: the file; the one in `folder` unless given.
        names: which accounts; all if empty.
        is_sandbox: whether to take a sandbox in this process instead.
        stack: closes the clients.
        journal: where their purchases are recorded; nowhere if None.

    Raises:
        Refused: if there are none, or they are not what the file may hold.
    """
    settings = {"journal": journal()} if journal else {}
    makers = _sandboxed(settings) if is_sandbox else _configured(config, settings)
    unknown = [name for name in names if name not in makers]
    if unknown:
        raise Refused(f"there is no account {unknown[0]!r}; there are {', '.join(makers)}")
    chosen = {name: make for name, make in makers.items() if not names or name in names}
    clients: dict[str, Client] = {}
    for name, make in chosen.items():
        try:
            clients[name] = stack.enter_context(make())
        except InvalidArgument as error:
            raise Refused(f"account {name!r}: {error}") from None
    return Inventory(clients)


def account_names(config: str | None) -> list[str]:
    """Return the names of the accounts in the file or the environment. No secret is read.

    Raises:
        Refused: if there are none, or they are not what the file may hold.
    """
    return list(_configured(config, {}))


Maker = Callable[[], Client]


def _sandboxed(settings: Mapping[str, Any]) -> dict[str, Maker]:
    try:
        from numberline_sandbox import Sandbox
    except ModuleNotFoundError as error:
        raise Refused(str(error)) from None
    from ..testing import connect

    sandbox = Sandbox()
    there = {name: kind for name, kind in kinds().items() if name in sandbox.credentials}
    return {name: partial(connect, kind, sandbox, **settings) for name, kind in there.items()}


def _configured(config: str | None, settings: Mapping[str, Any]) -> dict[str, Maker]:
    path = Path(config or os.environ.get("NUMBERLINE_CONFIG") or folder() / "accounts.toml")
    if not path.exists():
        if config:
            raise Refused(f"there is no file {path}")
        return _from_environment(path, settings)
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text).get("accounts", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refused(f"{path} can't be read: {error}") from None
    if not isinstance(tables, dict) or not tables:
        raise Refused(f"{path} has no accounts; give it a table such as [accounts.support]")
    return {name: _maker(path, name, table, settings) for name, table in tables.items()}


def _from_environment(path: Path, settings: Mapping[str, Any]) -> dict[str, Maker]:
    found: dict[str, Maker] = {
        name: partial(kind.from_env, **settings)
        for name, kind in kinds().items()
        if any(os.environ.get(f"{kind.environment}_{each}".upper()) for each in kind.credentials)
    }
    if not found:
        variables = ", ".join(f"{kind.environment}_{kind.credentials[0]}".upper() for kind in kinds().values())
        raise Refused(f"no accounts: there is no {path}, and none of {variables} is set; --sandbox needs none")
    return found


def _maker(path: Path, name: str, table: Any, settings: Mapping[str, Any]) -> Maker:
    where = f"{path}: account {name!r}"
    if not isinstance(table, dict) or table.get("provider") not in kinds():
        raise Refused(f"{where} needs provider = one of {', '.join(kinds())}")
    kind = kinds()[table["provider"]]
    given = {key: value for key, value in table.items() if key != "provider"}
    allowed = arguments(kind)
    for key, value in given.items():
        if key not in allowed:
            raise Refused(f"{where} has {key}, which {kind.__name__} does not take; it takes {', '.join(allowed)}")
        if allowed[key] and not isinstance(value, dict):
            raise Refused(
                f'{where}: {key} is a secret; write {{env = "NAME"}}, {{file = "PATH"}} or {{command = [...]}}'
            )
    resolved = {key: _value(f"{where}: {key}", value) for key, value in given.items()}
    return lambda: kind(**{key: make() for key, make in resolved.items()}, **settings)


def arguments(kind: type[Client]) -> dict[str, bool]:
    """Return what a client may be given in the file, and whether it is a secret."""
    hints = get_type_hints(kind.__init__)
    own = [name for name, each in inspect.signature(kind).parameters.items() if each.kind is each.KEYWORD_ONLY]
    secret = {name for name in own if any(get_origin(each) is Callable for each in get_args(hints[name]))}
    return {name: name in secret for name in (*own, *PLAIN)}


def _value(where: str, value: Any) -> Callable[[], Any]:
    if not isinstance(value, dict):
        return lambda: value
    if len(value) != 1:
        raise Refused(f"{where} takes one of env, file and command")
    ((way, source),) = value.items()
    if way == "env" and isinstance(source, str):
        return lambda: _environment(where, source)
    if way == "file" and isinstance(source, str):
        return lambda: _file(where, source)
    if way == "command" and isinstance(source, list) and source and all(isinstance(each, str) for each in source):
        return lambda: _printed(where, source)
    raise Refused(f"{where} takes a text for env and file, and a list of texts for command")


def _environment(where: str, name: str) -> str:
    if not os.environ.get(name):
        raise Refused(f"{where}: the environment variable {name} is not set")
    return os.environ[name]


def _file(where: str, name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Refused(f"{where}: {name} can't be read: {reason}") from None


def _printed(where: str, command: Sequence[str]) -> str:
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, timeout=TIMEOUT, check=True)
        return run.stdout.decode().rstrip("\r\n")
    except subprocess.CalledProcessError as error:
        raise Refused(f"{where}: {command[0]} ended with status {error.returncode}") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"{where}: {command[0]} took more than {TIMEOUT} s") from None
    except OSError as error:
        raise Refused(f"{where}: {command[0]} can't be run: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"{where}: {command[0]} printed something that is not text") from None


def kinds() -> dict[str, type[Client]]:
    """Return the sync clients, by the provider's name in lower case."""
    names = [name for name, home in numberline._HOME.items() if name.lower() == home]
    return {name.lower(): getattr(numberline, name) for name in names}
