"""Signing in with a service account's private key. Loaded by the clients that have one."""

import json
import time
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..errors import InvalidArgument
from .auth import Signature, Signer, check_account, discreet
from .locks import Lock

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


class ServiceAccount(Signer):
    """A bearer token (JWT, RS256) that the client signs itself with a service account's private key.

    The key is loaded once, with the first request. A token is signed once for its lifetime, however many threads ask,
    and anew a minute before it ends.

    Args:
        credentials: the key file's path, or what it holds: `account_id`, `key_id` and `private_key`.
        acting_for: the child account in whose name to act, instead of the key's own.
        clock: gives seconds since 1970.

    Raises:
        InvalidArgument: if the file can't be read or lacks one of the three.
    """

    LIFETIME = 3600  # seconds; the longest that the provider accepts
    MARGIN = 60
    SKEW = 10  # seconds by which this machine's clock may be ahead without a token seeming to come from the future

    def __init__(
        self,
        credentials: str | PathLike[str] | Mapping[str, Any],
        *,
        acting_for: int | str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        key_file = _key_file(credentials)
        for name in ("account_id", "key_id", "private_key"):
            if not key_file.get(name):
                raise InvalidArgument(f"credentials has no {name}", parameter="credentials")
        issuer = check_account("credentials", key_file["account_id"], "account_id of credentials")
        if acting_for is not None:
            issuer = check_account("acting_for", acting_for)
        self._key_id = str(key_file["key_id"])
        pem = _line_breaks(str(key_file["private_key"]))
        self._pem: Callable[[], str] = lambda: pem  # not to be seen from outside
        super().__init__("credentials", self._pem, issuer)
        self._clock = clock
        self._lock = Lock()
        self._key: RSAPrivateKey | None = None
        self._signature = Signature({})
        self._renew_at = 0.0

    @discreet
    def sign(self) -> Signature:
        now = self._clock()
        if now >= self._renew_at:
            with self._lock:
                if now >= self._renew_at:
                    pem, token = self._pem(), self._signed(now)
                    self._signature = Signature({"authorization": f"Bearer {token}"}, secrets=(pem, token))
                    self._renew_at = now + self.LIFETIME - self.SKEW - self.MARGIN
        return self._signature

    def renew(self, refused: Signature) -> bool:
        with self._lock:
            if refused is self._signature:
                self._renew_at = 0.0
        return True

    def _signed(self, now: float) -> str:
        import jwt  # with cryptography behind it, a slow import that only this way to sign in needs

        issued = int(now) - self.SKEW
        claims = {"iss": self._user, "iat": issued, "exp": issued + self.LIFETIME}
        if self._key is None:
            self._key = _rsa_key(self._pem())
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._key_id})


@discreet
def _rsa_key(pem: str) -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem.encode(), password=None)
        kind = type(key).__name__
    except Exception as error:  # the library's own errors are of many kinds and may quote the key
        key, kind = None, type(error).__name__
    if isinstance(key, RSAPrivateKey):
        return key
    raise InvalidArgument(
        f"private_key of credentials is not a private RSA key in PEM form ({kind})", parameter="credentials"
    )


def _key_file(credentials: str | PathLike[str] | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(credentials, Mapping):
        return credentials
    if not isinstance(credentials, str | PathLike):
        raise InvalidArgument(
            f"credentials takes a path, JSON text or a mapping, not {type(credentials).__name__}",
            parameter="credentials",
        )
    what = "the credentials file"
    try:
        if isinstance(credentials, str) and credentials.lstrip("\ufeff \t\r\n").startswith("{"):
            what, text = "the text of credentials", credentials
        else:
            text = _text_of(Path(str(credentials).strip()).expanduser())
        held: Any = json.loads(text.lstrip("\ufeff"))
    except OSError as error:
        why = f"can't be read ({error.strerror or error})"
    except (ValueError, RecursionError):
        why = "is not JSON"
    except RuntimeError as error:  # a home directory of nobody
        why = f"can't be read ({error})"
    else:
        if isinstance(held, dict):
            return cast("dict[str, Any]", held)
        why = "is not a JSON object"
    raise InvalidArgument(f"{what} {why}", parameter="credentials")


def _text_of(path: Path) -> str:
    if path.is_fifo():  # would be waited for without end if nobody writes
        raise OSError("it is a pipe")
    return path.read_text(encoding="utf-8-sig")


def _line_breaks(pem: str) -> str:
    """Return a key whose line breaks came as backslash and n, as they do in environment variables."""
    return pem if "\n" in pem.strip() else pem.replace("\\r", "").replace("\\n", "\n")
