"""Giving an exported model to a hub: its folder as a repository of Hugging Face's hub, or of a mirror of one.

The only thing in this program that sends anything anywhere, and only when it is asked to: the exported files,
which hold no path of this machine. The server is ``HF_ENDPOINT`` when that is set; the token is the one that
``hf auth login`` stored or ``HF_TOKEN``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled
from huggingface_hub.utils import validate_repo_id

from slimsam_core.errors import OutputError

__all__ = ["check_repository", "push"]

_TOKEN_HINT = "Log in with `hf auth login`, or set HF_TOKEN to a token that may write there."
_NETWORK_HINT = (
    "Check the network, the proxy and HF_ENDPOINT; for a server that knows no Xet set HF_HUB_DISABLE_XET=1."
)
_CLIENT_ERROR: Any = HfHubHTTPError.__bases__[0]
"""The base of all errors of the hub's HTTP client."""
_STATUS_HINTS = {401: _TOKEN_HINT, 403: _TOKEN_HINT, 404: _TOKEN_HINT}
"""A hub says "not found" also of what a token may not see."""


def check_repository(name: str) -> None:
    """Whether a name can be that of a repository, before anything is exported for it. Raises OutputError."""
    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise _refused(name, str(error), "Give it as OWNER/NAME.") from error
    if name.count("/") != 1:
        raise _refused(name, "it has no owner", "Give it as OWNER/NAME.")


def push(folder: Path, repository: str, *, private: bool = False, message: str = "") -> str:
    """Upload what lies in ``folder`` as one commit; the repository is made when it is missing. Its address.

    Files that are there already stay unless they have the same name. Raises OutputError.
    """
    check_repository(repository)
    try:
        hub = HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None)
        address = hub.create_repo(repository, private=private, exist_ok=True)
        hub.upload_folder(
            repo_id=repository, folder_path=folder, commit_message=message or "Upload the model"
        )
    except HfHubHTTPError as error:
        status = error.response.status_code
        reason = error.server_message or f"the server answers {status}"
        raise _refused(repository, reason, _STATUS_HINTS.get(status, "Try again later.")) from error
    except (OSError, _CLIENT_ERROR, OfflineModeIsEnabled, ValueError, RuntimeError) as error:
        raise _refused(repository, str(error), _NETWORK_HINT) from error
    return str(address)


def _refused(repository: str, reason: str, hint: str) -> OutputError:
    return OutputError("The model was not uploaded as {repository}: {reason}.", hint, repository=repository,
                       reason=reason.strip().rstrip("."))  # fmt: skip
