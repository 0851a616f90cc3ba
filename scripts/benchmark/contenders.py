"""The clients that are compared, each behind the same few methods.

As a program it is one of them in a process of its own, which starts with nothing loaded:

    python -m scripts.benchmark.contenders <name> <http> <https> first
    python -m scripts.benchmark.contenders <name> <http> <https> walk <numbers a page> <numbers at most>

So every client's own modules are imported when it is made, and none here.
"""

import sys
import time
from functools import partial
from importlib import import_module
from itertools import islice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator
    from typing import Any

KEY = "a-key-that-opens-nothing-at-all"
ACCOUNT = "acc61de164b-8e62-35d9-92d0-c6df5f0956ec"
NUMBER = "6FED0BC540BFADD9B05ED7D81000001"

VOXIMPLANT = "/platform_api/GetPhoneNumbers"
INFOBIP = "/sms/1/numbers"
APIFONICA = f"/v2/accounts/{ACCOUNT}/numbers"


class Contender:
    """A client that waits by blocking.

    Attributes:
        slow: how many times fewer calls are made of it, since it takes so long.
    """

    slow = 1

    def call(self) -> "Any":
        """Ask for one number."""
        return self.first(1)

    def numbers(self, size: int) -> "Iterable[Any]":
        """All numbers, so many a page."""
        raise NotImplementedError  # abstract: every contender that is asked for it has its own

    def first(self, size: int) -> "Any":
        return next(iter(self.numbers(size)))

    def calls(self, times: int) -> None:
        for _ in range(times):
            self.call()

    def walk(self, size: int, most: int) -> int:
        """How many numbers there are."""
        return sum(1 for _ in islice(self.numbers(size), most))

    def close(self) -> None:
        pass


class AsyncContender(Contender):
    """A client that waits with `await`, on an event loop of its own."""

    def __init__(self) -> None:
        self.loop = import_module("asyncio").new_event_loop()

    def call(self) -> "Any":
        return self.loop.run_until_complete(self.call_async())

    async def call_async(self) -> "Any":
        raise NotImplementedError  # abstract: every contender that is asked for it has its own

    def numbers_async(self, size: int) -> "AsyncIterator[Any]":
        raise NotImplementedError  # abstract: every contender that is asked for it has its own

    async def close_async(self) -> None:
        pass

    def calls(self, times: int) -> None:
        async def made() -> None:
            for _ in range(times):
                await self.call_async()

        self.loop.run_until_complete(made())

    def walk(self, size: int, most: int) -> int:
        async def counted() -> int:
            count = 0
            async for _ in self.numbers_async(size):
                count += 1
                if count == most:
                    break
            return count

        found: int = self.loop.run_until_complete(counted())
        return found

    def close(self) -> None:
        self.loop.run_until_complete(self.close_async())
        self.loop.close()


class Httpx(Contender):
    """httpx, and a function that reads JSON into dictionaries."""

    def __init__(self, provider: str, http: str, https: str, *, reader: str = "orjson") -> None:
        headers = {"authorization": f"App {KEY}", "accept": "application/json"}
        self.http = import_module("httpx").Client(base_url=http, headers=headers)
        self.loads = import_module(reader).loads
        self.provider = provider

    def call(self) -> "Any":
        match self.provider:
            case "voximplant":
                form = {"count": "1", "account_id": "1", "api_key": KEY}
                return self.loads(self.http.post(VOXIMPLANT, data=form).content)
            case "infobip":
                return self.loads(self.http.get(f"{INFOBIP}/{NUMBER}").content)
            case _:
                return self.loads(self.http.get(APIFONICA, params={"limit": "1"}).content)

    def numbers(self, size: int) -> "Iterator[Any]":
        seen, total = 0, 1
        while seen < total:
            form = {"count": size, "offset": seen, "account_id": "1", "api_key": KEY}
            page = self.loads(self.http.post(VOXIMPLANT, data=form).content)
            yield from page["result"]
            seen += len(page["result"])
            total = page["total_count"]

    def close(self) -> None:
        self.http.close()


