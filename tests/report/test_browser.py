# SPDX-License-Identifier: Apache-2.0
"""Reports as a browser shows them: at 1280 and 400 pixels, light and dark, of one run and of two:
nothing on the console, nothing wider than the window, every figure shown, letters of at least 9
pixels, contrast of at least 4.5; a time line opens four times as wide. Skipped without Chromium."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_report  # noqa: E402

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS = (1280, 400)
SCHEMES = {"light": 1, "dark": 0}  # Chromium's numbers
LEAST_PX, LEAST_CONTRAST, ZOOM = 9, 4.5, 4

# Put at the end of a page: what it finds wrong goes into the title.
PROBE = """<script>
window.addEventListener("load", () => {
  const wrong = [], shown = e => e.getClientRects().length > 0;
  const light = c => {
    const [r, g, b] = c.match(/[0-9.]+/g).slice(0, 3).map(v => v / 255)
      .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05); };
  const paper = getComputedStyle(document.body).backgroundColor;
  if (document.documentElement.scrollWidth > innerWidth)
    wrong.push("wider than the window: " + document.documentElement.scrollWidth);
  let figures = 0, letters = 0;
  for (const figure of document.querySelectorAll("figure")) {
    const svgs = [...figure.querySelectorAll(":scope > div svg")].filter(shown);
    figures++;
    if (svgs.length != 1) { wrong.push("figure " + figures + ": " + svgs.length + " shown"); continue; }
    const box = svgs[0].getBoundingClientRect(), view = svgs[0].viewBox.baseVal;
    if (box.width < 200 || box.height < 80) wrong.push("figure " + figures + " is small");
    if (!svgs[0].querySelector("path")) wrong.push("figure " + figures + " is empty");
    for (const text of svgs[0].querySelectorAll("text")) {
      const style = getComputedStyle(text), px = parseFloat(style.fontSize) * box.width / view.width;
      letters++;
      if (px < LEAST_PX) wrong.push("letters of " + px.toFixed(1) + " px: " + text.textContent);
      if (style.fill.startsWith("rgb(") && !/line2d|legend/.test(text.parentNode.id) &&
          text.closest("[id*=axis]") && contrast(style.fill, paper) < LEAST_CONTRAST)
        wrong.push("contrast " + contrast(style.fill, paper).toFixed(1) + ": " + text.textContent);
    }
  }
  for (const e of document.querySelectorAll("h1,h2,p,dt,dd,figcaption,td,th,footer"))
    if (shown(e) && contrast(getComputedStyle(e).color, paper) < LEAST_CONTRAST)
      wrong.push("contrast of " + e.tagName);
  for (const zoom of document.querySelectorAll("details.zoom")) {
    zoom.open = true;
    const wide = zoom.querySelector("svg").getBoundingClientRect().width;
    if (wide != ZOOM * 1000) wrong.push("a time line is " + wide + " px wide");
    if (document.documentElement.scrollWidth > innerWidth) wrong.push("an open time line is too wide");
    zoom.open = false;
  }
  document.title = "PROBED " + figures + " figures, " + letters + " letters; " + wrong.join(" | ");
});
</script>""".replace("LEAST_PX", str(LEAST_PX)).replace("LEAST_CONTRAST", str(LEAST_CONTRAST)) \
    .replace("ZOOM *", f"{ZOOM} *")


def browse(path, folder, width, scheme):
    """(title of the page after its scripts, what came to the console)"""
    done = subprocess.run(
        [BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--no-first-run", f"--user-data-dir={folder}/profile", "--virtual-time-budget=20000",
         f"--window-size={width},900", "--hide-scrollbars", "--enable-logging=stderr",
         f"--blink-settings=preferredColorScheme={scheme}", "--dump-dom", f"file://{path}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    title = re.search(r"<title>(.*?)</title>", done.stdout, re.S)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return title[1] if title else done.stderr[-500:], console


def check(path, folder, figures, probe=PROBE):
    """A report, in all widths and colours. @return what is wrong"""
    wrong = []
    with open(path, encoding="utf-8") as file:
        text = file.read()
    probed = os.path.join(folder, "probed.html")
    for width in WIDTHS:
        # A window is no narrower than 500 px: the page is shown in a frame of its own.
        with open(probed, "w", encoding="utf-8") as file:
            file.write(text.replace("</body>", probe + "</body>"))
        for name, scheme in SCHEMES.items():
            title, console = browse(framed(probed, folder, width), folder, 1300, scheme)
            where = f"{os.path.basename(os.path.dirname(path))}, {width} px, {name}: "
            if not title.startswith(f"PROBED {figures} figures"):
                wrong.append(where + title[:300])
            elif not title.strip().endswith(";"):
                wrong.append(where + title.split("; ", 1)[1][:600])
            wrong += [where + line for line in console]
    return wrong


def framed(path, folder, width):
    """A page that shows another in a frame of a width, and takes its title."""
    made = os.path.join(folder, "frame.html")
    with open(path, encoding="utf-8") as file:
        inner = file.read().replace("&", "&amp;").replace('"', "&quot;")
    with open(made, "w", encoding="utf-8") as file:
        file.write('<!doctype html><html><head><meta name="color-scheme" content="light dark">'
                   '<title>-</title></head><body style="margin:0">'
                   f'<iframe style="border:0;width:{width}px;height:900px" srcdoc="{inner}"></iframe>'
                   '<script>setInterval(() => { const t = document.querySelector("iframe")'
                   '.contentDocument.title; if (t.startsWith("PROBED")) document.title = t; }, 100);'
                   "</script></body></html>")
    return made


def main():
    """A synthetic run and two."""
    if not BROWSER:
        print("skipped: no chromium here")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        runs = [os.path.join(folder, name) for name in ("one", "two")]
        for run, spikes in zip(runs, (200000, 100000)):
            test_report.make(run, spikes)
        both = os.path.join(folder, "both", "report.html")
        os.mkdir(os.path.dirname(both))
        for done in (test_report.report(runs[0]),
                     test_report.report(runs[0], runs[1], "--output", both)):
            assert done.returncode == 0, done.stderr
        single = os.path.join(runs[0], "report.html")
        with open(single, encoding="utf-8") as file:
            figures = file.read().count("<figure>")
        wrong = check(single, folder, figures) + check(both, folder, 2 * figures)
        assert not wrong, "\n".join(wrong)
        broken = PROBE.replace(f"< {LEAST_CONTRAST}", "< 22")
        assert check(single, folder, figures, broken), "the probe finds nothing"
    print(f"test_browser: {figures} figures, {len(WIDTHS) * len(SCHEMES)} views of each page")


if __name__ == "__main__":
    main()
