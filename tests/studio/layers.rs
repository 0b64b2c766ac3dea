//! The arrows between crates run one way: what `cargo metadata` says is held against the table of
//! `docs/architecture.md`. Adding an arrow means editing that table.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The rows `| `crate` | … | … | a, b |` of the table; the last column names what a crate may use.
fn drawn() -> Arrows {
    let page = include_str!("../../docs/architecture.md");
    let mut arrows = Arrows::new();
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        if cells.len() != 4 {
            continue;
        }
        let uses = cells[cells.len() - 1].split(',').map(str::trim).filter(|name| *name != "—");
        arrows.insert(cells[0].trim_matches('`').to_owned(), uses.map(str::to_owned).collect());
    }
    arrows
}

/// What the manifests say, dependencies for tests left out.
fn built() -> Arrows {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let name = |value: &Value| value["name"].as_str().expect("a name").to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    let uses = |package: &Value| {
        let dependencies = package["dependencies"].as_array().expect("a list of dependencies");
        let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
        normal.map(name).filter(|name| ours.contains(name)).collect()
    };
    packages.iter().map(|package| (name(package), uses(package))).collect()
}

#[test]
fn arrows_are_those_of_the_table() {
    let (drawn, built) = (drawn(), built());
    assert_eq!(drawn.keys().collect::<Vec<_>>(), built.keys().collect::<Vec<_>>(), "every crate has its row");
    for (name, uses) in &built {
        let extra: Vec<_> = uses.difference(&drawn[name]).collect();
        assert!(extra.is_empty(), "{name} uses {extra:?}, which docs/architecture.md does not allow");
    }
}

#[test]
fn nothing_points_back() {
    // Every crate stands below what it uses: peeling off crates without open arrows must reach all of them.
    let mut open = drawn();
    while !open.is_empty() {
        let free: Vec<String> = open.iter().filter(|(_, uses)| uses.is_empty()).map(|(name, _)| name.clone()).collect();
        assert!(!free.is_empty(), "the arrows run in a circle among {:?}", open.keys());
        open.retain(|name, _| !free.contains(name));
        open.values_mut().for_each(|uses| uses.retain(|name| !free.contains(name)));
    }
}
