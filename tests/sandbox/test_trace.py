"""The in-process transports report the events that httpcore's connections do."""

from collections.abc import Callable
from typing import Any

import httpcore
import httpx
import pytest

from numberline_sandbox import Sandbox
from tests.sandbox.support import APP

CONNECTED = ["connection.connect_tcp.started", "connection.connect_tcp.complete"]
SENT = [f"http11.send_request_{what}.{when}" for what in ("headers", "body") for when in ("started", "complete")]
RECEIVED = ["http11.receive_response_headers.started", "http11.receive_response_headers.complete"]
Callback = Callable[[str, dict[str, Any]], None]


async def purchase(sandbox: Sandbox, mode: str, callback: Callback) -> None:
    """Buy the documented number."""
    given: Any = {"headers": APP, "json": {"numberKey": "78D8394AC3EG0460B4CF0E723FC31B49"}}
    url = "http://sandbox.test/sms/1/numbers"
    if mode == "sync":
        with httpx.Client(transport=sandbox.transport()) as client:
            client.post(url, **given, extensions={"trace": callback})
        return

    async def awaited(name: str, info: dict[str, Any]) -> None:
        callback(name, info)

    async with httpx.AsyncClient(transport=sandbox.async_transport()) as async_client:
        await async_client.post(url, **given, extensions={"trace": awaited})


async def events(sandbox: Sandbox, mode: str) -> list[str]:
    seen: list[str] = []

    def note(name: str, info: dict[str, Any]) -> None:
        seen.append(name)
        if "request" in info:
            assert isinstance(info["request"], httpcore.Request)
            assert info["request"].method == b"POST"

    try:
        await purchase(sandbox, mode, note)
    except httpx.TransportError as error:
        seen.append(type(error).__name__)
    return seen


async def test_a_normal_exchange_reports_every_step(sandbox: Sandbox, mode: str) -> None:
    assert await events(sandbox, mode) == CONNECTED + SENT + RECEIVED
    assert len(sandbox.ledger) == 1


@pytest.mark.parametrize(("fault", "entries"), [("drop-before", 0), ("drop-after", 1)])
async def test_a_dropped_request_has_been_sent(sandbox: Sandbox, mode: str, fault: str, entries: int) -> None:
    sandbox.faults.set("purchase_number", fault)
    assert await events(sandbox, mode) == [*CONNECTED, *SENT, "RemoteProtocolError"]
    assert len(sandbox.ledger) == entries


async def test_a_refused_connection_reports_nothing_sent(sandbox: Sandbox, mode: str) -> None:
    sandbox.faults.set("purchase_number", "refused", times=1)
    refused = ["connection.connect_tcp.started", "connection.connect_tcp.failed", "ConnectError"]
    assert await events(sandbox, mode) == refused
    assert len(sandbox.ledger) == 0
    assert await events(sandbox, mode) == CONNECTED + SENT + RECEIVED


@pytest.mark.parametrize("at", [CONNECTED[0], SENT[0]])
async def test_a_callback_that_raises_stops_the_purchase(sandbox: Sandbox, mode: str, at: str) -> None:
    def stop(name: str, info: dict[str, Any]) -> None:
        if name == at:
            raise LookupError(name)

    with pytest.raises(LookupError, match=at):
        await purchase(sandbox, mode, stop)
    assert len(sandbox.ledger) == 0


def test_a_refused_connection_can_not_be_carried_out(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="never carried out"):
        sandbox.faults.set("*", "refused-after")
