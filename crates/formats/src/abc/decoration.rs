//! Decorations: what changes how a note is played.

use super::body::Body;
use super::scan::Scan;
use crate::written::{Jumps, Kind, Loud, What};
use notation::Dynamic;

const DYNAMICS: [(&str, Dynamic); 8] = [
    ("ppp", Dynamic::Ppp),
    ("pp", Dynamic::Pp),
    ("p", Dynamic::P),
    ("mp", Dynamic::Mp),
    ("mf", Dynamic::Mf),
    ("f", Dynamic::F),
    ("ff", Dynamic::Ff),
    ("fff", Dynamic::Fff),
];

const ORNAMENTS: [&str; 16] = [
    "trill",
    "trill(",
    "mordent",
    "lowermordent",
    "uppermordent",
    "pralltriller",
    "roll",
    "turn",
    "turnx",
    "invertedturn",
    "invertedturnx",
    "slide",
    "//",
    "///",
    "/",
    "tremolo",
];

impl Body<'_> {
    /// A decoration by its name.
    pub(super) fn decoration(&mut self, name: &str, scan: &Scan) {
        let place = || scan.place();
        let level = DYNAMICS.iter().find(|known| known.0 == name).map(|known| Loud::Level(known.1.velocity()));
        let loud = level.or(match name {
            "pppp" => Some(Loud::Level(Dynamic::Ppp.velocity() / 2)),
            "ffff" => Some(Loud::Level(127)),
            "sfz" | "sf" => Some(Loud::Once(Dynamic::Ff.velocity())),
            "<(" | "crescendo(" => Some(Loud::Wedge(true)),
            ">(" | "diminuendo(" => Some(Loud::Wedge(false)),
            "<)" | "crescendo)" | ">)" | "diminuendo)" => Some(Loud::WedgeEnd),
            _ => None,
        });
        if let Some(loud) = loud {
            self.voice().put(What::Loud(loud));
            return;
        }
        match name {
            ">" | "accent" | "emphasis" | "^" | "marcato" => self.voice().accent = true,
            "segno" => self.jump(|jumps| jumps.segno = Some(String::new())),
            "coda" => self.jump(|jumps| jumps.coda = Some(String::new())),
            "dacoda" => self.jump(|jumps| jumps.to_coda = Some(String::new())),
            "fine" => self.jump(|jumps| jumps.fine = true),
            "D.C." | "dacapo" | "D.C.alfine" | "D.C.alcoda" => self.jump(|jumps| jumps.da_capo = true),
            "D.S." | "D.S.alfine" | "D.S.alcoda" => self.jump(|jumps| jumps.dal_segno = Some(String::new())),
            "fermata" | "invertedfermata" | "breath" | "caesura" | "shortphrase" | "mediumphrase" | "longphrase" => {
                self.report.add(Kind::Fermata, place);
            }
            "arpeggio" => self.report.add(Kind::Arpeggio, place),
            _ if ORNAMENTS.contains(&name) => self.report.add(Kind::Ornament, place),
            _ => self.report.add(Kind::Articulation, place),
        }
    }

    /// The letters that stand for decorations (ABC 2.1, 4.14); others may be defined by a file and are left out.
    pub(super) fn short_decoration(&mut self, letter: char, scan: &Scan) {
        let name = match letter {
            '.' => "staccato",
            '~' => "roll",
            'H' => "fermata",
            'L' => "accent",
            'M' => "lowermordent",
            'O' => "coda",
            'P' => "uppermordent",
            'S' => "segno",
            'T' => "trill",
            'u' => "upbow",
            'v' => "downbow",
            _ => return self.unknown(scan),
        };
        self.decoration(name, scan);
    }

    fn jump(&mut self, note: impl FnOnce(&mut Jumps)) {
        let voice = self.voice();
        note(voice.open.marks.jumps.get_or_insert_default());
    }
}