class HttpxTable(Httpx):
    """Dictionaries, and pyarrow's own way from them to a table."""

    def walk(self, size: int, most: int) -> int:
        rows = list(islice(self.numbers(size), most))
        return int(import_module("pyarrow").Table.from_pylist(rows).num_rows)


class HttpxAsync(AsyncContender):
    """httpx's async client and orjson."""

    def __init__(self, provider: str, http: str, https: str, *, kind: str = "httpx:AsyncClient") -> None:
        super().__init__()
        headers = {"authorization": f"App {KEY}", "accept": "application/json"}
        module, _, name = kind.partition(":")
        self.http = getattr(import_module(module), name)(base_url=http, headers=headers)
        self.loads = import_module("orjson").loads
        self.provider = provider

    async def call_async(self) -> "Any":
        match self.provider:
            case "voximplant":
                form = {"count": "1", "account_id": "1", "api_key": KEY}
                return self.loads((await self.http.post(VOXIMPLANT, data=form)).content)
            case "infobip":
                return self.loads((await self.http.get(f"{INFOBIP}/{NUMBER}")).content)
            case _:
                return self.loads((await self.http.get(APIFONICA, params={"limit": "1"})).content)

    async def numbers_async(self, size: int) -> "AsyncIterator[Any]":
        seen, total = 0, 1
        while seen < total:
            form = {"count": size, "offset": seen, "account_id": "1", "api_key": KEY}
            page = self.loads((await self.http.post(VOXIMPLANT, data=form)).content)
            for each in page["result"]:
                yield each
            seen += len(page["result"])
            total = page["total_count"]

    async def close_async(self) -> None:
        await self.http.aclose()


def _numberline(name: str, http: str, **more: "Any") -> "Any":
    import numberline

    signing_in: dict[str, Any] = {
        "Voximplant": {"account_id": 1, "api_key": KEY},
        "Infobip": {"api_key": KEY},
        "Apifonica": {"account_sid": ACCOUNT, "auth_token": KEY},
    }
    return getattr(numberline, name)(base_url=http, **(signing_in[name.removeprefix("Async")] | more))


class Numberline(Contender):
    """numberline, as it comes."""

    def __init__(self, provider: str, http: str, https: str, *, in_flight: int = 1, **more: "Any") -> None:
        if more.get("credentials"):
            more |= {"account_id": None, "api_key": None}
        self.client = _numberline(provider.capitalize(), http, **more)
        self.provider = provider
        self.in_flight = in_flight

    def call(self) -> "Any":
        match self.provider:
            case "voximplant":
                return self.client.get_phone_numbers(count=1).first()
            case "infobip":
                return self.client.get_purchased_number(number_key=NUMBER)
            case _:
                return self.client.list_rented_numbers(limit=1).first()

    def numbers(self, size: int) -> "Iterable[Any]":
        pages: Any = self.client.get_phone_numbers(count=size)
        numbers: Iterable[Any] = pages if self.in_flight == 1 else pages.concurrently(self.in_flight)
        return numbers

    def close(self) -> None:
        self.client.close()


class NumberlineTable(Numberline):
    """numberline's record batches."""

    def walk(self, size: int, most: int) -> int:
        from numberline import tables

        count = 0
        reader = tables.read(self.client.get_phone_numbers(count=size), batch_size=min(most, 4096))
        while count < most:
            count += reader.read_next_batch().num_rows
        return count


