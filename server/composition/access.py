"""Who is let in."""

from __future__ import annotations

from server.access.api_keys import MOCK_KEYS, KeyFile, KeyFileError
from server.access.guard import Access
from server.settings import Settings, SettingsError


def build_access(settings: Settings) -> Access | None:
    """Who is let in; None where credentials are not looked at. Raises `SettingsError`."""
    settings.check_access()
    if not settings.auth:
        return None
    keys = None
    if settings.wallet_api_keys_file is not None:
        try:
            keys = KeyFile(settings.wallet_api_keys_file, grace=settings.wallet_api_keys_grace)
        except KeyFileError as error:
            raise SettingsError(f"WALLET_API_KEYS_FILE {error}") from None
    tokens = None
    if settings.firebase_project is not None:  # never in mock mode, which loads no cloud SDK
        from server.access.firebase_tokens import FirebaseTokens

        tokens = FirebaseTokens(settings.firebase_project)
    if keys is None and settings.wallet_backend == "mock":
        return Access(MOCK_KEYS, tokens, public_keys=[key.name for key in MOCK_KEYS.current()])
    return Access(keys, tokens)
