"""Checks a report in Chromium; see check-report.sh.

check-report.py CHROMIUM PAGE [SCREENSHOT_DIRECTORY]
"""

import pathlib
import sys

from playwright.sync_api import sync_playwright

SCREENS = {"wide": (1280, 800), "narrow": (390, 844)}

# What only a script, or a name that became markup, could have brought in.
FOREIGN = "script, img, iframe, object, embed, link, base, form, input, video, audio, svg foreignObject, svg a"

HANDLERS = """
() => [...document.querySelectorAll("*")].flatMap(e =>
  [...e.attributes].filter(a => a.name.startsWith("on") || /^\\s*javascript:/i.test(a.value))
    .map(a => e.tagName + " " + a.name))
"""

# Characters that turn or hide the text around them. Newlines are ours, between elements and in commands.
INVISIBLE = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const match = walker.currentNode.data.match(/[\\p{Cf}\\p{Zl}\\p{Zp}\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]/u);
    if (match) found.push("U+" + match[0].codePointAt(0).toString(16) + " in " + walker.currentNode.data.slice(0, 80));
  }
  return found;
}
"""

BROKEN_CELLS = """
() => [...document.querySelectorAll("td, th, figcaption, .see, .tile, li")]
  .filter(e => /\\b(NaN|null|undefined|Infinity)\\b/.test(e.textContent)).map(e => e.textContent.slice(0, 80))
"""

CUT_OFF = """
() => [...document.querySelectorAll("figure .scroll")].filter(e => e.scrollWidth > e.clientWidth)
  .map(e => e.querySelector("svg").getAttribute("aria-label"))
"""

# Contrast of text against what lies behind it, as WCAG 2 counts it; 4.5 is its bound for text.
PALE = """
() => {
  const rgb = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => {
    const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = e => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const e of document.querySelectorAll("h1, h2, h3, p, a, b, span, li, td, th, figcaption, summary, pre, svg text")) {
    if (!e.textContent.trim()) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(rgb(e.closest("svg") ? style.fill : style.color)), light(behind(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) pale.add(e.tagName + "." + e.className + ": " + e.textContent.slice(0, 40));
  }
  return [...pale];
}
"""


def open_page(browser, url, size, scheme, faults, name):
    """A page at this size, with everything it says or asks for noted as a fault."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    page.on("console", lambda message: faults.append(f"{name}: console says {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"{name}: error {error}"))
    page.on("dialog", lambda dialog: (faults.append(f"{name}: dialog {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: request.url != url and faults.append(f"{name}: asks for {request.url}"),
    )
    page.goto(url)
    return page


def unfold(page):
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")


def check_screen(page, name, faults):
    for state in ("folded", "unfolded"):
        width = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        if width[0] > width[1]:
            faults.append(f"{name}, {state}: {width[0]} px wide on a screen of {width[1]} px")
        unfold(page)
    if name.startswith("wide"):
        faults.extend(f"{name}: a drawing is cut off: {found}" for found in page.evaluate(CUT_OFF))
    for what, script in (
        ("an attribute that runs", HANDLERS),
        ("an invisible character", INVISIBLE),
        ("no number", BROKEN_CELLS),
        ("text too pale", PALE),
    ):
        faults.extend(f"{name}: {what}: {found}" for found in page.evaluate(script))
    for element in page.query_selector_all(FOREIGN):
        faults.append(f"{name}: a foreign element {element.evaluate('e => e.outerHTML')[:120]}")
    for section in page.query_selector_all("nav a"):
        target = section.get_attribute("href")
        if page.query_selector(target) is None:
            faults.append(f"{name}: the link {target} leads nowhere")


def check_print(page, faults):
    """On paper nothing scrolls and nothing of the tables behind drawings is folded away."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})  # A4 less its margins
    hidden = page.evaluate(
        "() => [...document.querySelectorAll('details:not(.long) table')].filter(t => !t.checkVisibility()).length"
    )
    if hidden:
        faults.append(f"print: {hidden} tables are folded away")
    if page.evaluate("() => getComputedStyle(document.querySelector('nav')).display") != "none":
        faults.append("print: the links between sections are printed")
    wide = page.evaluate(
        "() => [...document.querySelectorAll('table, svg, pre')].filter(e => e.checkVisibility()"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + ' ' + e.textContent.slice(0, 60))"
    )
    faults.extend(f"print: wider than the paper: {found}" for found in wide)
    if len(page.pdf(format="A4")) < 10_000:
        faults.append("print: the PDF is empty")


def main(chromium, report, screenshots=None):
    url = pathlib.Path(report).resolve().as_uri()
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        for screen, size in SCREENS.items():
            for scheme in ("light", "dark"):
                name = f"{screen}-{scheme}"
                page = open_page(browser, url, size, scheme, faults, name)
                if screenshots:
                    pathlib.Path(screenshots).mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=f"{screenshots}/{name}.png", full_page=True)
                check_screen(page, name, faults)
                page.context.close()
        page = open_page(browser, url, SCREENS["wide"], "dark", faults, "print")
        check_print(page, faults)
        if screenshots:
            page.screenshot(path=f"{screenshots}/print.png", full_page=True)
        browser.close()
    for fault in dict.fromkeys(faults):
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
