import re
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from assistant.report.figures import Counts, draw_timeline
from assistant.report.render import pandoc
from assistant.report.render.manuscript import Manuscript
from assistant.report.render.pandoc import FORMATS, convert_report
from store.errors import ConspectusError, InputError
from tests.assistant.report.render import made_up

COUNTS: Counts = {"rare": {"2018": 1}}
STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>T</title><id>t</id><updated>2020-01-01T00:00:00+00:00</updated></info>
<citation><layout><text value="CITED-MY-WAY"/></layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography></style>"""


@pytest.fixture(autouse=True)
def installed() -> None:
    """Skip, visibly, where the extra is not installed."""
    pytest.importorskip("pypandoc")
    pytest.importorskip("typst")


def pictured(text: str = "") -> Manuscript:
    """A manuscript with a picture."""
    drawn = draw_timeline(COUNTS)
    assert drawn
    return made_up.printed(text)._replace(pictures=(drawn,))


def parts(docx: bytes) -> dict[str, str]:
    """The parts of a DOCX that are text."""
    with zipfile.ZipFile(BytesIO(docx)) as opened:
        return {
            name: opened.read(name).decode() if name.endswith((".xml", ".rels")) else "" for name in opened.namelist()
        }


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_report_gives_the_same_bytes(format: str) -> None:
    assert convert_report(pictured(), format) == convert_report(pictured(), format)


def test_docx_holds_text_citations_references_and_pictures() -> None:
    made = parts(convert_report(pictured(), "docx"))
    shown = re.sub(r"<w:instrText.*?</w:instrText>", "", made["word/document.xml"])
    said = re.sub(r"<[^>]+>", "", shown)
    assert "“We estimate them by sampling.” (Poe 2018)" in said
    assert "? in doubt: 30 is not in the source" in said
    assert "On Rare Events" in said
    assert any(name.startswith("word/media/") for name in made)


def test_pdf_is_set() -> None:
    assert convert_report(pictured(), "pdf").startswith(b"%PDF-")


def test_latex_finds_its_pictures_beside_it() -> None:
    assert "{rare_files/timeline.png}" in convert_report(pictured(), "tex", "rare").decode()


def test_a_style_of_the_users(tmp_path: Path) -> None:
    style = tmp_path / "mine.csl"
    style.write_text(STYLE)
    assert "CITED-MY-WAY" in convert_report(made_up.printed(), "tex", csl=style).decode()
    style.write_text("no style")
    with pytest.raises(ConspectusError, match="pandoc failed"):
        convert_report(made_up.printed(), "tex", csl=style)
    with pytest.raises(InputError, match="no citation style at"):
        convert_report(made_up.printed(), "tex", csl=tmp_path / "none.csl")


@pytest.mark.parametrize(
    "text", [" ".join(made_up.HOSTILE), made_up.HOSTILE[4], made_up.HOSTILE[6], "file:///etc/passwd"]
)
def test_attacks_stay_text_in_every_format(text: str) -> None:
    latex = convert_report(pictured(text), "tex").decode().split(r"\begin{document}")[1]
    read = re.sub(r"\\url\{[^{}\\]*(?:\\[%#&_][^{}\\]*)*\}|\\\$", "", latex)  # addresses are not read by LaTeX
    assert not re.search(r"\\(?:input|write|include(?!graphics)|immediate)\b|\$", read)
    assert all(re.match("https?://", address) for address in re.findall(r"\\href\{([^}]*)", latex))
    links = [target for name, part in parts(convert_report(pictured(text), "docx")).items() if name.endswith(".rels")
             for target in re.findall(r'Target="([^"]+)"[^>]*TargetMode="External"', part)]  # fmt: skip
    assert all(target.startswith(("http://", "https://")) for target in links)
    assert convert_report(pictured(text), "pdf").startswith(b"%PDF-")


def test_without_pandoc_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    with pytest.raises(InputError, match=r"not installed\. Install it with: pip install 'conspectus\[export\]'"):
        convert_report(made_up.printed(), "docx")


def test_without_typst_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(InputError, match="PDF is set by typst"):
        convert_report(made_up.printed(), "pdf")


def test_a_pandoc_that_fails_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pandoc, "_READ", "nothing")
    with pytest.raises(ConspectusError, match=r"pandoc failed: .*nothing"):
        convert_report(made_up.printed(), "tex")
