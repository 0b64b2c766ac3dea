//! The evaluation as a page for people: what was measured and how, tables, a plot.

use engine::{Evaluated, Figures, WritingLine};
use std::fmt::Write;

/// What the figures mean, said once for everybody who reads the page.
const MEANING: &str = "\
Everything here is measured on pieces that the model has not seen, split by work. `diabelli evaluate MODEL CORPUS -o \
docs/evaluation.md` makes this page; the same model and seed give the same figures, times apart.

**Bits per note**: what the notes of held-out windows cost, half of them plain and half with masked cells, all scored \
tokens over all scored notes; beside it an interpolated Witten-Bell 5-gram that counted 20 million tokens of the same \
form.

**Writing**: excerpts of eight bars, as many from each collection, lose cells in which a person had written notes, by \
turns here and there (each with probability one half), a whole part, or the last bar of all parts. Nobody is told \
anything else: neither how dense the lost bars were nor in which key. The model's answer is the first candidate of \
`--mode infill --scale off` with all else as shipped: of 16 draws one that follows the lines \
of the piece that the critic chooses for the open bars, if there are any that are worth it, and otherwise the one that \
the others agree with most; first those without a run of 16 notes from the training music, then those that do not \
play one bar four times in a row. Means over collections:

* *note F1*, *onset F1*: notes matched one to one by cell and onset, with and without pitch; *counted*: the notes of \
all excerpts together, so that those with many notes weigh more;
* *pitch classes*: overlap of the pitch-class histograms; *entropy difference*: of their entropies, in bits;
* *groove*: 1 − XOR of onsets over places, 12 places to the quarter; *in key*: notes in the scale of the person's excerpt;
* *coverage*: cells that have notes; *collapse*: excerpts with four equal bars in a row in a part that was asked for;
* *range errors*: notes outside the instrument's range; *copied*: excerpts with a run of 16 notes from the training music.

Playing the person's bars again gives the first row; what it scores there is no error.
";

/// The page; `plot` names the picture beside it.
pub fn page(done: &Evaluated, plot: Option<&str>) -> String {
    let mut page = format!("# Evaluation\n\n{MEANING}\nModel: {}\n\n", done.model);
    bits(&mut page, done);
    page.push_str("\n## Writing\n\n");
    if let Some(plot) = plot {
        let _ = writeln!(page, "![Note F1 and onset F1 by writer]({plot})\n");
    }
    let all: Vec<&WritingLine> = done.writing.iter().filter(|line| line.collection.is_none()).collect();
    let each: Vec<&WritingLine> = done.writing.iter().filter(|line| line.collection.is_some()).collect();
    let patterns: Vec<&WritingLine> = done.patterns.iter().filter(|line| line.collection.is_some()).collect();
    table(&mut page, &all);
    page.push_str("\nBy what was taken out:\n\n");
    table(&mut page, &patterns);
    page.push_str("\nBy collection:\n\n");
    table(&mut page, &each);
    page.push_str(
        "\nWhere a part is taken out whole there is no bar of it that could be copied, so that means over what was copied \
         leave the hardest excerpts out. The model beside the matching bar, both on the excerpts in which that has notes:\n\n",
    );
    table(&mut page, &done.paired.iter().collect::<Vec<_>>());
    page.push_str("\nBy which of the model's draws is taken:\n\n");
    table(&mut page, &done.choosing.iter().filter(|line| line.collection.is_none()).collect::<Vec<_>>());
    let (median, late) = done.seconds;
    let _ = writeln!(
        page,
        "\nAn excerpt took the model {median:.2} s (median) and {late:.2} s (95th percentile) for four candidates."
    );
    page.push_str(
        "\n## Going on\n\nThe first four bars of the same excerpts are told, with `--mode continue` the last four are written, \
         all parts that played there. The first candidate, as above:\n\n",
    );
    table(&mut page, &done.going_on.iter().filter(|line| line.collection.is_none()).collect::<Vec<_>>());
    strength(&mut page, done);
    page
}

