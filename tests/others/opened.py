"""What Diabelli writes, opened by programs that others have written.

    opened.py DIABELLI OUT [CORPUS]

Takes the templates, `tests/others/tune.abc` and, of an unpacked corpus, the first pieces of each collection of `valid/`, has
them written as MIDI, MusicXML, WAV and FLAC, and asks: mido for the notes of MIDI files; xmllint whether MusicXML is valid
by the W3C's schema of version 4.0 (it comes with the package `musicxml`); music21 for the notes of MusicXML; sox for the
samples of WAV and FLAC. Prints a line for each piece and ends with 1 if anything is not as it should be.
"""

import subprocess
import sys
from collections import Counter
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import mido
import music21

# The staves of each template: a keyboard has two.
TEMPLATES = {"piano": 2, "satb": 4, "quartet": 4, "band": 6, "orchestra": 14, "lead-sheet": 4}
# Pieces of each collection, the smallest first, none with more bytes: music21 takes seconds for a large one.
EACH, MOST = 2, 20_000
# Two onsets are the same within so many quarters: notation is exact, ticks are not.
NEAR = Fraction(1, 24)
# The share of notes that may be others: music21 does not join ties of chords that share only some of their notes.
OTHERS = 0.05

HERE = Path(__file__).parent


def run(*words):
    """What a program prints; what it complains of is the error."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{Path(str(words[0])).name}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def midi_notes(path):
    """(onset in quarters, key) of every note, counted; drums by themselves."""
    file = mido.MidiFile(path)
    found = Counter()
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity:
                found[Fraction(now, file.ticks_per_beat), message.note, message.channel == 9] += 1
    return found


def schema(out):
    """The W3C's schema with what it imports, found without a network."""
    [package] = find_spec("musicxml").submodule_search_locations
    text = Path(package, "generate_classes", "musicxml_4_0.xsd").read_text(encoding="utf-8")
    for part in ("xml", "xlink"):
        text = text.replace(f"http://www.musicxml.org/xsd/{part}.xsd", (HERE / f"{part}.xsd").resolve().as_uri())
    path = out / "musicxml.xsd"
    path.write_text(text, encoding="utf-8")
    return path


def written_notes(path):
    """(onset in quarters, key) of every note that music21 reads in MusicXML, ties joined."""
    score = music21.converter.parse(path, format="musicxml").stripTies()
    found = Counter()
    for note in score.recurse().notes:
        if isinstance(note, music21.harmony.Harmony):
            continue
        onset = Fraction(note.getOffsetInHierarchy(score)).limit_denominator(960)
        for pitch in note.pitches:
            found[onset, round(pitch.ps)] += 1
    return found


def alone(some, others):
    """The share of some notes that have no partner among others."""
    left = {}
    for (onset, key), count in others.items():
        left.setdefault(key, []).extend([onset] * count)
    without = 0
    for (onset, key), count in some.items():
        for _ in range(count):
            near = next((other for other in left.get(key, []) if abs(other - onset) <= NEAR), None)
            if near is None:
                without += 1
            else:
                left[key].remove(near)
    return without / max(1, some.total())


def by_key(notes):
    """Notes counted by key alone."""
    found = Counter()
    for (_, key), count in notes.items():
        found[0, key] += count
    return found


def is_written(notes):
    """Whether nearly all onsets stand on a grid of twelfths and eighths of a quarter, as those of a performance do not."""
    grid = [onset for (onset, _), count in notes.items() for _ in range(count) if (onset * 24) % 1 in (0, Fraction(1, 2))]
    return len(grid) >= (1 - OTHERS) * notes.total()


def check(diabelli, source, out, grammar):
    """Opens what is written of one piece; answers a line about it."""
    midi, notation, small = (out / f"{source.stem}.{end}" for end in ("out.mid", "musicxml", "mxl"))
    run(diabelli, "convert", source, midi)
    run(diabelli, "convert", source, notation)
    notes = midi_notes(midi)
    if source.suffix == ".mid":
        before = midi_notes(source)
        assert notes == before, f"mido reads {notes.total()} notes of {before.total()}"
    run("xmllint", "--noout", "--nonet", "--schema", grammar, notation)
    run(diabelli, "convert", source, small)
    with ZipFile(small) as archive:
        assert archive.testzip() is None, "an entry of the compressed document is spoiled"
        assert archive.read("score.musicxml") == notation.read_bytes(), "the compressed document is another one"
    old = out / f"{source.stem}.old.musicxml"
    run(diabelli, "convert", source, old, "--musicxml", "3.1")
    said = old.read_text(encoding="utf-8")
    assert '<score-partwise version="3.1">' in said, "the older document does not say its version"
    assert said.replace("3.1 Partwise", "4.0 Partwise").replace('version="3.1"', 'version="4.0"') == notation.read_text(encoding="utf-8"), "the older document holds something else"
    # music21 gives no key to what is unpitched.
    played = Counter()
    for (onset, key, drum), count in notes.items():
        if not drum:
            played[onset, key] += count
    written = written_notes(notation)
    assert music21.converter.parse(small).recurse().notes, "music21 reads no notes in the compressed document"
    placed = is_written(played)
    one, other = (written, played) if placed else (by_key(written), by_key(played))
    for some, others, where in ((one, other, "MIDI"), (other, one, "MusicXML")):
        share = alone(some, others)
        assert share <= OTHERS, f"{100 * share:.1f} % of the notes are not in the {where}"
    what = "keys and places" if placed else "keys"
    return f"{notes.total()} notes in MIDI, {written.total()} in MusicXML: the same {what}"


def sounds(diabelli, source, out):
    """Whether sox reads the very samples from FLAC that it reads from WAV."""
    wav, flac = out / "sound.wav", out / "sound.flac"
    run(diabelli, "render", source, "-o", wav)
    run(diabelli, "render", source, "-o", flac)
    raw = [subprocess.run(["sox", str(path), "-t", "raw", "-"], capture_output=True, check=True).stdout for path in (wav, flac)]
    assert raw[0] and raw[0] == raw[1], "sox reads other samples from FLAC than from WAV"
    return len(raw[0]) // 4


def main():
    diabelli, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    sources = [HERE / "tune.abc"]
    grammar = schema(out)
    for template, staves in TEMPLATES.items():
        path = out / f"template-{template}.musicxml"
        run(diabelli, "new", "--template", template, "-o", path)
        run("xmllint", "--noout", "--nonet", "--schema", grammar, path)
        score = music21.converter.parse(path, format="musicxml")
        # To music21 each staff is a part.
        assert len(score.parts) == staves, f"{len(score.parts)} staves of {staves} in {path}"
        assert {len(part.getElementsByClass("Measure")) for part in score.parts} == {16}, f"other than 16 bars in {path}"
    if len(sys.argv) > 3:
        for collection in sorted(Path(sys.argv[3], "valid").iterdir()):
            pieces = sorted(collection.rglob("*.mid"), key=lambda piece: (piece.stat().st_size, piece.name))
            sources += [piece for piece in pieces[:EACH] if piece.stat().st_size <= MOST]
    wrong = 0
    for source in sources:
        try:
            print(f"{source.name}: {check(diabelli, source, out, grammar)}")
        except AssertionError as error:
            wrong += 1
            print(f"{source.name}: {error}", file=sys.stderr)
    print(f"{sounds(diabelli, sources[0], out)} samples are the same in WAV and FLAC")
    print(f"{len(sources) - wrong} of {len(sources)} pieces are opened by mido, xmllint and music21")
    sys.exit(1 if wrong else 0)


main()
