//! How the tensors of a voice are called, and what each of them changes.

use super::style::{PREFIX, WORDS};
use std::ops::Range;

/// What the product of a low-rank change is multiplied with: alpha / rank.
pub(crate) const SCALE: f32 = 2.0;

/// How a tensor of a voice changes a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// D of the weight with this name.
    Down(&'a str),
    /// U.
    Up(&'a str),
    /// Δ.
    Whole(&'a str),
    /// Vectors of ids, from this one on.
    Rows(u32),
}

/// The names that other programs know low-rank changes by (Hugging Face PEFT, `adapter_model.safetensors`).
const PEFT: &str = "base_model.model.";
pub(super) const DELTA: &str = "delta.";
pub(crate) const EMBEDDING: &str = "model.embed_tokens.weight";

/// The tensors of a style, and the ids that they belong to.
pub(crate) const STYLES: [(&str, Range<u32>); 2] = [("style.prefix", PREFIX), ("style.words", WORDS)];

/// What is read instead of the embedding of a network with a voice that has a style: [ids, width].
pub(crate) const READ: &str = "style.read";

/// Names of D and U of a weight `….weight`.
pub(crate) fn low_names(weight: &str) -> (String, String) {
    let stem = weight.strip_suffix(".weight").unwrap_or(weight);
    (format!("{PEFT}{stem}.lora_A.weight"), format!("{PEFT}{stem}.lora_B.weight"))
}

/// Which part of which weight a tensor of a voice is; the weight's name is that of the network, but for `.weight` in
/// low-rank names.
pub(crate) fn part(name: &str) -> Option<Part<'_>> {
    if let Some((_, ids)) = STYLES.iter().find(|(style, _)| *style == name) {
        return Some(Part::Rows(ids.start));
    }
    if let Some(weight) = name.strip_prefix(DELTA) {
        return Some(Part::Whole(weight));
    }
    let name = name.strip_prefix(PEFT)?;
    let down = name.strip_suffix(".lora_A.weight").map(Part::Down);
    down.or_else(|| name.strip_suffix(".lora_B.weight").map(Part::Up))
}
