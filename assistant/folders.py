"""Where a user's own files are; apart from the settings, since what only names a file does not wait for pydantic."""

from pathlib import Path


def config_folder() -> Path:
    """Name the user's folder for settings."""
    import platformdirs

    return Path(platformdirs.user_config_dir("conspectus", appauthor=False))
