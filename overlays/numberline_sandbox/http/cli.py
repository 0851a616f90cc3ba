"""`numberline sandbox`: what it prints, and its life from the first line to Ctrl-C."""

import json
import os
import shlex
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from numberline import __version__

from ..behaviour import CHOICES, Behaviour, as_text, descriptions
from ..faults import KINDS, STATUSES, WHEN
from ..sandbox import Sandbox
from .control import ROOT
from .server import Handled, base_url, listen, run
from .tls import Certificate, throw_away


class Asked(NamedTuple):
    """What the command line asks for; see its help."""

    host: str
    port: int
    tls: bool
    allow_host: list[str]
    json: bool
    seed: int | None
    numbers: int | None
    owned: int | None
    state: str | None
    behaviour: list[str]
    faults: str
    latency: float


def list_faults() -> Iterator[str]:
    """Yield a line for each kind of fault."""
    yield from (f"{kind:<15} {what}" for kind, what in KINDS.items())
    yield f"{'400 to 599':<15} {STATUSES}"
    yield from (f"{kind:<15} {what}" for kind, what in WHEN.items())


def list_behaviour() -> Iterator[str]:
    """Yield lines for each switch, with the usual value first."""
    meanings = descriptions()
    for name, usual in Behaviour()._asdict().items():
        others = [as_text(choice) for choice in CHOICES[name] if choice != usual]
        yield f"{name}={as_text(usual)} (or {', '.join(others)})\n    {meanings[name]}"


def serve(asked: Asked) -> None:
    """Serve until the process is told to stop, by Ctrl-C, by SIGTERM, or by closing its terminal.

    Raises:
        ValueError: if something is asked for that can't be.
        OSError: if the address is not to be had.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGINT))
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
            run(sandbox, listening, printer.handled, certificate, [asked.host, *asked.allow_host])
        except KeyboardInterrupt:
            printer.ended()
    if asked.state is not None:
        _save(sandbox, asked.state)


def _sandbox(asked: Asked) -> Sandbox:
    given = {name: value for name in ("seed", "numbers", "owned") if (value := getattr(asked, name)) is not None}
    if asked.state is None or not Path(asked.state).exists():
        sandbox = Sandbox(**given, behaviour=_changed(Behaviour(), asked.behaviour))
        if asked.state is not None:
            _save(sandbox, asked.state)  # what can't be saved is known before anything is done
        return sandbox
    if given:
        raise ValueError(f"{asked.state} holds a sandbox already, so --{next(iter(given))} has no use")
    try:
        sandbox = Sandbox.load(asked.state)
    except OSError as error:
        raise ValueError(f"can't load the sandbox: {error}") from error
    sandbox.behaviour = _changed(sandbox.behaviour, asked.behaviour)
    return sandbox


def _changed(behaviour: Behaviour, texts: Iterable[str]) -> Behaviour:
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"{text!r} is not name=value; --behaviour list shows the switches")
        behaviour = behaviour.changed(name, value)
    return behaviour


def _save(sandbox: Sandbox, path: str) -> None:
    try:
        sandbox.save(path)
    except OSError as error:
        raise ValueError(f"can't save the sandbox: {error}") from error


class _Json:
    """One JSON object a line, for programs."""

    def started(self, sandbox: Sandbox, url: str, certificate: Certificate | None) -> None:
        authority = certificate and str(certificate.authority)
        ways = {"credentials": sandbox.credentials, "sign_ins": sandbox.sign_ins}
        self._event("started", url=url, **ways, authority=authority, pid=os.getpid(), version=__version__)

    def handled(self, one: Handled) -> None:
        fields = one._asdict() | {"milliseconds": round(one.milliseconds, 3)}
        self._event("request", time=datetime.now(UTC).isoformat(timespec="milliseconds"), **fields)

    def ended(self) -> None:
        self._event("ended")

    def _event(self, event: str, **fields: Any) -> None:
        _print(json.dumps({"event": event, **fields}))


class _Text:
    """For people."""

    def __init__(self) -> None:
        self._requests = 0

    def started(self, sandbox: Sandbox, url: str, certificate: Certificate | None) -> None:
        _print(f"numberline sandbox on {url}\n")
        for line in _snippets(sandbox, url, certificate):
            _print(line)
        _print("Ready. Ctrl-C ends it.")

    def handled(self, one: Handled) -> None:
        self._requests += 1
        path = "".join(letter if letter.isprintable() else "?" for letter in one.path)
        path = path if len(path) <= 100 else f"{path[:97]}..."
        notes = [one.operation if one.operation not in path else "", one.failure, f"<{one.fault}>" if one.fault else ""]
        line = f"{datetime.now():%H:%M:%S}  {one.status or '---'}  {one.milliseconds:7.1f} ms  {one.method:<6} {path}"
        _print("  ".join(part for part in (line, *notes) if part))

    def ended(self) -> None:
        _print(f"\nEnded after {self._requests} request{'s' if self._requests != 1 else ''}.")


def _snippets(sandbox: Sandbox, url: str, certificate: Certificate | None) -> Iterator[str]:
    """Yield what to paste into Python, and into a shell. Shells get commands only: not all of them take comments."""
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
    for name, (best, *others) in sandbox.sign_ins.items():
        kind = name.capitalize()
        yield f"# Python: {kind}. Async{kind} takes the same{same}"
        yield f"from numberline import {kind}"
        yield f"{name} = {kind}({_arguments(best)}, base_url={url!r}{trusting})"
        yield from (f"# It also signs in with {_arguments(other)}" for other in others)
        yield f"print({name}.{sandbox.examples[name]}.first())\n"
        settings += [(f"{name}_{key}".upper(), value) for key, value in {**best, "base_url": url}.items()]
    yield f"Shell (bash, zsh, fish), the same for from_env() of each client{alone}:\n"
    for variable, value in settings:
        yield f"export {variable}={shlex.quote(str(value))}"
    yield "\nShell, a key file of a service account, for clients that sign in with tokens:\n"
    yield f"curl -s {url}/{ROOT}/service-account > service-account.json\n"


_TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
"""Where Python's ssl and httpx, requests, curl and Node look for authorities to trust."""


def _arguments(credentials: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in credentials.items())


def _print(line: str) -> None:
    with suppress(OSError):  # nobody reads it any more, which is no reason not to serve
        print(line, flush=True)
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
