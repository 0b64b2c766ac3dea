//! The command line of Diabelli.
fn main() {}
