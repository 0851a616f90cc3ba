"""Certificates to throw away, for clients that insist on https."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

LOCAL = ("localhost", "127.0.0.1", "::1")


class Certificate(NamedTuple):
    """Where a server's certificate is, and what makes clients trust it. Both are files in PEM form.

    Attributes:
        authority: the certificate of the authority that signed it, which is what clients are given.
        server: the server's own, with its private key.
    """

    authority: Path
    server: Path


@contextmanager
def throw_away(*hosts: str) -> Iterator[Certificate]:
    """Yield a certificate for this machine and `hosts`, by an authority of its own. Its files are temporary."""
    import trustme

    authority = trustme.CA(organization_name="numberline sandbox")
    issued = authority.issue_cert(*dict.fromkeys((*LOCAL, *hosts)))
    with TemporaryDirectory(prefix="numberline-sandbox-") as folder:
        certificate = Certificate(Path(folder, "authority.pem"), Path(folder, "server.pem"))
        authority.cert_pem.write_to_path(str(certificate.authority))
        issued.private_key_and_cert_chain_pem.write_to_path(str(certificate.server))
        yield certificate
