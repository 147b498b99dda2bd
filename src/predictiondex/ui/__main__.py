"""``python -m predictiondex.ui [options of streamlit run]``: serve the page.

As ``streamlit run app.py`` does; but what every page needs is loaded now, while the API gets ready, and not
when the first visitor waits for it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.web.cli import main

import predictiondex.ui.facts  # the client, the models of its answers, the names of everything

if __name__ == "__main__":
    page = str(Path(predictiondex.ui.facts.__file__).with_name("app.py"))
    main(["run", page, *sys.argv[1:]], prog_name="streamlit")
