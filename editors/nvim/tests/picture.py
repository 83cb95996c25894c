#!/usr/bin/env python3
"""Makes doc/hover.svg: a real Neovim in a terminal (tmux), a hover on the last word of an example, as a picture.

usage: picture.py UNEMBED [NVIM]      (needs tmux; NVIM is .venv/bin/nvim unless named)
"""
import html
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
HERE = pathlib.Path(__file__).resolve().parent
COLUMNS, ROWS, CELL, LINE = 160, 36, 8.4, 18
INK, PAPER = "#e0e2ea", "#14161b"
DEADLINE = 60


def tmux(socket, *args):
    return subprocess.run(["tmux", "-S", socket, *args], check=True, capture_output=True, text=True).stdout


def wait_for(socket, text):
    """The screen, with its colours, once this is on it."""
    until = time.monotonic() + DEADLINE
    while text not in (screen := tmux(socket, "capture-pane", "-p", "-e")):
        if time.monotonic() > until:
            sys.exit(f"{text!r} was never seen:\n{screen}")
        time.sleep(0.1)
    return screen


def capture(unembed, nvim):
    with tempfile.TemporaryDirectory() as home:
        socket = f"{home}/tmux"
        command = ["env", f"HOME={home}", f"UNEMBED={unembed}", "COLORTERM=truecolor", str(nvim), "-u",
                   str(HERE / "minimal_init.lua"), "+set termguicolors laststatus=0 noruler winborder=rounded", "+normal G$",
                   "+autocmd LspAttach * echo 'attached'",
                   str(ROOT / "config/examples/heart.prompt")]
        tmux(socket, "-f", "/dev/null", "new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), *command)
        try:
            tmux(socket, "set", "-g", "status", "off")
            wait_for(socket, "attached")
            tmux(socket, "send-keys", "C-l", "K")
            screen = wait_for(socket, "why here")
            return screen.rstrip("\n").split("\n")
        finally:
            tmux(socket, "kill-server")


def cells(lines):
    """Each line's (text, ink, paper, bold) runs; a terminal's colours last until they are changed, over line ends too."""
    ink, paper, bold, reverse = INK, PAPER, False, False
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
                    ink, paper, bold, reverse = INK, PAPER, False, False
                elif code in (1, 22):
                    bold = code == 1
                elif code in (7, 27):
                    reverse = code == 7
                elif code in (38, 48) and codes[:1] == [2]:
                    colour = "#%02x%02x%02x" % tuple(codes[1:4])
                    ink, paper = (colour, paper) if code == 38 else (ink, colour)
                    del codes[:4]
                elif code == 39:
                    ink = INK
                elif code == 49:
                    paper = PAPER
        yield runs


def svg(lines):
    width, height = COLUMNS * CELL + 16, len(lines) * LINE + 16
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-size="14" '
           f'font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace">',
           f'<rect width="100%" height="100%" rx="6" fill="{PAPER}"/>']
    for row, runs in enumerate(cells(lines)):
        x, y = 8.0, 8 + row * LINE
        for text, ink, paper, bold in runs:
            w = len(text) * CELL
            if paper != PAPER:
                out.append(f'<rect x="{x:.1f}" y="{y}" width="{w:.1f}" height="{LINE}" fill="{paper}"/>')
            if text.strip():
                weight = ' font-weight="bold"' if bold else ""
                out.append(f'<text x="{x:.1f}" y="{y + 13}" fill="{ink}" textLength="{w:.1f}" xml:space="preserve"{weight}>'
                           f"{html.escape(text)}</text>")
            x += w
    return "\n".join([*out, "</svg>", ""])


def main():
    nvim = sys.argv[2] if len(sys.argv) > 2 else ROOT / ".venv/bin/nvim"
    out = HERE.parent / "doc" / "hover.svg"
    out.write_text(svg(capture(sys.argv[1], nvim)))
    print(out)


main()
