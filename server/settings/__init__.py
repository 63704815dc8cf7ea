"""Every setting of the system, in groups; `load_settings` reads them from the environment."""

from server.settings.environment import asks_for_telemetry, environment_keys_file, environment_list, load_settings
from server.settings.settings import Settings, SettingsError

__all__ = [
    "Settings",
    "SettingsError",
    "asks_for_telemetry",
    "environment_keys_file",
    "environment_list",
    "load_settings",
]
