"""CPU time of rendering against fluidsynth: same font (TimGM6mb), 44.1 kHz, 16 bit, polyphony 256 on both sides.

    render.py DIABELLI [PIECES]

Takes every so many-th piece of DIABELLI_CORPUS/valid, by turns with the one and the other, and prints the ratio of
CPU times (user and system, of the whole process) for each piece and their median.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

FONT = Path("/usr/share/sounds/sf2/TimGM6mb.sf2")


def cpu(command):
    """CPU seconds of a command that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    diabelli, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20
    corpus = os.environ.get("DIABELLI_CORPUS")
    if not corpus or not FONT.is_file():
        print("skipped: set DIABELLI_CORPUS, and install fluidsynth and timgm6mb-soundfont")
        return
    pieces = sorted(Path(corpus, "valid").rglob("*.mid"))
    pieces = pieces[:: max(1, len(pieces) // count)][:count]
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours.wav"), Path(folder, "theirs.wav")
        for piece in pieces:
            render = [diabelli, "render", piece, "-o", ours, "--soundfont", FONT, "--bits", "16", "--max-minutes", "120"]
            fluid = ["fluidsynth", "-ni", "-q", "-r", "44100", "-o", "synth.polyphony=256", "-T", "wav", "-F", theirs, FONT, piece]
            mine = min(cpu(render) for _ in range(2))
            other = min(cpu(fluid) for _ in range(2))
            ratios.append(mine / other)
            print(f"{piece.stem[:40]:40} {mine:6.2f} s  {other:6.2f} s  {mine / other:.2f}", flush=True)
    print(f"\nmedian of {len(ratios)} pieces: {statistics.median(ratios):.2f} of fluidsynth's CPU time (goal 0.80)")


main()
