"""How Sphinx builds the site: ``make docs``. The pages are those that GitHub shows; only the reference is made here.

Sphinx and furo: they are maintained, a warning can be an error, the API comes from its docstrings, and no page loads
anything from another machine (furo uses the reader's own fonts). MkDocs had no release for two years, Material for
MkDocs is in maintenance mode since November 2025, and Zensical, its successor, is too young to build on.

The source is the whole checkout, so that the links between docs/, benchmarks/ and the changelog are the same in both
places.
"""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import reference  # noqa: E402

project = "Conspectus"
author = "The Conspectus developers"
copyright = author
root_doc = "docs/index"
include_patterns = ["docs/**.md", "benchmarks/README.md", "CHANGELOG.md", "CONTRIBUTING.md"]
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
nitpicky = False
show_warning_types = True
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_inline"]
# A heading may be skipped where a page was written for GitHub first.
suppress_warnings = ["myst.header"]

smartquotes = False  # "--model" is two hyphens

html_theme = "furo"
html_title = "Conspectus"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_extra_path = ["_root"]  # index.html of the whole, which leads to this folder
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "friendly"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
add_module_names = False
autodoc_default_options = {"members": True, "exclude-members": "__init__, __new__, model_config"}
napoleon_google_docstring = True
napoleon_use_ivar = True


def fill_page(app: Any, name: str, content: list[str]) -> None:
    """Put what is made from the code into the pages that have a place for it."""
    content[0] = reference.fill_page(content[0])


def name_made_pages(app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Name the pages to read again although their files are the same: what they are made of may have changed."""
    return [name for name in env.found_docs if name.startswith("docs/reference/")]


def setup(app: Any) -> None:
    """Have the reference made when its pages are read."""
    app.connect("source-read", fill_page)
    app.connect("env-get-outdated", name_made_pages)
