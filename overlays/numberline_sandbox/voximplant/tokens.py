"""Service accounts: the key files that are handed out, and the tokens (JWT, RS256) that are signed with them."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, Field

from ..provider import ApiError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LONGEST_LIFETIME = 3600  # seconds

_Moment = Annotated[float, Field(gt=-(2**53), lt=2**53)]


class _Claims(BaseModel, strict=True):
    """What a token says; the issuer is a number, or one in text."""

    iss: Annotated[int, Field(ge=0, lt=10**18)] | Annotated[str, Field(pattern="^[0-9]{1,18}$")]
    iat: _Moment
    exp: _Moment


class ServiceAccount:
    """An account's key pair, made when it is first needed. Its private half leaves only in the key file.

    Args:
        owner: what the key file says of the account, `account_id` and more.
    """

    def __init__(self, owner: Mapping[str, object]) -> None:
        self._owner = owner
        self.key_id = str(uuid5(NAMESPACE_URL, f"numberline/sandbox/{owner}"))
        self._lock = threading.Lock()
        self._made_key: RSAPrivateKey | None = None

    def key_file(self) -> dict[str, Any]:
        """What a key file holds, the private key in PEM form."""
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

        pem = self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return {**self._owner, "key_id": self.key_id, "private_key": pem}

    def issuer(self, token: str, now: float) -> int:
        """The account in whose name a token speaks.

        Args:
            token: the JWT.
            now: seconds since 1970.

        Raises:
            ApiError: if its form, its key, its signature or its times are wrong.
        """
        import jwt

        try:
            if jwt.get_unverified_header(token).get("kid") != self.key_id:
                raise _refused("INVALID_KEY_ID")
            # Below the layer that knows claims: it insists on an issuer that is text.
            payload = jwt.PyJWS().decode(token, self._key.public_key(), algorithms=["RS256"])
            claims = _Claims.model_validate_json(payload)
        except jwt.InvalidSignatureError:
            raise _refused("AUTHORIZATION_FAILED") from None
        except (jwt.PyJWTError, ValueError):
            raise _refused("INVALID_TOKEN_FORMAT") from None
        if claims.iat > now:
            raise _refused("TOKEN_ISSUED_IN_FUTURE")
        if claims.exp <= now:
            raise _refused("TOKEN_EXPIRED")
        if claims.exp - claims.iat > LONGEST_LIFETIME:
            raise _refused("INVALID_TOKEN_TTL")
        return int(claims.iss)

    @property
    def _key(self) -> "RSAPrivateKey":
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        with self._lock:
            if self._made_key is None:
                self._made_key = generate_private_key(public_exponent=65537, key_size=2048)
            return self._made_key


def _refused(failure: str) -> ApiError:
    return ApiError(failure, "the token is refused")