class NumberlineAsync(AsyncContender):
    """numberline's async client, on httpx's own transport or another httpx client."""

    def __init__(self, provider: str, http: str, https: str, *, in_flight: int = 1, kind: str | None = None) -> None:
        super().__init__()
        self.provider = provider
        self.in_flight = in_flight
        module, _, name = (kind or "").partition(":")
        self.http = getattr(import_module(module), name)() if kind else None
        more = {"http_client": self.http} if kind else {}
        self.client = _numberline(f"Async{provider.capitalize()}", http, **more)

    async def call_async(self) -> "Any":
        match self.provider:
            case "voximplant":
                return await self.client.get_phone_numbers(count=1).first()
            case "infobip":
                return await self.client.get_purchased_number(number_key=NUMBER)
            case _:
                return await self.client.list_rented_numbers(limit=1).first()

    def numbers_async(self, size: int) -> "AsyncIterator[Any]":
        pages: Any = self.client.get_phone_numbers(count=size)
        return aiter(pages if self.in_flight == 1 else pages.concurrently(self.in_flight))

    async def close_async(self) -> None:
        await self.client.aclose()
        if self.http is not None:
            await self.http.aclose()


def _stock(provider: str, http: str) -> "tuple[Any, str, dict[str, Any]]":
    """A client, its operation's name, and the arguments of the call for one number."""
    if provider == "infobip":
        kind = import_module("stock_infobip.client").AuthenticatedClient
        return kind(base_url=http, token=KEY, prefix="App"), "get_purchased_number", {"number_key": NUMBER}
    client = import_module(f"stock_{provider}.client").Client(base_url=http)
    if provider == "apifonica":
        return client, "list_rented_numbers", {"account_sid": ACCOUNT, "limit": 1}
    body = import_module("stock_voximplant.models.get_phone_numbers_body").GetPhoneNumbersBody
    return client, "get_phone_numbers", {"body": body(count=1)}


class Stock(Contender):
    """What openapi-python-client makes of numberline's specs without its templates."""

    def __init__(self, provider: str, http: str, https: str) -> None:
        self.client, operation, self.arguments = _stock(provider, http)
        self.sync = import_module(f"stock_{provider}.api.phone_numbers.{operation}").sync

    def call(self) -> "Any":
        return self.sync(client=self.client, **self.arguments)

    def numbers(self, size: int) -> "Iterator[Any]":
        body = type(self.arguments["body"])
        seen, total = 0, 1
        while seen < total:
            page = self.sync(client=self.client, body=body(count=size, offset=seen))
            yield from page.result
            seen += len(page.result)
            total = page.total_count


class StockAsync(AsyncContender):
    """The same output's async functions."""

    def __init__(self, provider: str, http: str, https: str) -> None:
        super().__init__()
        self.client, operation, self.arguments = _stock(provider, http)
        self.asyncio = import_module(f"stock_{provider}.api.phone_numbers.{operation}").asyncio

    async def call_async(self) -> "Any":
        return await self.asyncio(client=self.client, **self.arguments)


class OfficialVoximplant(Contender):
    """voximplant-apiclient. It insists on TLS, and makes a connection and a signature for every call."""

    slow = 50

    def __init__(self, http: str, https: str) -> None:
        client = import_module("voximplant.apiclient.client")
        path = import_module("os").environ["BENCH_CREDENTIALS"]
        self.api = client.VoximplantAPI(path, endpoint=https.removeprefix("https://"))

    def numbers(self, size: int) -> "Iterator[Any]":
        seen, total = 0, 1
        while seen < total:
            page = self.api.get_phone_numbers(count=size, offset=seen)
            yield from page["result"]
            seen += len(page["result"])
            total = page["total_count"]


class OfficialInfobip(Contender):
    """infobip-api-python-client. It has no numbers, so this is its call log."""

    slow = 4

    def __init__(self, http: str, https: str) -> None:
        library = import_module("infobip_api_client")
        api_client = import_module("infobip_api_client.api_client")
        configuration = import_module("infobip_api_client.configuration").Configuration
        self.api = library.CallsApi(api_client.ApiClient(configuration(host=http, api_key=KEY)))

    def numbers(self, size: int) -> "Iterator[Any]":
        page = 0
        while True:
            answer = self.api.get_calls_history(page=page, size=size)
            yield from answer.results
            page += 1
            if page >= answer.paging.total_pages:
                return


