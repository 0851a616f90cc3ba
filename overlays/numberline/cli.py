"""The command `numberline`: a sandbox of all providers on a port of this machine."""

import argparse
import sys
from collections.abc import Sequence

from . import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: without the command's name; those of the process unless given.

    Returns:
        the exit code.
    """
    parser = argparse.ArgumentParser(prog="numberline", description="Tools around numberline's clients.")
    parser.add_argument("--version", action="version", version=f"numberline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    sandbox = commands.add_parser("sandbox", help="serve all providers, made up, until Ctrl-C")
    sandbox.add_argument("--host", default="127.0.0.1", help="address to serve on (default: %(default)s)")
    sandbox.add_argument("--port", type=_port, default=8600, help="port, 0 for a free one (default: %(default)s)")
    sandbox.add_argument("--seed", type=int, default=0, help="decides about the numbers (default: %(default)s)")
    sandbox.add_argument("--numbers", type=int, default=120, help="numbers on offer (default: %(default)s)")
    sandbox.add_argument(
        "--faults",
        default="",
        help="misbehave: operation=fault:times with commas between, such as attach_phone_number=drop-after:1,*=520:3, "
        "or random:SEED:RATE (GET /sandbox/faults lists all faults)",
    )
    sandbox.add_argument("--latency", type=float, default=0, help="milliseconds by which every answer is late")
    given = parser.parse_args(arguments)
    try:
        return _sandbox(given.host, given.port, given.seed, given.numbers, given.faults, given.latency / 1000)
    except (ModuleNotFoundError, ValueError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"can't serve on {given.host} port {given.port}: {error}")
    except KeyboardInterrupt:
        return 0


def _sandbox(host: str, port: int, seed: int, numbers: int, faults: str, latency: float) -> int:
    from .sandbox import Sandbox  # needs the extra `sandbox`, and says so
    from .sandbox.server import base_url, listen, run

    sandbox = Sandbox(seed=seed, numbers=numbers)
    if faults:
        sandbox.faults.read(faults)
    sandbox.faults.latency = latency
    with listen(host, port) as listening:
        url = base_url(listening)
        print(f"numberline sandbox on {url} (seed {seed}, Ctrl-C ends it)\n")
        for name, credentials in sandbox.credentials.items():
            kind = name.capitalize()
            signed = ", ".join(f"{key}={value!r}" for key, value in credentials.items())
            print(f"from numberline import {kind}")
            print(f"{name} = {kind}({signed}, base_url={url!r})")
            print(f"print({name}.{sandbox.examples[name]}.first())\n", flush=True)
        run(sandbox, listening, log=lambda line: print(line, flush=True))
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 2**16):
        raise argparse.ArgumentTypeError("has to be a number from 0 to 65535")
    return int(text)


def _failed(why: str) -> int:
    print(f"numberline: {why}", file=sys.stderr)
    return 1
