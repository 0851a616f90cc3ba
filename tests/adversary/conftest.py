"""What the adversary's tests share."""

import logging
import os
from collections.abc import Iterator

import pytest

from tests.adversary.site import Site
from tests.transport import servers


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="module")
def tls_site() -> Iterator[Site]:
    """A site whose certificate is trusted."""
    with pytest.MonkeyPatch.context() as patch, servers.trusted(patch), Site(tls=True) as site:
        yield site


@pytest.fixture(autouse=True)
def quiet_log() -> Iterator[None]:
    """Nothing of what goes wrong on purpose is printed."""
    logger = logging.getLogger("numberline")
    logger.propagate, before = False, logger.propagate
    yield
    logger.propagate = before
