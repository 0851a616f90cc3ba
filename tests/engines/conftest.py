"""A server of PostgreSQL and accounts at sandboxes. Collected in the environment of `scripts/test --engines` only."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest

from numberline_sandbox import Sandbox
from numberline_sandbox.http.server import serve
from tests.engines.support import ACCOUNTS, OWNED

if find_spec("pyspark") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[dict[str, str]]:
    """The environment variables that lead to a server on a socket of its own."""
    (binaries,) = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
    user = "postgres" if os.getuid() == 0 else None  # the server refuses to run as root

    def run(*command: str | Path) -> None:
        subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd=home)

    with tempfile.TemporaryDirectory() as home:
        if user:
            shutil.chown(home, user)
        data = f"{home}/data"
        run(binaries / "initdb", "-D", data, "-U", "numberline", "-A", "trust", "-N", "-E", "UTF8")
        options = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
        run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", f"{home}/log", "-w", "start")
        try:
            yield {"PGHOST": home, "PGUSER": "numberline", "PGDATABASE": "postgres"}
        finally:
            run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Accounts of all providers, 100,000 numbers together, each at a sandbox of its own."""
    folder = tmp_path_factory.mktemp("accounts")
    tables: list[str] = []
    with ExitStack() as stack:
        for at in range(ACCOUNTS):
            sandbox = Sandbox(seed=at, owned=OWNED, balance=10**6)
            url = stack.enter_context(serve(sandbox))
            provider = list(sandbox.credentials)[at % 3]
            given = [f'{name} = "{value}"' for name, value in sandbox.credentials[provider].items()]
            secret = folder / f"secret-{at}"
            lines: list[str] = []
            for line in given:
                name, _, value = line.partition(" = ")
                if name in ("api_key", "auth_token"):
                    secret.write_text(value.strip('"'))
                    line = f'{name} = {{file = "{secret}"}}'
                lines.append(line if name != "account_id" else f"{name} = {value.strip(chr(34))}")
            tables.append(
                "\n".join([f"[accounts.a{at:02}]", f'provider = "{provider}"', f'base_url = "{url}"', *lines])
            )
        file = folder / "accounts.toml"
        file.write_text("\n".join(tables))
        yield file


@pytest.fixture(scope="session", autouse=True)
def _spark_environment(config: Path) -> None:
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ["NUMBERLINE_CONFIG"] = str(config)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
