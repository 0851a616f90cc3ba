"""Small specs, generated and called in this process over a transport in memory."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import yaml

from numberline._runtime.auth import Header
from numberline._runtime.client import AsyncClient, Client
from numberline._runtime.operation import Holding, Reconciliation, Request, Wanted
from numberline.errors import NumberlineError
from scripts.codegen import clients, lint
from scripts.codegen.documents import Document, SpecError

ROOT = Path(__file__).resolve().parents[2]
NAMES = count()

HEAD = """\
openapi: 3.1.0
info: {title: Probe, version: 1.0.0, description: A probe.}
externalDocs: {url: 'https://probe.example/docs'}
servers: [{url: 'https://probe.example/v1'}]
security: [{key: []}]
"""

TAIL = """
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Thing:
      type: object
      description: A thing.
      properties:
        id: {type: string, description: Its id.}
        size: {type: integer, description: How large it is.}
      required: [id]
"""


UTC_TIMESTAMP = "{type: string, format: utc-timestamp, pattern: '^[0-9 :-]+$'}"
FORM = "application/x-www-form-urlencoded"
EXPLODED = "style: form, explode: true, "
PAGED = (
    "x-pagination: {style: token, cursor: token, next: /meta/nextPageToken, size: size, items: /data/items, "
    "total: /meta/total, key: id}\n"
    "parameters:\n"
    "  - {name: token, in: query, description: It., schema: {type: string}}\n"
    "  - {name: size, in: query, description: It., schema: {type: integer}}\n"
)


def spec(paths: str, schemas: str = "", more: str = "") -> str:
    """Return a whole spec around some operations and schemas; `more` stands at the top level."""
    return f"{HEAD}{more}paths:\n{paths}{TAIL}{schemas}"


def operation(
    name: str, parts: str = "", *, method: str = "get", path: str = "", response: str | None = "Thing"
) -> str:
    """Return an operation; `parts` are its other lines, at an indentation of six."""
    answer = "'204': {description: Done.}"
    if response is not None:
        schema = f"{{$ref: '#/components/schemas/{response}'}}"
        answer = f"'200': {{description: It., content: {{application/json: {{schema: {schema}}}}}}}"
    lines = [
        f"  {path or '/' + name}:",
        f"    {method}:",
        f"      operationId: {name}",
        "      summary: Do it",
        *([] if "x-operation-class" in parts else ["      x-operation-class: read"]),
        *(f"      {line}" for line in parts.splitlines()),
        *([] if "responses:" in parts else [f"      responses: {{{answer}}}"]),
    ]
    return "\n".join(lines) + "\n"


def query(name: str, schema: str, more: str = "") -> str:
    quoted = name if name.isidentifier() else f"'{name}'"
    return f"parameters: [{{name: {quoted}, in: query, description: It., {more}schema: {schema}}}]\n"


def body(members: str, more: str = "", media_type: str = "application/json") -> str:
    """Return a request body; `members` are lines of properties."""
    lines = "".join(f"          {line}\n" for line in members.splitlines())
    extra = "".join(f"        {line}\n" for line in more.splitlines())
    head = f"requestBody:\n  content:\n    {media_type}:\n      schema:\n        type: object\n"
    return f"{head}{extra}        properties:\n{lines}"


def complaints(text: str, folder: Path, name: str = "probe") -> list[SpecError]:
    """Return what is said against a spec, without Redocly."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        document = Document(path)
    except SpecError as error:
        return [error]
    return lint.complaints([document], ROOT, redocly=lambda _: [[]])


class Probe:
    """The generated package of a spec, and what its clients send.

    Attributes:
        sent: the requests.
        replies: what is returned, in turn; the last one again and again.
    """

    def __init__(self, text: str, folder: Path) -> None:
        found = complaints(text, folder)
        assert not found, "\n".join(map(str, found))
        self.name = f"probe{next(NAMES)}"
        path = folder / "probe.yaml"
        clients.generate(Document(path), folder / self.name)
        sys.path.insert(0, str(folder))
        self.models: ModuleType = import_module(f"{self.name}.models")
        self.operations: ModuleType = import_module(f"{self.name}.operations")
        import_module(f"{self.name}.decoding")
        sys.path.remove(str(folder))
        self.sent: list[httpx.Request] = []
        self.replies: list[httpx.Response | Mapping[str, Any]] = [{"id": "a"}]
        reconciling = Reconciliation(lambda *_: Wanted(ids=("a",)), lambda _: Request(None), lambda _: Holding("", ""))  # type: ignore[arg-type]  # nothing is reconciled
        members = {
            "provider": self.operations.PROVIDER,
            "environment": "PROBE",
            "credentials": (),
            "_signers": (Header,),
            "_reconciliation": dict.fromkeys(self.operations.PROVIDER.operations, reconciling),
        }
        self._sync = type("Probe", (self.operations.Operations, Client), members)
        self._async = type("AsyncProbe", (self.operations.AsyncOperations, AsyncClient), members)

    def reply(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, json=reply)

    async def reply_async(self, request: httpx.Request) -> httpx.Response:
        return self.reply(request)

    def client(self) -> Any:
        """Return a sync client."""
        http_client = httpx.Client(transport=httpx.MockTransport(self.reply))
        return self._sync(Header("", "key", "a-secret-key", header="x-key"), retries=0, http_client=http_client)

    def async_client(self) -> Any:
        http_client = httpx.AsyncClient(transport=httpx.MockTransport(self.reply_async))
        return self._async(Header("", "key", "a-secret-key", header="x-key"), retries=0, http_client=http_client)

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method of the sync client; a listing is read to its end."""
        found = getattr(self.client(), method)(**arguments)
        return list(found) if hasattr(found, "pages") else found

    def call_async(self, method: str, **arguments: Any) -> Any:
        """The same with the async client."""

        async def run() -> Any:
            found = getattr(self.async_client(), method)(**arguments)
            return [each async for each in found] if hasattr(found, "pages") else await found

        return asyncio.run(run())

    @property
    def body(self) -> Any:
        """The JSON body that was sent last."""
        return json.loads(self.sent[-1].content)

    @property
    def target(self) -> str:
        """Path and query of what was sent last."""
        return self.sent[-1].url.raw_path.decode()

    def refusal(self, method: str, **arguments: Any) -> NumberlineError:
        try:
            found = self.call(method, **arguments)
        except NumberlineError as error:
            return error
        raise AssertionError(f"{method} returned {found!r}")


Call = Callable[[Probe], Any]


def as_yaml(value: Any) -> str:
    return str(yaml.safe_dump(value, sort_keys=False))
