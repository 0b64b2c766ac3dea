//! Writes MIDI files down: `notate a.mid b.mid` leaves `a.musicxml` and `b.musicxml` in the working folder and says what
//! they could not hold.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};

fn main() -> Result<(), formats::Error> {
    for argument in std::env::args_os().skip(1) {
        let path = PathBuf::from(argument);
        let score = formats::midi::read(&formats::read_file(&path)?)?.score;
        let written = formats::musicxml::write(&score);
        let target = Path::new(path.file_stem().unwrap_or_default()).with_extension("musicxml");
        formats::write_file(&target, written.text.as_bytes())?;
        println!("{}", target.display());
        for loss in written.losses {
            println!("  {loss}");
        }
    }
    Ok(())
}
