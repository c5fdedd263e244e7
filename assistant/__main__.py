"""``python -m assistant`` is ``conspectus``."""

import sys

from assistant.cli.cli_main import main

sys.exit(main())
