//! The check before loading: what the synthesiser takes on trust must hold (SoundFont Technical Specification 2.04).
//!
//! The samples themselves are never read here: any 16-bit number is one.

use super::ranges::confine;
use std::io::{Read, Seek, SeekFrom};

/// The largest file: sample positions are signed 32-bit numbers in the synthesiser.
const MOST_BYTES: u64 = 1 << 31;

/// The largest table of presets, instruments and zones: what 65,536 of each can fill.
const MOST_PARAMETERS: u64 = 16 << 20;

/// The loop that the synthesiser can follow at the highest pitch without running past it, in samples.
const SHORTEST_LOOP: u32 = 8;

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub offset: u64,
    pub reason: String,
}

fn fault<T>(offset: u64, reason: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { offset, reason: reason.into() })
}

/// A chunk: its name, and where its content lies in the file.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    id: [u8; 4],
    from: u64,
    to: u64,
}

impl Chunk {
    fn len(&self) -> u64 {
        self.to - self.from
    }

    fn name(&self) -> String {
        String::from_utf8_lossy(&self.id).into_owned()
    }
}

/// Checks the file; gives where the parameters' list begins in it, and that list's bytes with every generator in its
/// range.
pub(super) fn check<R: Read + Seek>(file: &mut R, length: u64) -> Result<(u64, Vec<u8>), Fault> {
    if length > MOST_BYTES {
        return fault(0, format!("it has {length} bytes, and banks over 2 GiB are not played"));
    }
    let head: [u8; 12] = bytes(file, 0, length)?;
    match (&head[..4], &head[8..]) {
        (b"RIFF", b"sfbk") => {}
        (b"RIFF", b"DLS ") => return fault(8, "it is a DLS bank, not an SF2 one"),
        (b"RIFF", b"sfen") => return fault(8, "it is an SF4 bank, whose samples are compressed"),
        _ => return fault(0, "it is no SoundFont: the mark RIFF sfbk is missing"),
    }
    let info = list(file, 12, length, b"INFO")?;
    let samples = list(file, info.to, length, b"sdta")?;
    let parameters = list(file, samples.to, length, b"pdta")?;
    check_info(file, info)?;
    let frames = check_samples(file, samples)?;
    if parameters.len() > MOST_PARAMETERS {
        return fault(parameters.from, "its tables are larger than any SoundFont's can be");
    }
    let start = parameters.from - 12;
    let mut table = vec![0; (parameters.to - start) as usize];
    read(file, start, &mut table)?;
    check_parameters(&mut table, start, &chunks(file, parameters)?, frames)?;
    Ok((start, table))
}

fn read<R: Read + Seek>(file: &mut R, at: u64, into: &mut [u8]) -> Result<(), Fault> {
    let done = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(into));
    done.or_else(|error| fault(at, format!("it cannot be read ({error})")))
}

fn bytes<R: Read + Seek, const N: usize>(file: &mut R, at: u64, end: u64) -> Result<[u8; N], Fault> {
    if at + N as u64 > end {
        return fault(at, "it ends too early; it may be a broken download");
    }
    let mut bytes = [0; N];
    read(file, at, &mut bytes)?;
    Ok(bytes)
}

fn chunk<R: Read + Seek>(file: &mut R, at: u64, end: u64) -> Result<Chunk, Fault> {
    let [a, b, c, d, size @ ..]: [u8; 8] = bytes(file, at, end)?;
    let chunk = Chunk { id: [a, b, c, d], from: at + 8, to: at + 8 + u64::from(u32::from_le_bytes(size)) };
    if chunk.to > end {
        return fault(
            at,
            format!("its part {} says it is longer than the file; it may be a broken download", chunk.name()),
        );
    }
    Ok(chunk)
}

/// A list of the kind that has to come here; its content begins behind the kind's name.
fn list<R: Read + Seek>(file: &mut R, at: u64, end: u64, kind: &[u8; 4]) -> Result<Chunk, Fault> {
    let found = chunk(file, at, end)?;
    let name = String::from_utf8_lossy(kind);
    if &found.id != b"LIST" || found.len() < 4 || &bytes::<_, 4>(file, found.from, found.to)? != kind {
        return fault(at, format!("its part {name} is not where it has to be"));
    }
    Ok(Chunk { id: *kind, from: found.from + 4, to: found.to })
}

fn chunks<R: Read + Seek>(file: &mut R, list: Chunk) -> Result<Vec<Chunk>, Fault> {
    let mut found = Vec::new();
    let mut at = list.from;
    while at < list.to {
        let next = chunk(file, at, list.to)?;
        at = next.to;
        found.push(next);
        if found.len() > 64 {
            return fault(at, format!("its part {} is cut into too many pieces", list.name()));
        }
    }
    Ok(found)
}

fn check_info<R: Read + Seek>(file: &mut R, info: Chunk) -> Result<(), Fault> {
    for chunk in chunks(file, info)? {
        if matches!(&chunk.id, b"ifil" | b"iver") && chunk.len() != 4 {
            return fault(chunk.from, "its version number is damaged");
        }
        if &chunk.id == b"ifil" && bytes::<_, 4>(file, chunk.from, chunk.to)?[..2] == [3, 0] {
            return fault(chunk.from, "it is an SF3 bank, whose samples are compressed; convert it to SF2");
        }
        if chunk.len() > 1 << 20 {
            return fault(chunk.from, format!("its description {} is longer than a megabyte", chunk.name()));
        }
    }
    Ok(())
}

