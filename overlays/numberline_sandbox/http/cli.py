"""`numberline sandbox`: what it prints, and its life from the first line to Ctrl-C."""

import json
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from numberline import __version__

from ..sandbox import Sandbox
from .control import ROOT
from .server import Handled, base_url, listen, run
from .tls import Certificate, throw_away


class Asked(NamedTuple):
    """What the command line asks for; see its help."""

    host: str
    port: int
    tls: bool
    json: bool
    seed: int | None
    numbers: int | None
    owned: int | None
    state: str | None
    faults: str
    latency: float


def serve(asked: Asked) -> None:
    """Serve until the process is told to stop, by Ctrl-C or by SIGTERM.

    Raises:
        ValueError: if something is asked for that can't be.
        OSError: if the address is not to be had.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sandbox = _sandbox(asked)
    if asked.faults:
        sandbox.faults.read(asked.faults)
    sandbox.faults.latency = asked.latency / 1000
    printer: _Json | _Text = _Json() if asked.json else _Text()
    with ExitStack() as stack:
        listening = stack.enter_context(listen(asked.host, asked.port))
        address = listening.getsockname()[0]
        if not ip_address(address).is_loopback:
            warning = f"{address} is not loopback: whoever reaches this machine can use and change this sandbox"
            print(f"numberline: warning: {warning}", file=sys.stderr)
        certificate = stack.enter_context(throw_away(asked.host)) if asked.tls else None
        printer.started(sandbox, base_url(listening, tls=asked.tls), certificate)
        try:
            run(sandbox, listening, printer.handled, certificate)
        except KeyboardInterrupt:
            printer.ended()
    if asked.state is not None:
        _save(sandbox, asked.state)


def _sandbox(asked: Asked) -> Sandbox:
    given = {name: getattr(asked, name) for name in ("seed", "numbers", "owned")}
    given = {name: value for name, value in given.items() if value is not None}
    if asked.state is None or not Path(asked.state).exists():
        sandbox = Sandbox(**given)
        if asked.state is not None:
            _save(sandbox, asked.state)  # what can't be saved is known before anything is done
        return sandbox
    if given:
        raise ValueError(f"{asked.state} holds a sandbox already, so --{next(iter(given))} has no use")
    try:
        return Sandbox.load(asked.state)
    except OSError as error:
        raise ValueError(f"can't load the sandbox: {error}") from error


def _save(sandbox: Sandbox, path: str) -> None:
    try:
        sandbox.save(path)
    except OSError as error:
        raise ValueError(f"can't save the sandbox: {error}") from error


class _Json:
    """One JSON object a line, for programs."""

    def started(self, sandbox: Sandbox, url: str, certificate: Certificate | None) -> None:
        authority = certificate and str(certificate.authority)
        whose = {"pid": os.getpid(), "version": __version__}
        self._event("started", url=url, credentials=sandbox.credentials, authority=authority, **whose)

    def handled(self, one: Handled) -> None:
        fields = one._asdict() | {"milliseconds": round(one.milliseconds, 3)}
        self._event("request", time=datetime.now(UTC).isoformat(timespec="milliseconds"), **fields)

    def ended(self) -> None:
        self._event("ended")

    def _event(self, event: str, **fields: Any) -> None:
        _say(json.dumps({"event": event, **fields}))


class _Text:
    """For people. Coloured on a terminal."""

    def __init__(self) -> None:
        self._coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._requests = 0

    def started(self, sandbox: Sandbox, url: str, certificate: Certificate | None) -> None:
        _say(self._paint("1", f"numberline sandbox on {url}") + "\n")
        for line in _snippets(sandbox, url, certificate):
            _say(self._paint("2", line) if line.startswith("#") else line)
        _say(self._paint("1", "Ready. Ctrl-C ends it."))

    def handled(self, one: Handled) -> None:
        self._requests += 1
        good = one.status and one.status < 400 and not one.failure
        status = self._paint("32" if good else "31", f"{one.status or '---'}")
        path = "".join(letter if letter.isprintable() else "?" for letter in one.path)
        path = path if len(path) <= 100 else f"{path[:97]}..."
        notes = [one.operation if one.operation not in path else "", self._paint("31", one.failure)]
        notes += [self._paint("33", f"<{one.fault}>")] if one.fault else []
        line = f"{datetime.now():%H:%M:%S}  {status}  {one.milliseconds:7.1f} ms  {one.method:<6} {path}"
        _say("  ".join(part for part in (line, *notes) if part))

    def ended(self) -> None:
        _say(f"\nEnded after {self._requests} request{'s' if self._requests != 1 else ''}.")

    def _paint(self, colour: str, text: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._coloured and text else text


def _snippets(sandbox: Sandbox, url: str, certificate: Certificate | None) -> Iterator[str]:
    """What to paste into Python, and into a shell."""
    settings: list[tuple[str, object]] = []
    trusting = same = alone = ""
    if certificate is not None:
        authority = str(certificate.authority)
        yield "# Python, trusting this sandbox's certificate, which is thrown away when it ends"
        yield "import ssl, httpx"
        yield f"trusting = httpx.Client(verify=ssl.create_default_context(cafile={authority!r}))\n"
        trusting, same = ", http_client=trusting", ", but an httpx.AsyncClient"
        alone = ". Then https leads nowhere but here"
        settings += [(name, authority) for name in _TRUST]
    for name, credentials in sandbox.credentials.items():
        kind = name.capitalize()
        signed = ", ".join(f"{key}={value!r}" for key, value in credentials.items())
        yield f"# Python: {kind}. Async{kind} takes the same{same}"
        yield f"from numberline import {kind}"
        yield f"{name} = {kind}({signed}, base_url={url!r}{trusting})"
        yield f"print({name}.{sandbox.examples[name]}.first())\n"
        settings += [(f"{name}_{key}".upper(), value) for key, value in {**credentials, "base_url": url}.items()]
    yield f"# Shell: the same for from_env() of each client{alone}"
    for variable, value in settings:
        yield f"export {variable}={shlex.quote(str(value))}"
    yield "\n# Shell: a service account's key file, for clients that sign in with tokens"
    yield f"curl -s {url}/{ROOT}/service-account > service-account.json\n"


_TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Where Python's ssl and httpx, requests, curl and Node look for authorities to trust."""


def _say(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:  # nobody reads it any more, which is no reason not to serve
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
