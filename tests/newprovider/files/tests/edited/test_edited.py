"""The operation that somebody added to a real provider's spec, called through that provider's client."""

import json
from typing import assert_type

import pytest

from numberline import AsyncInfobip, Infobip
from numberline.errors import InvalidArgument
from numberline.infobip import Number
from tests.support import Wire, result


@pytest.mark.parametrize("kind", [Infobip, AsyncInfobip])
def test_the_new_method_works(kind: type[Infobip | AsyncInfobip], wire: Wire) -> None:
    client = wire.connect(kind, api_key="a-key")
    wire.replies({"numberKey": "K%1", "number": "447700900100", "note": "spare"})
    number = result(client.annotate_number(number_key="K%1", note="spare", query_="a=b", rank=2))

    assert_type(number, Number)
    assert isinstance(number, Number)
    assert (wire.only.method, wire.only.url.raw_path) == ("PUT", b"/sms/1/numbers/K%251")
    assert json.loads(wire.only.content) == {"note": "spare", "query": "a=b", "rank": 2}
    with pytest.raises(InvalidArgument, match="rank is 0"):
        result(client.annotate_number(number_key="K%1", rank=0))
    with pytest.raises(TypeError):
        result(client.annotate_number(number_key="K%1", not_there=1))  # type: ignore[call-arg]  # shows that it is refused
