//! A new migration is embedded although no Rust file has changed.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
