# SPDX-License-Identifier: Apache-2.0
"""OUT/report.html: one self-contained page about a run, or about several side by side."""
import argparse
import contextlib
import html
import os
import sys
import warnings

from . import figures, plot
from .run import Run, RunError

ZOOM = 4  # of time lines

STYLE = """
:root{color-scheme:light dark;--paper:#ffffff;--card:#f5f6f8;--ink:#1b1f24;--faint:#5b6570;
--grid:#dfe3e8;--good:#1d7f52;--bad:#b23a48}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1d2127;--ink:#e8ebee;
--faint:#a3acb6;--grid:#343b44;--good:#5cc795;--bad:#ef8391}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.5;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1064px;margin:0 auto;padding:32px 32px 64px}
h1{font-size:30px;line-height:1.2;margin:0 0 4px;font-weight:650;letter-spacing:-.01em;
overflow-wrap:anywhere}
h2{font-size:20px;font-weight:620;margin:52px 0 10px}
p.sub{color:var(--faint);margin:0 0 24px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:0}
dl div{background:var(--card);border-radius:10px;padding:10px 14px}
dt{font-size:13px;color:var(--faint)}
dd{margin:0;font-size:20px;font-weight:600;font-variant-numeric:tabular-nums;
overflow-wrap:anywhere}
dd small{display:block;font-size:13px;font-weight:400;color:var(--faint)}
.good{color:var(--good)}.bad{color:var(--bad)}
figure{margin:0}
figure svg{display:block;width:100%;height:auto;font-family:inherit}
figcaption{color:var(--faint);margin-top:8px;max-width:72ch;overflow-wrap:anywhere}
.narrow{display:none}
details.zoom{margin-top:6px}
details.zoom summary{cursor:pointer;color:var(--faint);font-size:14px;padding:6px 0}
.strip{overflow-x:auto}
.strip svg{width:auto;min-width:min-content;height:auto;max-width:none}
.beside{display:grid;gap:28px 32px;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),520px))}
.beside h3{font-size:15px;font-weight:600;margin:0 0 6px;overflow-wrap:anywhere}
main.several{max-width:1600px}main.several .wide{display:none}main.several .narrow{display:block}
.table{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:6px 18px 6px 0;text-align:left;border-bottom:1px solid var(--grid);
vertical-align:top;white-space:nowrap}
th{font-weight:400;color:var(--faint)}thead th{color:var(--ink);font-weight:600}
footer{margin-top:56px;padding-top:14px;border-top:1px solid var(--grid);color:var(--faint);
font-size:13px;overflow-wrap:anywhere}
code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.92em}
@media (max-width:700px){main{padding:20px 16px 48px}h1{font-size:24px}h2{margin-top:40px}
.wide{display:none}.narrow{display:block}dl{grid-template-columns:1fr 1fr}dd{font-size:18px}}
"""


def short(value):
    """12.3 M and the like; small numbers in full."""
    if abs(value) < 1e5:
        return f"{value:,.0f}"
    for prefix in ("", " k", " M", " G"):
        if abs(value) < 999.5:
            return f"{value:.0f}" if prefix == "" else f"{value:.3g}{prefix}"
        value /= 1000
    return f"{value:.3g} T"


def seconds(value):
    """A time of three digits or more, without an exponent."""
    return f"{value:,.0f} s" if value >= 1000 else f"{value:.4g} s"


def facts(run):
    """[(label, value, small print, class)] for the head of the page."""
    s = run.summary
    made = []

    def add(label, value, small="", kind=""):
        made.append((label, value, small, kind))

    if not s:
        return made
    done = s.get("complete")
    add("Run", "complete" if done else "not complete", s.get("exit_reason") or "",
        "good" if done else "bad")
    if s.get("neurons") is not None:
        add("Neurons", short(s["neurons"]))
    if s.get("synapses") is not None:
        add("Synapses", short(s["synapses"]), f"{short(s.get('plastic_synapses') or 0)} plastic")
    if s.get("biological_s") is not None:
        rested_s = sum(end - begin for begin, end in run.rests()) * 1e-3
        add("Biological time", seconds(s["biological_s"]),
            f"{seconds(rested_s)} of it rest" if rested_s else "")
    if s.get("simulate_s") is not None:
        factor = s.get("real_time_factor")
        add("Wall time", seconds(s["simulate_s"]),
            f"real-time factor {factor:.3g}" if factor is not None else "")
    if s.get("ranks"):
        add("Layout", f"{s['ranks']} × {s.get('threads', 1)}", "ranks × threads")
    if s.get("spikes") is not None and s.get("neurons") and s.get("biological_s"):
        awake_s = s["biological_s"] - rested_s
        add("Spikes", short(s["spikes"]),
            f"{s['spikes'] / s['neurons'] / awake_s:.2f} Hz a neuron" if awake_s > 0 else "")
    if s.get("peak_rss_bytes"):
        add("Memory", f"{s['peak_rss_bytes'] / 1e6:.0f} MB", "largest rank")
    for name, phase in (s.get("phases") or {}).items():
        if phase.get("accuracy_last_50") is not None:
            add(f"Accuracy, {name}", f"{100 * phase['accuracy_last_50']:.0f} %",
                f"last {min(50, phase.get('trials', 50))} of {phase.get('trials', '?')} trials")
    return made


