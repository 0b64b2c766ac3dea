//! # What it forbids
//! EMPTY.
//! # Why
//! Who asks for a variation of notes wants notes; silence as an answer is a known habit of infilling models.
//! # Source
//! `docs/tokens.md` §6: "forbid EMPTY when notes were asked for".

/// Silence is refused as long as a note is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sounding;

impl Sounding {
    /// Whether EMPTY may be said, when a note is `possible` or not.
    pub fn allows_silence(self, possible: bool) -> bool {
        !possible
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_allowed_only_where_no_note_is_possible() {
        for (possible, allowed) in [(true, false), (false, true)] {
            assert_eq!(Sounding.allows_silence(possible), allowed);
        }
    }
}
