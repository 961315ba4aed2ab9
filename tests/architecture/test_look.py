"""The look keeps its promises: contrast in both schemes, no symbol missing, styles small and without force."""

from __future__ import annotations

import gzip
import math
import re

import pytest

from devtools.places import ROOT

STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
STYLES = sorted((STATIC / "css").glob("*.css"))
GROUNDS = ("paper", "surface", "sunken")
SPOKEN = ("ink", "ink-soft", "action", "person", "good", "warn", "bad", "info")
# All files together, after gzip.
STYLES_KB = 18

Colour = tuple[float, float, float]


def tokens() -> dict[str, tuple[Colour, Colour]]:
    """Return the tokens that are OKLCH in both schemes, as (light, dark) in linear sRGB."""
    text = (STATIC / "css" / "tokens.css").read_text()
    pairs = re.findall(r"--([a-z-]+): light-dark\(oklch\(([^)/]+)\), oklch\(([^)/]+)\)\)", text)
    return {name: (linear_srgb(light), linear_srgb(dark)) for name, light, dark in pairs}


def linear_srgb(oklch: str) -> Colour:
    """Return "L C h" as linear sRGB, cut to what a screen can show.

    Source: B. Ottosson, A perceptual color space for image processing (2020).
    """
    lightness, chroma, hue = map(float, oklch.split())
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    return min(max(red, 0), 1), min(max(green, 0), 1), min(max(blue, 0), 1)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, 1 to 21. Source: WCAG 2.2, relative luminance."""
    light, dark = sorted((0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("words", SPOKEN)
def test_words_can_be_read_on_every_ground(words: str, ground: str, scheme: int) -> None:
    colours = tokens()

    assert contrast(colours[words][scheme], colours[ground][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_on_a_button_can_be_read_and_fields_have_an_edge(scheme: int) -> None:
    colours = tokens()

    assert contrast(colours["on-action"][scheme], colours["action"][scheme]) >= 4.5
    for ground in GROUNDS:
        assert contrast(colours["line-strong"][scheme], colours[ground][scheme]) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    black, white = linear_srgb("0 0 0"), linear_srgb("1 0 0")

    assert contrast(black, white) == pytest.approx(21, abs=0.01)


def test_every_icon_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (STATIC / "img" / "icons.svg").read_text()))
    written = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    pills = re.findall(r'pill\([^,]*, "[a-z]+", "([a-z0-9-]+)"\)', written)
    named = set(re.findall(r'icon(?:_name=|\()"([a-z0-9-]+)"', written)) | set(pills)

    assert pills
    assert named <= symbols


def test_styles_are_small_and_need_no_force() -> None:
    together = sum(len(gzip.compress(path.read_bytes())) for path in STYLES)

    assert together <= STYLES_KB * 1024
    for path in STYLES:
        assert "!important" not in path.read_text(), path.name


def test_styles_name_every_token_they_use() -> None:
    text = "".join(path.read_text() for path in STYLES)

    assert set(re.findall(r"var\(--([a-z0-9-]+)", text)) <= set(re.findall(r"--([a-z0-9-]+):", text))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_page_for_our_own_mistakes_needs_nothing_but_styles(language: str) -> None:
    page = (STATIC / f"500.{language}.html").read_text()

    assert "<script" not in page
    assert "{%" not in page
    for address in re.findall(r'<link[^>]* href="/static/([^"]+)"', page):
        assert (STATIC / address).is_file()