def head(run):
    """Title and facts."""
    lines = [f"<h1>{html.escape(run.name)}</h1>"]
    parts = []
    if run.summary.get("version"):
        parts.append(f"phasic {run.summary['version']}")
    if run.summary.get("seed") is not None:
        parts.append(f"seed {run.summary['seed']}")
    if run.summary.get("spike_hash"):
        parts.append(f"spike hash {run.summary['spike_hash']}")
    lines.append(f'<p class="sub">{html.escape(" · ".join(parts) or run.folder)}</p>')
    lines.append("<dl>")
    for label, value, small, kind in facts(run):
        note = f"<small>{html.escape(small)}</small>" if small else ""
        lines.append(f'<div><dt>{html.escape(label)}</dt><dd class="{kind}">'
                     f"{html.escape(value)}{note}</dd></div>")
    lines.append("</dl>")
    return "\n".join(lines)


def strip(name, alt, draw):
    """A time line ZOOM times as wide, to be scrolled, behind a line that opens it."""
    with plot.stretched(ZOOM):
        svg = plot.to_svg(draw("wide"), name, alt)
    width = ZOOM * plot.WIDTHS["wide"]
    svg = svg.replace("<svg ", f'<svg style="width:{width}px" ', 1)
    return (f'<details class="zoom"><summary>Zoom in on time ({ZOOM} times)</summary>'
            f'<div class="strip">{svg}</div></details>')


def figure(name, made, sizes=tuple(plot.WIDTHS)):
    """One figure in its sizes, with its caption."""
    _, caption, alt, draw, is_line = made
    svgs = ""
    for size in sizes:
        svg = plot.to_svg(draw(size), f"{name}{size[0]}", alt)
        svgs += f'<div class="{size}">{svg}</div>'
    if is_line:
        svgs += strip(f"{name}z", alt, draw)
    return f"<figure>{svgs}<figcaption>{html.escape(caption)}</figcaption></figure>"


def section(number, made):
    """A figure under its title."""
    return f"<section><h2>{html.escape(made[0])}</h2>{figure(f'f{number}', made)}</section>"


def document(title, main):
    """A whole page."""
    return ("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            f"<title>{html.escape(title)} – phasic</title><style>{STYLE}</style></head><body>"
            f"{main}"
            "<footer>Made by <code>scripts/report</code> from <code>summary.json</code>, "
            "<code>run.h5</code> and <code>spikes.h5</code>.</footer></main></body></html>\n")


def page(run):
    """The page of one run."""
    sections = [section(i, made) for i, made in enumerate(figures.all_figures(run))]
    if not sections:
        sections = ["<p>This run recorded nothing that could be shown.</p>"]
    return document(run.name, f"<main><header>{head(run)}</header>\n" + "\n".join(sections))


# --- several runs ------------------------------------------------------------------------------


def names_of(runs):
    """What tells them apart: names, or paths where names are the same."""
    names = [run.name for run in runs]
    return names if len(set(names)) == len(names) else [run.folder for run in runs]


def fact_table(runs, names):
    """Facts of all runs, a column each."""
    columns = [{label: (value, small) for label, value, small, _ in facts(run)} for run in runs]
    labels = list(dict.fromkeys(label for column in columns for label in column))
    rows = ["<tr><th></th>" + "".join(f"<th>{html.escape(name)}</th>" for name in names) + "</tr>"]
    for label in labels:
        cells = "".join(f"<td>{html.escape(column.get(label, ('–', ''))[0])}</td>"
                        for column in columns)
        rows.append(f"<tr><th>{html.escape(label)}</th>{cells}</tr>")
    return ('<div class="table"><table><thead>' + rows[0] + "</thead><tbody>" + "".join(rows[1:]) +
            "</tbody></table></div>")


def page_of(runs):
    """The page of several runs, each figure side by side."""
    names = names_of(runs)
    found = [{made[0]: made for made in figures.all_figures(run)} for run in runs]
    titles = list(dict.fromkeys(title for figures_of in found for title in figures_of))
    sections = []
    for i, title in enumerate(titles):
        cells = [f"<div><h3>{html.escape(name)}</h3>" +
                 (figure(f"f{i}r{r}", made[title], ("narrow",)) if title in made
                  else "<p>not recorded</p>") + "</div>"
                 for r, (name, made) in enumerate(zip(names, found))]
        sections.append(f'<section><h2>{html.escape(title)}</h2><div class="beside">' +
                        "".join(cells) + "</div></section>")
    return document(f"{len(runs)} runs",
                    f'<main class="several"><header><h1>{len(runs)} runs side by side</h1>'
                    f"{fact_table(runs, names)}</header>\n" + "\n".join(sections))


def main(arguments=None):
    """Command line of scripts/report."""
    parser = argparse.ArgumentParser(
        prog="report", description="Write OUT/report.html, a self-contained page about a run: "
        "learning, spikes, rates, neuromodulators, weights, times. Of several runs, the page has "
        "each figure side by side.")
    parser.add_argument("out", metavar="OUT", nargs="+", help="output folder of a run")
    parser.add_argument("--output", metavar="FILE",
                        help="file to write (default: report.html in OUT; of several runs, in the "
                        "folder that holds all of them)")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    several = len(options.out) > 1
    folder = os.path.commonpath(map(os.path.abspath, options.out)) if several else options.out[0]
    target = options.output or os.path.join(folder, "report.html")
    try:
        with contextlib.ExitStack() as stack:
            runs = [stack.enter_context(Run(out)) for out in options.out]
            text = page_of(runs) if several else page(runs[0])
        with open(target + ".tmp", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(target + ".tmp", target)
    except (RunError, OSError, KeyError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 3
    print(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
