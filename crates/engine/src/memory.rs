//! How much memory a job may take, where the system tells it (Linux).

use std::path::Path;
use std::sync::OnceLock;

/// What is left to others whatever a job wants.
const KEPT: u64 = 256 << 20;

/// Bytes that a job may hold in all: what is free, by the machine and by the group of processes that this one is in, and
/// what it holds already. None where the system does not tell.
pub fn free() -> Option<u64> {
    static BEGAN: OnceLock<Option<u64>> = OnceLock::new();
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let held = read("/proc/self/statm").and_then(|text| resident(&text));
    let before = *BEGAN.get_or_init(|| held);
    let grown = held.zip(before).map_or(0, |(held, before)| held.saturating_sub(before));
    let machine = read("/proc/meminfo").and_then(|text| available(&text));
    let group = read("/proc/self/cgroup").and_then(|text| in_group(Path::new("/sys/fs/cgroup"), &text));
    let least = [machine, group].into_iter().flatten().min()?;
    Some((least + grown).saturating_sub(KEPT))
}

/// Of `/proc/self/statm`: pages that are held, of 4 KB.
fn resident(statm: &str) -> Option<u64> {
    Some(statm.split_whitespace().nth(1)?.parse::<u64>().ok()? * 4096)
}

/// Of `/proc/meminfo`.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// What the limit of the process' group leaves, and those of the groups around it; files that are only cached count as
/// free.
fn in_group(root: &Path, own: &str) -> Option<u64> {
    let place = own.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let left = |folder: &Path| {
        let number = |name: &str| std::fs::read_to_string(folder.join(name)).ok()?.trim().parse::<u64>().ok();
        let (most, held) = (number("memory.max")?, number("memory.current")?);
        let stat = std::fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
        let cached = stat.lines().find_map(|line| line.strip_prefix("inactive_file "));
        let cached = cached.and_then(|number| number.parse::<u64>().ok()).unwrap_or(0);
        Some(most.saturating_sub(held.saturating_sub(cached)))
    };
    let folder = root.join(place);
    folder.ancestors().take_while(|folder| folder.starts_with(root)).filter_map(left).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_limit_counts_and_cached_files_are_free() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("user/app");
        std::fs::create_dir_all(&inner).unwrap();
        let write = |folder: &Path, name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
        let own = "1:cpu:/elsewhere\n0::/user/app\n";
        assert_eq!(in_group(root.path(), own), None, "no group says anything");
        write(&inner, "memory.max", "max\n");
        write(&inner, "memory.current", "1000\n");
        assert_eq!(in_group(root.path(), own), None, "it has no limit");
        write(&root.path().join("user"), "memory.max", "5000\n");
        write(&root.path().join("user"), "memory.current", "4000\n");
        assert_eq!(in_group(root.path(), own), Some(1000));
        write(&root.path().join("user"), "memory.stat", "anon 3\ninactive_file 500\n");
        assert_eq!(in_group(root.path(), own), Some(1500));
        write(&inner, "memory.max", "1200\n");
        assert_eq!(in_group(root.path(), own), Some(200));
    }

    #[test]
    fn what_the_system_says_is_read() {
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable:     2048 kB\n"), Some(2 << 20));
        assert_eq!(resident("100 25 3 4"), Some(25 * 4096));
        assert_eq!((available(""), resident("")), (None, None));
    }
}