fn bits(page: &mut String, done: &Evaluated) {
    page.push_str("| bits per note | model | 5-gram | saved |\n|---|---:|---:|---:|\n");
    for row in &done.bits {
        let name = row.collection.as_ref().map_or("**all, by weight**".into(), |name| format!("`{name}`"));
        let ngram = row.ngram.map_or("–".into(), |bits| format!("{bits:.2}"));
        let saved = row.ngram.map_or("–".into(), |bits| format!("{:.0} %", 100.0 * (1.0 - row.model / bits)));
        let _ = writeln!(page, "| {name} | {:.2} | {ngram} | {saved} |", row.model);
    }
}

fn table(page: &mut String, lines: &[&WritingLine]) {
    let columns: Vec<&str> =
        [Figures::NAMES[0], Figures::COUNTED].into_iter().chain(Figures::NAMES[1..].iter().copied()).collect();
    let _ = writeln!(page, "| writer | tasks | {} |\n|---|---:|{}", columns.join(" | "), "---:|".repeat(columns.len()));
    for line in lines {
        let figure = |name: &&str| line.figures.get(*name).map_or("–".into(), |value| format!("{value:.3}"));
        let figures: Vec<String> = columns.iter().map(figure).collect();
        let of = line.collection.as_ref().map_or(String::new(), |name| format!(", {}", name.replace('_', " ")));
        let _ = writeln!(page, "| {}{of} | {} | {} |", line.writer, line.tasks, figures.join(" | "));
    }
}

fn strength(page: &mut String, done: &Evaluated) {
    let strength = &done.strength;
    let _ = writeln!(
        page,
        "\n## Strength\n\nThe first candidate for a variation of {} held-out passages of one part, eight bars each, at each \
         strength: how like its source it is.\n\n| strength | notes | rhythm | pitches | contour |\n|---:|---:|---:|---:|---:|",
        strength.passages
    );
    for (at, one) in &strength.stops {
        let _ =
            writeln!(page, "| {at} | {:.2} | {:.2} | {:.2} | {:.2} |", one.notes, one.rhythm, one.pitches, one.contour);
    }
    let (all, means) = strength.correlation;
    let _ = writeln!(
        page,
        "\nSpearman's correlation of strength and 1 − note F1: {all:.3} over all variations, {means:.3} over the means."
    );
}

/// Bars of note F1 and onset F1 for every writer but people, whose are 1.
pub fn plot(done: &Evaluated) -> String {
    let (width_of_all, left, row_height) = (640.0, 170.0, 44.0);
    let lines: Vec<&WritingLine> =
        done.writing.iter().filter(|line| line.collection.is_none() && line.writer != "people").collect();
    let height = row_height * lines.len() as f64 + 30.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width_of_all} {height}\" font-family=\"sans-serif\" \
         font-size=\"13\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
    );
    for (at, line) in lines.iter().enumerate() {
        let top = row_height * at as f64 + 8.0;
        let _ =
            write!(svg, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", left - 10.0, top + 20.0, line.writer);
        for (row, (name, colour)) in [("note F1", "#7c3aed"), ("onset F1", "#1d64d8")].iter().enumerate() {
            let value = line.figures.get(name).copied().unwrap_or(0.0);
            let (y, width) = (top + 15.0 * row as f64, value * (width_of_all - left - 60.0));
            let _ = write!(
                svg,
                "<rect x=\"{left}\" y=\"{y}\" width=\"{width:.1}\" height=\"13\" fill=\"{colour}\"/><text x=\"{:.1}\" \
                 y=\"{}\">{value:.3}</text>",
                left + width + 6.0,
                y + 11.0
            );
        }
    }
    let _ = write!(
        svg,
        "<text x=\"{left}\" y=\"{}\"><tspan fill=\"#7c3aed\">note F1</tspan>  <tspan fill=\"#1d64d8\">onset F1</tspan></text></svg>",
        height - 8.0
    );
    svg
}
