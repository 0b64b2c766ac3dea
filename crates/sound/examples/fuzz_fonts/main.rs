//! Tries damaged fonts for as long as it is told: `fuzz_fonts [COUNT] [SEED] [SECONDS]`, 20000, 1 and 2.0 unless
//! given. Ends with an error if anything got through the fence.
#![allow(clippy::print_stdout, reason = "its report is its purpose")]

mod fonts;

use std::process::ExitCode;

fn main() -> ExitCode {
    let argument = |index| std::env::args().nth(index);
    let count = argument(1).and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let seed = argument(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let seconds = argument(3).and_then(|text| text.parse().ok()).unwrap_or(2.0);
    let start = std::time::Instant::now();
    let outcome = fonts::try_fonts(count, seed, seconds);
    println!("font of {} bytes, seed {seed}, {seconds} s each, {:?}", fonts::small_font().len(), start.elapsed());
    println!("{outcome:#?}");
    if outcome.escaped + outcome.not_finite + outcome.too_loud == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
