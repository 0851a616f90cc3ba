"""What a long listing holds in memory."""

import gc
import json
import tracemalloc
from urllib.parse import parse_qs

import httpx
import pytest

from numberline import Voximplant
from numberline._runtime import walk
from tests.support import payload


def test_long_listing_takes_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "DEDUP_WINDOW", 500)
    record = payload("voximplant", "GetPhoneNumbers", "observed")["result"][0]

    def peak(total: int) -> int:
        def page(request: httpx.Request) -> httpx.Response:
            gc.collect()  # httpx leaves cycles behind, which are freed now and then
            asked = parse_qs(request.content.decode())
            first, size = int(asked.get("offset", ["0"])[0]), int(asked["count"][0])
            numbers = [{**record, "phone_id": first + at} for at in range(size)]
            return httpx.Response(200, content=json.dumps({"result": numbers, "total_count": total}))

        http = httpx.Client(transport=httpx.MockTransport(page))
        client = Voximplant(account_id=1, api_key="a-key", http_client=http)
        gc.freeze()  # so that collecting is quick, as tests/conftest.py has it
        tracemalloc.start()
        try:
            assert sum(1 for _ in client.get_phone_numbers(count=100)) == total
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(2000)  # loads what is loaded on use
    assert peak(6000) <= peak(2000) * 1.3
