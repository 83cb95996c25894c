#!/usr/bin/env python3
"""Makes the pictures of doc/: a Neovim in a terminal (tmux), on a copy of the examples, in dark and in light.

usage: picture.py UNEMBED [SCENE ...]      (needs tmux; Neovim is .venv/bin/nvim; the default is all scenes)
"""
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CELL, LINE, MARGIN = 8.4, 18, 8
# Normal in Neovim's default colour scheme: ink and paper.
THEMES = {"dark": ("#e0e2ea", "#14161b"), "light": ("#14161b", "#e0e2ea")}
DEADLINE = 60

# Each scene: the example, columns and rows, and steps: keys to press, then the text to wait for.
SCENES = {
    "hover": ("heart", 126, 36, [(["K"], "why here")]),
    # A search opens the fold of its match.
    "trace": ("heart", 132, 46, [
        ([":Unembed trace float", "Enter"], "dominant sub-updates"),
        (["/^ .*  5 .*1.26", "Enter"], "topic"),
    ]),
    "search": ("history", 120, 30, [([":Unembed search food", "Enter"], "Type number")]),
    "card": ("history", 120, 42, [
        ([":Unembed vector L5D662", "Enter"], "cluster"),
        ([], "therapy, treatment"),
    ]),
    "generate": ("history", 120, 24, [([":Unembed generate", "Enter"], "differs from token")]),
    "interventions": ("history", 120, 22, [
        (["/L2D343", "Enter", ":Unembed toggle", "Enter"], "○"),
        (["/L5D662", "Enter", "4", "C-a"], "+12.00"),
    ]),
}


def tmux(socket, *args):
    return subprocess.run(["tmux", "-S", socket, *args], check=True, capture_output=True, text=True).stdout


def wait_for(socket, text):
    """The screen, with its colours, once it shows the text and two captures in a row are equal."""
    until, before = time.monotonic() + DEADLINE, None
    while True:
        screen = tmux(socket, "capture-pane", "-p", "-e")
        plain = re.sub(r"\x1b\[[0-9;:]*m", "", screen)
        if text in plain and screen == before:
            return screen
        if time.monotonic() > until:
            sys.exit(f"{text!r} was never seen:\n{plain}")
        before = screen
        time.sleep(0.2)


def capture(unembed, home, scene, theme):
    example, columns, rows, steps = SCENES[scene]
    socket = f"{home}/tmux"
    # A runtime folder of its own keeps it away from the user's daemon.
    command = ["env", f"HOME={home}", f"XDG_RUNTIME_DIR={home}/run", f"UNEMBED={unembed}", "COLORTERM=truecolor",
               str(ROOT / ".venv/bin/nvim"), "-u", str(HERE / "minimal_init.lua"),
               f"+set termguicolors background={theme} laststatus=0 noruler winborder=rounded nohlsearch", "+normal G$",
               f"{example}.prompt"]
    tmux(socket, "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", f"{home}/examples",
         *command)
    try:
        tmux(socket, "set", "-g", "status", "off")
        wait_for(socket, " here")
        screen = None
        for keys, text in steps:
            if keys:
                tmux(socket, "send-keys", *keys)
            screen = wait_for(socket, text)
        return screen.rstrip("\n").split("\n")
    finally:
        tmux(socket, "kill-server")


def prepare(unembed, home):
    """A project with the examples, whose index is built."""
    shutil.copytree(ROOT / "config/examples", f"{home}/examples")
    os.makedirs(f"{home}/examples/.git")
    os.makedirs(f"{home}/run", mode=0o700)
    environment = {**os.environ, "HOME": home, "XDG_RUNTIME_DIR": f"{home}/run"}
    environment.pop("XDG_DATA_HOME", None)
    subprocess.run([unembed, "index", "build", "--quiet"], check=True, env=environment, stdout=subprocess.DEVNULL)
    return environment


def cells(lines, plain_ink, plain_paper):
    """Each line's (text, ink, paper, bold) runs. A colour lasts until the next change, also across line ends."""
    ink, paper, bold, reverse = plain_ink, plain_paper, False, False
    for line in lines:
        runs = []
        for escape, text in re.findall(r"\x1b\[([0-9;:]*)m|([^\x1b]+)", line):
            if text:
                runs.append((text, paper, ink, bold) if reverse else (text, ink, paper, bold))
                continue
            codes = [int(c) for c in re.split("[;:]", escape or "0") if c]
            while codes:
                code = codes.pop(0)
                if code == 0:
                    ink, paper, bold, reverse = plain_ink, plain_paper, False, False
                elif code in (1, 22):
                    bold = code == 1
                elif code in (7, 27):
                    reverse = code == 7
                elif code in (38, 48) and codes[:1] == [2]:
                    colour = "#%02x%02x%02x" % tuple(codes[1:4])
                    ink, paper = (colour, paper) if code == 38 else (ink, colour)
                    del codes[:4]
                elif code == 39:
                    ink = plain_ink
                elif code == 49:
                    paper = plain_paper
        yield runs


def svg(lines, columns, theme):
    plain_ink, plain_paper = THEMES[theme]
    width, height = columns * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-size="14" '
           f'font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace">',
           f'<rect width="100%" height="100%" rx="6" fill="{plain_paper}"/>']
    for row, runs in enumerate(cells(lines, plain_ink, plain_paper)):
        x, y = float(MARGIN), MARGIN + row * LINE
        for text, ink, paper, bold in runs:
            w = len(text) * CELL
            if paper != plain_paper:
                out.append(f'<rect x="{x:.1f}" y="{y}" width="{w:.1f}" height="{LINE}" fill="{paper}"/>')
            # Not every viewer stretches a text to its cells, so the blanks at its edges are left out.
            lead = len(text) - len(text.lstrip())
            if shown := text.strip():
                weight = ' font-weight="bold"' if bold else ""
                out.append(f'<text x="{x + lead * CELL:.1f}" y="{y + 13}" fill="{ink}" '
                           f'textLength="{len(shown) * CELL:.1f}" xml:space="preserve"{weight}>{html.escape(shown)}</text>')
            x += w
    return "\n".join([*out, "</svg>", ""])


def main():
    unembed = str(pathlib.Path(sys.argv[1]).resolve())
    for scene in sys.argv[2:] or SCENES:
        for theme in THEMES:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                environment = prepare(unembed, home)
                try:
                    lines = capture(unembed, home, scene, theme)
                finally:
                    subprocess.run([unembed, "stop"], env=environment, stdout=subprocess.DEVNULL)
            out = HERE.parent / "doc" / (f"{scene}.svg" if theme == "dark" else f"{scene}-light.svg")
            out.write_text(svg(lines, SCENES[scene][1], theme))
            print(out)


main()
