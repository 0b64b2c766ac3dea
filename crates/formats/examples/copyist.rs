//! Overwrites a file without end with ever newer contents of up to a megabyte, and says each number once it is written,
//! so that a test can kill it at any moment: `copyist FILE FIRST`.
#![allow(missing_docs)]

use std::io::{Error, Write, stdout};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let path = PathBuf::from(arguments.next().ok_or_else(|| Error::other("which file?"))?);
    let first: u32 = arguments.next().and_then(|number| number.to_str()?.parse().ok()).ok_or("from which number?")?;
    for number in first.. {
        formats::write_file(&path, &contents(number))?;
        let mut out = stdout().lock();
        writeln!(out, "{number}")?;
        out.flush()?;
    }
    Ok(())
}

/// Number, length, the number's last byte over and over, number: what is not whole shows.
fn contents(number: u32) -> Vec<u8> {
    let length = 12 + number.wrapping_mul(2_654_435_761) % 1_000_000;
    let mut bytes = [number.to_be_bytes(), length.to_be_bytes()].concat();
    bytes.resize(length as usize - 4, number as u8);
    bytes.extend(number.to_be_bytes());
    bytes
}
