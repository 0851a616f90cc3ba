"""The certificates that servers are checked against. Loaded with the first connection that is encrypted."""

import os
import ssl

import httpx

from ...errors import InvalidArgument
from ..redaction import quoted_error
from . import Refused


def tls_context() -> ssl.SSLContext:
    """Return httpx's context: with the certificates that the environment names, else certifi's.

    Raises:
        Refused: if they can't be read.
    """
    try:
        return httpx.create_ssl_context()
    except OSError as error:  # ssl's, too
        why = quoted_error(error)
    source = " or ".join(name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name))
    raise Refused(InvalidArgument(f"the certificates of {source or 'certifi'} can't be read ({why})"))
