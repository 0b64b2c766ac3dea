//! The window's page and its Rust side name the same commands.

use std::collections::BTreeSet;

#[test]
fn page_and_program_know_the_same_commands() {
    let rust = include_str!("../../src-tauri/src/commands.rs");
    let list = rust.split("generate_handler![").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
    let handled: BTreeSet<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let page = include_str!("../../ui/src/backend/tauri.ts");
    let called: BTreeSet<&str> = page
        .split("invoke<")
        .skip(1)
        .filter_map(|call| call.split("(\"").nth(1).and_then(|rest| rest.split('"').next()))
        .collect();
    assert!(handled.len() > 20);
    assert_eq!(handled, called);
}