class Telnyx(Contender):
    """telnyx."""

    slow = 10

    def __init__(self, http: str, https: str) -> None:
        self.client = import_module("telnyx").Telnyx(api_key=KEY, base_url=f"{http}/v2")

    def numbers(self, size: int) -> "Iterable[Any]":
        pages: Iterable[Any] = self.client.phone_numbers.list(page_size=size)
        return pages

    def close(self) -> None:
        self.client.close()


class Twilio(Contender):
    """twilio, whose host is exchanged for ours in its HTTP client."""

    def __init__(self, http: str, https: str) -> None:
        base: Any = import_module("twilio.http.http_client").TwilioHttpClient

        def request(self: "Any", method: str, url: str, *rest: "Any", **more: "Any") -> "Any":
            return base.request(self, method, url.replace("https://api.twilio.com", http), *rest, **more)

        here = type("Here", (base,), {"request": request})
        self.client = import_module("twilio.rest").Client(f"AC{'0' * 32}", KEY, http_client=here())

    def numbers(self, size: int) -> "Iterable[Any]":
        numbers: Iterable[Any] = self.client.incoming_phone_numbers.stream(page_size=size)
        return numbers


class Vonage(Contender):
    """vonage. It insists on TLS; its connections are kept."""

    def __init__(self, http: str, https: str) -> None:
        vonage = import_module("vonage")
        options = vonage.HttpClientOptions(rest_host=https.removeprefix("https://"))
        self.numbers_of = vonage.Vonage(vonage.Auth(api_key="key", api_secret=KEY), options).numbers
        self.filter = import_module("vonage_numbers").ListOwnedNumbersFilter

    def numbers(self, size: int) -> "Iterator[Any]":
        index: int | None = 1
        while index is not None:
            found, _, index = self.numbers_of.list_owned_numbers(self.filter(size=size, index=index))
            yield from found


CONTENDERS: "dict[str, Callable[[str, str], Contender]]" = {
    "voximplant-apiclient": OfficialVoximplant,
    "infobip-api-python-client": OfficialInfobip,
    "telnyx": Telnyx,
    "twilio": Twilio,
    "vonage": Vonage,
    "httpx + json": partial(Httpx, "voximplant", reader="json"),
    "numberline, service account": lambda http, https: Numberline(
        "voximplant", http, https, credentials=import_module("os").environ["BENCH_CREDENTIALS"]
    ),
}
for _of in ("voximplant", "infobip", "apifonica"):
    CONTENDERS |= {
        f"httpx + orjson: {_of}": partial(Httpx, _of),
        f"httpx + orjson, async: {_of}": partial(HttpxAsync, _of),
        f"httpx-aiohttp + orjson, async: {_of}": partial(HttpxAsync, _of, kind="httpx_aiohttp:HttpxAiohttpClient"),
        f"numberline: {_of}": partial(Numberline, _of),
        f"numberline, async: {_of}": partial(NumberlineAsync, _of),
        f"stock generator: {_of}": partial(Stock, _of),
        f"stock generator, async: {_of}": partial(StockAsync, _of),
    }
CONTENDERS |= {
    "httpx + orjson + from_pylist": partial(HttpxTable, "voximplant"),
    "numberline.tables": partial(NumberlineTable, "voximplant"),
}
for _n in (2, 8):
    CONTENDERS |= {
        f"numberline, {_n} in flight": partial(Numberline, "voximplant", in_flight=_n),
        f"numberline, async, {_n} in flight": partial(NumberlineAsync, "voximplant", in_flight=_n),
    }


def peak_memory() -> float:
    """The process's greatest resident memory so far, in MiB."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def main(name: str, http: str, https: str, what: str, *sizes: str) -> None:
    contender = CONTENDERS[name](http, https)
    if what == "first":
        assert contender.call() is not None
        print(time.monotonic(), time.process_time())
        contender.close()
        return
    size, most = map(int, sizes)
    contender.walk(1, 1)
    before = peak_memory()
    wall, cpu = time.perf_counter(), time.process_time()
    count = contender.walk(size, most)
    print(time.perf_counter() - wall, time.process_time() - cpu, before, peak_memory(), count)
    contender.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
