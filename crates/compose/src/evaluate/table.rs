//! Figures of many answers, averaged: by who wrote them and by collection.

use super::Figures;
use serde::Serialize;
use std::collections::BTreeMap;

/// The mean figures of one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Who wrote the answers.
    pub writer: String,
    /// Of which collection; none: the mean over collections.
    pub collection: Option<String>,
    /// How many answers.
    pub tasks: usize,
    /// The means by name, those left out of which nothing could be measured.
    pub figures: BTreeMap<&'static str, f64>,
}

/// Figures by writer and collection, as they come.
#[derive(Debug, Default)]
pub struct Table {
    writers: Vec<String>,
    rows: BTreeMap<(usize, String), Vec<Figures>>,
}

impl Table {
    /// Adds the figures of one answer.
    pub fn add(&mut self, writer: &str, collection: &str, figures: Figures) {
        let known = self.writers.iter().position(|known| known == writer);
        let at = known.unwrap_or_else(|| {
            self.writers.push(writer.to_owned());
            self.writers.len() - 1
        });
        self.rows.entry((at, collection.to_owned())).or_default().push(figures);
    }

    /// For each writer, in the order in which they came, the mean over collections and then each collection.
    pub fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for (at, writer) in self.writers.iter().enumerate() {
            let own = self.rows.iter().filter(|((of, _), _)| *of == at);
            let line = |collection: Option<&String>, all: &[&Figures], means: BTreeMap<&'static str, f64>| Line {
                writer: writer.clone(),
                collection: collection.cloned(),
                tasks: all.len(),
                figures: counted(all).map(|f1| (Figures::COUNTED, f1)).into_iter().chain(means).collect(),
            };
            let each: Vec<Line> = own
                .clone()
                .map(|((_, collection), figures)| {
                    let means = means(figures.iter().map(Figures::all));
                    line(Some(collection), &figures.iter().collect::<Vec<_>>(), means)
                })
                .collect();
            let rows = each.iter().map(|line| Figures::NAMES.map(|name| line.figures.get(name).copied()));
            let all: Vec<&Figures> = own.flat_map(|(_, figures)| figures).collect();
            lines.push(line(None, &all, means(rows)));
            lines.extend(each);
        }
        lines
    }
}

/// [`Figures::COUNTED`]: 2 · matches / notes of both, over all answers.
fn counted(all: &[&Figures]) -> Option<f64> {
    let notes: usize = all.iter().map(|figures| figures.notes).sum();
    let twice: f64 = all.iter().filter_map(|figures| Some(figures.note_f1? * figures.notes as f64)).sum();
    (notes > 0).then(|| twice / notes as f64)
}

fn means(rows: impl Iterator<Item = [Option<f64>; 10]>) -> BTreeMap<&'static str, f64> {
    let rows: Vec<_> = rows.collect();
    let column = |at: usize| {
        let values: Vec<f64> = rows.iter().filter_map(|row| row[at]).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let named = Figures::NAMES.iter().enumerate().filter_map(|(at, name)| Some((*name, column(at)?)));
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collections_weigh_the_same() {
        let mut table = Table::default();
        for (collection, note_f1, notes) in [("a", 1.0, 10), ("a", 0.0, 20), ("b", 0.9, 10)] {
            table.add("model", collection, Figures { notes, note_f1: Some(note_f1), ..Figures::default() });
        }
        let lines = table.lines();
        let found: Vec<_> =
            lines.iter().map(|line| (line.collection.as_deref(), line.tasks, line.figures["note F1"])).collect();
        assert_eq!(found, [(None, 3, 0.7), (Some("a"), 2, 0.5), (Some("b"), 1, 0.9)]);
        let counted: Vec<String> = lines.iter().map(|line| format!("{:.3}", line.figures[Figures::COUNTED])).collect();
        assert_eq!(counted, ["0.475", "0.333", "0.900"], "each note weighs the same");
        assert!(!lines[0].figures.contains_key("copied"));
    }
}