/// How many samples there are.
fn check_samples<R: Read + Seek>(file: &mut R, samples: Chunk) -> Result<u32, Fault> {
    let mut frames = None;
    for chunk in chunks(file, samples)? {
        match &chunk.id {
            b"smpl" if frames.is_some() => return fault(chunk.from, "it has two sets of samples"),
            b"smpl" => {
                if chunk.len() >= 4 && &bytes::<_, 4>(file, chunk.from, chunk.to)? == b"OggS" {
                    return fault(chunk.from, "it is an SF3 bank, whose samples are compressed; convert it to SF2");
                }
                if chunk.len() % 2 != 0 || chunk.len() < 4 {
                    return fault(chunk.from, "its samples are not 16 bits each");
                }
                frames = Some((chunk.len() / 2) as u32);
            }
            b"sm24" => {}
            _ => return fault(chunk.from, format!("it has a part {} that no SF2 bank has", chunk.name())),
        }
    }
    frames.map_or_else(|| fault(samples.from, "it has no samples"), Ok)
}

/// One table of the parameters, records of equal size.
struct Table<'a> {
    bytes: &'a [u8],
    size: usize,
    at: u64,
}

impl Table<'_> {
    fn count(&self) -> usize {
        self.bytes.len() / self.size
    }

    fn u16(&self, record: usize, field: usize) -> usize {
        let at = record * self.size + field;
        usize::from(u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]]))
    }

    fn u32(&self, record: usize, field: usize) -> u32 {
        let at = record * self.size + field;
        u32::from_le_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }

    /// The field must grow from record to record and end within the table it points into, `count` records and its
    /// terminator.
    fn check_pointers(&self, field: usize, count: usize, what: &str) -> Result<(), Fault> {
        let mut before = 0;
        for record in 0..self.count() {
            let here = self.u16(record, field);
            if here < before || here > count {
                let offset = self.at + (record * self.size + field) as u64;
                return fault(offset, format!("{what} number {record} points outside its table ({here} of {count})"));
            }
            before = here;
        }
        Ok(())
    }
}

const TABLES: [(&[u8; 4], usize); 9] = [
    (b"phdr", 38),
    (b"pbag", 4),
    (b"pmod", 10),
    (b"pgen", 4),
    (b"inst", 22),
    (b"ibag", 4),
    (b"imod", 10),
    (b"igen", 4),
    (b"shdr", 46),
];

fn check_parameters(table: &mut [u8], start: u64, found: &[Chunk], frames: u32) -> Result<(), Fault> {
    let mut parts = [(0usize, 0usize); 9];
    for chunk in found {
        let Some(index) = TABLES.iter().position(|(id, _)| *id == &chunk.id) else {
            return fault(chunk.from, format!("it has a table {} that no SF2 bank has", chunk.name()));
        };
        parts[index] = ((chunk.from - start) as usize, (chunk.to - start) as usize);
    }
    for ((id, size), (from, to)) in TABLES.iter().zip(parts) {
        let name = String::from_utf8_lossy(*id);
        let modulators = matches!(*id, b"pmod" | b"imod");
        if from == to && !modulators {
            return fault(start, format!("its table {name} is missing"));
        }
        if (to - from) % size != 0 {
            return fault(start + from as u64, format!("its table {name} has a broken length"));
        }
    }
    for index in [3, 7] {
        let (from, to) = parts[index];
        for record in table[from..to].chunks_exact_mut(4) {
            let number = u16::from_le_bytes([record[0], record[1]]);
            let value = i16::from_le_bytes([record[2], record[3]]);
            record[2..].copy_from_slice(&confine(number, value, index == 3).to_le_bytes());
        }
    }
    let tables: [Table; 9] = std::array::from_fn(|index| {
        let (from, to) = parts[index];
        Table { bytes: &table[from..to], size: TABLES[index].1, at: start + from as u64 }
    });
    let [
        presets,
        preset_zones,
        preset_modulators,
        preset_generators,
        instruments,
        zones,
        modulators,
        generators,
        heads,
    ] = &tables;
    for (table, what) in [(presets, "preset"), (instruments, "instrument"), (heads, "sample")] {
        if table.count() < 2 {
            return fault(table.at, format!("it has no {what}"));
        }
    }
    for zones in [preset_zones, zones] {
        if zones.count() < 2 {
            return fault(zones.at, "its presets or instruments have no zones");
        }
    }
    presets.check_pointers(24, preset_zones.count() - 1, "preset")?;
    preset_zones.check_pointers(0, preset_generators.count() - 1, "preset zone")?;
    preset_zones.check_pointers(2, preset_modulators.count().saturating_sub(1), "preset zone")?;
    instruments.check_pointers(20, zones.count() - 1, "instrument")?;
    zones.check_pointers(0, generators.count() - 1, "instrument zone")?;
    zones.check_pointers(2, modulators.count().saturating_sub(1), "instrument zone")?;
    check_heads(heads, frames)
}

fn check_heads(heads: &Table<'_>, frames: u32) -> Result<(), Fault> {
    for head in 0..heads.count() - 1 {
        let [from, to, loop_from, loop_to, rate] = [20, 24, 28, 32, 36].map(|field| heads.u32(head, field));
        let offset = heads.at + (head * heads.size) as u64;
        // Samples of a ROM are somewhere else, and nobody plays them.
        if heads.u16(head, 44) & 0x8000 != 0 {
            continue;
        }
        if from > to || to > frames || loop_from > frames || loop_to > frames {
            return fault(
                offset,
                format!("sample number {head} lies outside the samples ({from} to {to} of {frames})"),
            );
        }
        if !(1..=400_000).contains(&rate) && from < to {
            return fault(offset, format!("sample number {head} has the impossible rate of {rate} Hz"));
        }
        let length = loop_to.saturating_sub(loop_from);
        if (1..SHORTEST_LOOP).contains(&length) && rate > 50_000 {
            return fault(offset, format!("sample number {head} has a loop of {length} samples, too short to follow"));
        }
    }
    Ok(())
}
