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
            let each: Vec<Line> = own
                .map(|((_, collection), figures)| Line {
                    writer: writer.clone(),
                    collection: Some(collection.clone()),
                    tasks: figures.len(),
                    figures: means(figures.iter().map(|figures| figures.all())),
                })
                .collect();
            let rows = each.iter().map(|line| Figures::NAMES.map(|name| line.figures.get(name).copied()));
            let tasks = each.iter().map(|line| line.tasks).sum();
            lines.push(Line { writer: writer.clone(), collection: None, tasks, figures: means(rows) });
            lines.extend(each);
        }
        lines
    }
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
        let figures = |note_f1| Figures { note_f1: Some(note_f1), ..Figures::default() };
        for (collection, note_f1) in [("a", 1.0), ("a", 0.0), ("b", 0.9)] {
            table.add("model", collection, figures(note_f1));
        }
        let lines = table.lines();
        let found: Vec<_> =
            lines.iter().map(|line| (line.collection.as_deref(), line.tasks, line.figures["note F1"])).collect();
        assert_eq!(found, [(None, 3, 0.7), (Some("a"), 2, 0.5), (Some("b"), 1, 0.9)]);
        assert!(!lines[0].figures.contains_key("copied"));
    }
}
