# SPDX-License-Identifier: Apache-2.0
"""How figures look: two sizes of each, as SVG whose neutral colours follow the page; and pictures
of their own, on white."""
import contextlib
import io
import re

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

# Colours that stand for CSS variables in the page, so that light and dark both work.
INK, FAINT, GRID = "#010203", "#010204", "#010205"
_VARIABLES = {INK: "var(--ink)", FAINT: "var(--faint)", GRID: "var(--grid)"}
COLOURS = ["#3a7fc1", "#c8701a", "#2b9a68", "#cc4a5e", "#8762c6", "#1f97a0", "#a06a45",
           "#c05a98", "#7d8791", "#8a8f1f"]

_PAPER = {"figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white",
          "axes.edgecolor": "#888888", "grid.color": "#dddddd", "axes.labelcolor": "#222222",
          "text.color": "#222222", "xtick.labelcolor": "#222222", "ytick.labelcolor": "#222222",
          "font.size": 10, "axes.labelsize": 10, "xtick.labelsize": 9, "ytick.labelsize": 9}

WIDTHS = {"wide": 1000, "narrow": 352}  # px; font sizes are the same in both
_PX = 1 / 72  # one SVG point is shown as one px

plt.rcParams.update({
    "svg.fonttype": "none", "font.family": "DejaVu Sans", "font.size": 12,
    "axes.titlesize": 12, "axes.labelsize": 12, "xtick.labelsize": 11, "ytick.labelsize": 11,
    "legend.fontsize": 11, "legend.frameon": False, "text.color": INK, "axes.labelcolor": FAINT,
    "axes.edgecolor": GRID, "xtick.color": GRID, "ytick.color": GRID,
    "xtick.labelcolor": FAINT, "ytick.labelcolor": FAINT, "axes.facecolor": "none",
    "figure.facecolor": "none", "savefig.facecolor": "none", "axes.spines.top": False,
    "axes.spines.right": False, "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.8,
    "axes.axisbelow": True, "lines.linewidth": 1.8, "lines.solid_capstyle": "round",
    "xtick.major.size": 0, "ytick.major.size": 0, "figure.constrained_layout.use": True,
    "axes.titlelocation": "left", "axes.titlepad": 8,
})


def paper():
    """A context in which figures are drawn for a white page, to be saved as PNG."""
    return plt.rc_context(_PAPER)


@contextlib.contextmanager
def stretched(times):
    """A context in which figures are so many times as wide, with letters as large as before."""
    before = dict(WIDTHS)
    WIDTHS.update({size: times * width for size, width in before.items()})
    try:
        yield
    finally:
        WIDTHS.update(before)


def colour(index):
    """A colour that can be told from its neighbours on white and on black."""
    return COLOURS[index % len(COLOURS)]


def figure(size, height, rows=1, columns=1, **options):
    """A figure of WIDTHS[size] by height px with its axes (a matrix)."""
    return plt.subplots(rows, columns, squeeze=False,
                        figsize=(WIDTHS[size] * _PX, height * _PX), **options)


def phase_lines(run):
    """Where phases but the first begin on an axis of the whole run, s; rests take no room there."""
    return [float(run.without_rests(begin)) / 1000 for _, begin, _, _ in run.phases()[1:]]


def time_label(run):
    """What stands below such an axis."""
    return "time without rests, s" if run.rests() else "time, s"


def about_rests(run):
    """What a caption says of them."""
    hours = sum(end - begin for begin, end in run.rests()) / 3.6e6
    return f" {hours:.3g} hours of rest take no room." if hours else ""


def to_svg(fig, name, alt):
    """The figure as inline SVG with ids of its own, scaling to its column."""
    buffer = io.StringIO()
    plt.rcParams["svg.hashsalt"] = name
    fig.savefig(buffer, format="svg", dpi=160, metadata={"Date": None})
    plt.close(fig)
    text = buffer.getvalue()
    text = text[text.index("<svg"):]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = text.replace("url(#", f"url(#{name}-").replace('href="#', f'href="#{name}-')
    for sentinel, variable in _VARIABLES.items():
        text = text.replace(sentinel, variable)
    text = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", text)
    escaped = alt.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    def head(match):
        kept = re.sub(r'\s(?:width|height)="[^"]*"', "", match.group(1))
        return f'<svg role="img" aria-label="{escaped}"{kept}>'
    return re.sub(r"<svg([^>]*)>", head, text, count=1)


def label_right(axes, entries, size):
    """A legend of (label, colour): beside wide axes, above narrow ones."""
    handles = [plt.Line2D([], [], color=c, linewidth=3) for _, c in entries]
    labels = [label for label, _ in entries]
    if size == "wide":
        axes.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1.03),
                    handlelength=1.0, borderaxespad=0)
    else:
        axes.legend(handles, labels, loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncol=3,
                    handlelength=0.8, columnspacing=1.0, handletextpad=0.4, borderaxespad=0.2)


def label_above(fig, entries):
    """A legend in the upper right corner of a narrow figure."""
    fig.legend([plt.Line2D([], [], color=c, linewidth=3) for _, c in entries],
               [label for label, _ in entries], loc="upper right", ncol=2, handlelength=0.8,
               handletextpad=0.4, columnspacing=1.0)
