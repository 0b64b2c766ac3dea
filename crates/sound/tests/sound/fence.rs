//! Twenty thousand damaged fonts (P5 of the reliability list).

#[path = "../../examples/fuzz_fonts/fonts.rs"]
mod fonts;

use fonts::{Outcome, small_font, try_fonts};
use std::time::Instant;

/// Sounding time per font; the example sounds longer.
const SECONDS: f32 = 0.1;

#[test]
fn no_damaged_font_gets_through_the_fence() {
    let start = Instant::now();
    let outcome = try_fonts(20_000, 1, SECONDS);
    eprintln!("{outcome:?} in {:?}, from {} bytes", start.elapsed(), small_font().len());
    let Outcome { tried, refused, played, faults, escaped, not_finite, too_loud } = outcome;
    assert_eq!((tried, refused + played), (20_000, 20_000));
    assert_eq!((escaped, not_finite, too_loud), (0, 0, 0));
    assert!(played > 2000 && faults > 0, "the mutations reach the synthesiser");
}
