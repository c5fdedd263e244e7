"""What an archive of papers may unpack to."""

from pydantic import Field

from assistant.settings.base_model import SettingsModel


class ArchiveSettings(SettingsModel):
    """The limits of ``store.readers.archives.ArchiveLimits``, where their origin stands."""

    ratio: int = Field(default=200, ge=1, le=100_000, description="bytes that a packed byte may become, from 1")
    members: int = Field(default=10_000, ge=1, description="files that a zip may hold, from 1")
    records: int = Field(
        default=100_000, ge=1, description="records in an archive; where that is more, one for 20 packed bytes"
    )
    seconds: float = Field(default=3600.0, gt=0, description="seconds that reading an archive may take")
