"""``python -m predictiondex.ui [options of streamlit run]``: serve the page.

As ``streamlit run app.py`` does; but what every page needs is loaded now, while the API gets ready, and not
when the first visitor waits for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.web.cli import main

from predictiondex.ui import app, warmup

if __name__ == "__main__":
    warmup.begin([path for path, _, _ in app.PAGES])
    main(["run", str(Path(app.__file__)), *sys.argv[1:]], prog_name="streamlit")
