"""The other half of generated/: pydantic models of the wire by datamodel-code-generator, and each spec as JSON.

The sandbox imports the models; the drift report and tests read the JSON. No client imports either.

Hook into datamodel-code-generator: options only. Why: a dated preset and no timestamp make for the same bytes
everywhere, and the mapped formats would refuse values that providers do send. A mapping can go with its format.
"""

import json
import subprocess
import sys
from pathlib import Path

from .documents import Document, SpecError
from .wiretypes import KINDS

OPTIONS = (
    "--input-file-type=openapi",
    "--preset=practical-py311-20261027",  # dated: its options, and the formatter in it, never change
    "--use-operation-id-as-name",
    "--disable-timestamp",
    "--strict-refs",
    "--ignore-pyproject",
    *("--openapi-scopes", "schemas", "paths", "parameters"),
    # Shapes are checked by pattern, so that an empty date can be said; dates and moments are the readers' concern.
    "--type-mappings",
    *(f"string+{form}=string" for kind, form in KINDS if kind == "string" and form is not None),
)


def generate(document: Document, folder: Path) -> None:
    """Write `<name>.py` and `<name>.json` into `folder`.

    Raises:
        SpecError: for anything that datamodel-code-generator warns of.
    """
    target = folder / f"{document.name}.py"
    run = subprocess.run(
        [sys.executable, "-m", "datamodel_code_generator", *OPTIONS, f"--input={document.path}", f"--output={target}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode or run.stderr.strip():
        raise SpecError(document.place(()), f"datamodel-code-generator: {run.stderr.strip() or run.stdout.strip()}")
    title = document.data["info"]["title"]
    head = f'"""Wire shapes of {title}, generated from specs/{document.path.name}. Do not edit."""\n\n'
    target.write_text(head + target.read_text(encoding="utf-8"), encoding="utf-8")
    spec = json.dumps(document.data, indent=1, ensure_ascii=False, default=str)
    (folder / f"{document.name}.json").write_text(spec + "\n", encoding="utf-8")
