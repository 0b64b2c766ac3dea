//! Which MusicXML is written.

use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// A version of MusicXML that can be written. What is written uses nothing that came after 3.1, so that both hold the
/// same; what differs is what the document says of itself, by which older programs decide whether they open it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Version {
    /// MusicXML 3.1 of 2017, for programs that know no other.
    #[serde(rename = "3.1")]
    V3_1,
    /// MusicXML 4.0 of 2021.
    #[default]
    #[serde(rename = "4.0")]
    V4_0,
}

impl Version {
    /// All of them, the oldest first.
    pub const ALL: [Version; 2] = [Version::V3_1, Version::V4_0];

    /// Its number, as documents give it.
    pub fn name(self) -> &'static str {
        match self {
            Version::V3_1 => "3.1",
            Version::V4_0 => "4.0",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, form: &mut fmt::Formatter) -> fmt::Result {
        form.write_str(self.name())
    }
}

/// A version that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("MusicXML {0} cannot be written; 3.1 and 4.0 can")]
pub struct UnknownVersion(String);

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(name: &str) -> Result<Self, UnknownVersion> {
        Version::ALL.into_iter().find(|version| version.name() == name).ok_or_else(|| UnknownVersion(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::musicxml;
    use notation::Plan;

    /// Elements and attributes that MusicXML 4.0 added (its list of changes, "New features").
    const NEW: [&str; 12] = [
        "<instrument-change",
        "<swing",
        "<listen",
        "<assess",
        "<sync",
        "<for-part",
        "<concert-score",
        "<player",
        "<numeral",
        "<metal",
        "<direction system=",
        "<harmony system=",
    ];

    #[test]
    fn both_versions_hold_the_same_and_nothing_newer_than_the_older_one() {
        let score = score::text::score("C4:1/4 E4:1/4 G4:1/4 C5:1/4\nC2:1").unwrap();
        let [old, new] = Version::ALL.map(|version| musicxml::write_planned(&score, &Plan::of(&score), version).text);
        assert!(old.contains("DTD MusicXML 3.1 Partwise") && old.contains("<score-partwise version=\"3.1\">"), "{old}");
        assert_eq!(old.replace("3.1", "4.0"), new);
        assert!(NEW.iter().all(|new| !old.contains(new)));
        assert_eq!(
            musicxml::read(old.as_bytes()).unwrap().score.to_bytes(),
            musicxml::read(new.as_bytes()).unwrap().score.to_bytes()
        );
        assert_eq!("3.1".parse(), Ok(Version::V3_1));
        assert_eq!(
            "2.0".parse::<Version>().unwrap_err().to_string(),
            "MusicXML 2.0 cannot be written; 3.1 and 4.0 can"
        );
    }
}
