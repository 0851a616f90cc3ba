"""What the tests of trust share."""

import pytest

from tests.trust.spans import Spans, recorded


@pytest.fixture
def spans() -> Spans:
    return recorded()
