"""The proxy that the environment names for an address. Loaded only where it names any."""

import ipaddress
import ssl
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from ...errors import InvalidArgument
from . import Refused


def environment_proxy(url: httpx.URL, port: int, proxies: Mapping[str, str]) -> httpx.Proxy | None:
    """Return the proxy for an address, or None.

    Args:
        url: the address.
        port: its port.
        proxies: by scheme, as `urllib.request.getproxies` has them.

    Raises:
        Refused: if it can't be used.
    """
    name = next((name for name in (url.scheme, "all") if proxies.get(name)), None)
    if name is None or any(_covers(entry.strip().lower(), url, port) for entry in proxies.get("no", "").split(",")):
        return None
    variable, given, proxy = f"{name.upper()}_PROXY", proxies[name], None
    with suppress(httpx.InvalidURL, ValueError):  # their texts may quote a password
        proxy = httpx.Proxy(given if "://" in given else f"http://{given}")
    if proxy is None or not proxy.url.host:
        schemes = "http://, https://, socks5:// or socks5h://"
        raise Refused(InvalidArgument(f"{variable} can't be used: it has to be {schemes}, a host and a port"))
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise Refused(InvalidArgument(f"the SOCKS proxy in {variable} needs a package: pip install 'httpx[socks]'"))
    return proxy


def _covers(entry: str, url: httpx.URL, port: int) -> bool:
    """Return whether an entry of NO_PROXY is about an address."""
    scheme, _, rest = entry.rpartition("://")
    if scheme not in ("", "all", url.scheme):
        return False
    address, slash, bits = rest.partition("/")
    try:
        is_bare = address.count(":") > 1 and "[" not in address  # an IPv6 address, which can't have a port then
        parts = urlsplit(f"//[{address}]" if is_bare else f"//{address}")
        name = (parts.hostname or "").removeprefix("*")
        is_other_port = parts.port not in (None, port)
    except ValueError:
        return False
    if is_other_port or not name:
        return address == "*"
    with suppress(ValueError):  # one of them is a name
        return ipaddress.ip_address(url.host) in ipaddress.ip_network(name + slash + bits, strict=False)
    return url.host == name or (name != "localhost" and url.host.endswith(f".{name.removeprefix('.')}"))


def arguments(proxy: httpx.Proxy, ssl_context: ssl.SSLContext | None) -> dict[str, Any]:
    """Return what httpcore's pools for proxies take beside what all of them take."""
    url = proxy.url
    at = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    given: dict[str, Any] = {"proxy_url": at, "proxy_auth": proxy.raw_auth}
    if not url.scheme.startswith("socks"):
        given["proxy_ssl_context"] = ssl_context if url.scheme == "https" else None
    return given
