"""Where a server may lead a download: from a secure server to secure ones only, and never from outside into
the network or the computer of the user, where an address can be a command to a device.

What is sent along is the same to everybody: no token, no cookie of another host, no name or password.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from slimsam_core.errors import DownloadError
from slimsam_core.sentences import mark

MOST_STEPS = 10
"""Published models are one step away, mirrors two or three."""
LONGEST = 200
"""Letters of an address in a message: signed ones have thousands."""
_HINT = mark("Try another HF_ENDPOINT.")
_SECURE = frozenset({"https"})
_PORTS = {"http": 80, "https": 443}


def check_step(name: str, start: str, here: str, there: str, *, hashed: bool) -> str:
    """The whole address that ``there`` is, as the server at ``here`` says it of the file ``name``.

    ``start``: the address that was asked first. ``hashed``: whether what comes is compared with a hash; else
    only the server that was asked may send it. Raises DownloadError for a step that is not taken.
    """
    try:
        there = urljoin(here, there)
        first, before, after = (_split(address) for address in (start, here, there))
    except ValueError as error:
        raise _refused(name, there) from error
    if after.scheme not in _PORTS or not after.hostname:
        raise _refused(name, there)
    if before.scheme in _SECURE and after.scheme not in _SECURE:
        raise DownloadError(
            "{name}: the server leads from a secure to a plain address ({there}).",
            _HINT,
            name=name,
            there=there[:LONGEST],
        )
    if after.username is not None or after.password is not None:
        raise DownloadError(
            "{name}: the server leads to an address with a name and a password.", _HINT, name=name
        )
    if not hashed and _host(after) != _host(first):
        raise DownloadError(
            "{name}: the server leads to another one ({there}) and promises no hash.",
            _HINT,
            name=name,
            there=there[:LONGEST],
        )
    if is_local(after.hostname) and not is_local(first.hostname or ""):
        raise DownloadError(
            "{name}: the server leads into your own network ({there}).",
            _HINT,
            name=name,
            there=there[:LONGEST],
        )
    return there


def open_following(client: Any, request: Any, check: Callable[[str, str], object]) -> Any:
    """The answer of the last server to a request of the hub's HTTP client, its body not read yet.

    ``check`` is asked before each step, with the address that leads on and the one that it leads to. Raises
    what both raise, and DownloadError for a way without an end.
    """
    for _ in range(MOST_STEPS):
        response = client.send(request, stream=True, follow_redirects=False)
        following = response.next_request
        if following is None:
            return response
        response.close()
        check(str(request.url), str(following.url))
        request = following
    raise DownloadError("{url}: the server leads on and on.", _HINT, url=str(request.url))


def is_local(host: str) -> bool:
    """Whether any address of a host is this computer's or of a network that is not public.

    A name that nothing is known of is not: behind a proxy only the proxy knows names.
    """
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return False
    return not all(_is_public(address) for address in found)


def _is_public(address: str) -> bool:
    value = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(value, "ipv4_mapped", None) or getattr(value, "sixtofour", None)
    return value.is_global and not value.is_multicast and (inner is None or inner.is_global)


def _host(address: SplitResult) -> tuple[str | None, int | None]:
    return address.hostname, address.port or _PORTS.get(address.scheme)


def _split(address: str) -> SplitResult:
    found = urlsplit(address)
    _ = found.port, found.hostname  # each raises ValueError for itself
    return found


def _refused(name: str, address: str) -> DownloadError:
    return DownloadError(
        "{name}: the server names a place that is no address ({error}).",
        _HINT,
        name=name,
        error=address[:LONGEST],
    )
