//! The library as one looks through it: pictures of pieces, pins, and pieces that are taken out and brought back.

use crate::studio::now;
use crate::{Error, Studio};
use library::{Library, ProjectId};
use score::Score;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The setting that holds the pinned pieces.
const PINNED: &str = "pinned";

/// The setting that holds the tags of every piece that has some.
const TAGS: &str = "tags";

/// A piece has so many tags at most, and a tag so many letters.
const MOST_TAGS: usize = 12;
const LONGEST_TAG: usize = 40;

/// A picture shows so many bars at most, from the first one that has a note.
const BARS: usize = 32;

/// Columns and rows of a picture.
const WIDTH: u32 = 255;
const HEIGHT: u32 = 47;

impl Studio {
    /// A piece of the library as a small picture: how many bars, tracks and notes it has and how many seconds it lasts
    /// as u32, little-endian, then four bytes for each note that can be told from the others: column, columns, row from
    /// above, hue of the track. Pictures are kept beside the library, each as long as its piece stays as it is.
    ///
    /// # Errors
    /// [`Error::NoLibrary`]; [`Error::Library`] if there is no such piece.
    pub async fn thumbnail(&self, id: u32) -> Result<Vec<u8>, Error> {
        let (library, project) = (self.library()?, ProjectId(id));
        let stamp = library.stamp(project).await?;
        let file = pictures(library).join(id.to_string());
        if let Some(picture) =
            tokio::fs::read(&file).await.ok().and_then(|bytes| bytes.strip_prefix(&stamp).map(<[u8]>::to_vec))
        {
            return Ok(picture);
        }
        let score = library.peek(project).await?;
        let picture = Studio::beside(move || Ok(drawn(&score))).await?;
        // Without the file it is drawn again; nobody else is harmed.
        if let Some(folder) = file.parent() {
            let _ = tokio::fs::create_dir_all(folder).await;
        }
        let _ = tokio::fs::write(&file, [&stamp[..], &picture].concat()).await;
        Ok(picture)
    }

    /// Puts a piece in front of all others, or back among them.
    ///
    /// # Errors
    /// [`Error::NoLibrary`], [`Error::Library`].
    pub async fn pin(&self, id: u32, on: bool) -> Result<(), Error> {
        let library = self.library()?;
        let mut pinned = self.pinned().await?;
        let changed = if on { pinned.insert(id) } else { pinned.remove(&id) };
        if changed {
            library.set(PINNED, &pinned).await?;
        }
        Ok(())
    }

    /// Puts these tags on a piece instead of those that it has. Spaces around them and what is there twice are left out.
    ///
    /// # Errors
    /// [`Error::Tags`] if there are too many or one is too long; [`Error::NoLibrary`], [`Error::Library`].
    pub async fn tag(&self, id: u32, tags: &[String]) -> Result<(), Error> {
        let library = self.library()?;
        let tags = tidy(tags)?;
        let mut all = self.tags().await?;
        if tags.is_empty() {
            all.remove(&id);
        } else {
            all.insert(id, tags);
        }
        Ok(library.set(TAGS, &all).await?)
    }

    /// Takes a piece out of the library. For 30 days it can be brought back.
    ///
    /// # Errors
    /// [`Error::Selection`] if it is open; [`Error::NoLibrary`], [`Error::Library`].
    pub async fn delete_piece(&self, id: u32) -> Result<(), Error> {
        let guard = self.0.session.lock().await;
        if guard.as_ref().and_then(|session| session.project) == Some(ProjectId(id)) {
            return Err(Error::Selection(format!("piece {id} is open; open another one first")));
        }
        let library = self.library()?;
        library.delete(ProjectId(id), now()).await?;
        let _ = tokio::fs::remove_file(pictures(library).join(id.to_string())).await;
        Ok(())
    }

    /// Brings a piece back that was taken out.
    ///
    /// # Errors
    /// [`Error::NoLibrary`]; [`Error::Library`] if it is gone for good.
    pub async fn bring_back(&self, id: u32) -> Result<(), Error> {
        Ok(self.library()?.bring_back(ProjectId(id)).await?)
    }

    pub(crate) async fn pinned(&self) -> Result<BTreeSet<u32>, Error> {
        Ok(self.library()?.setting(PINNED).await?.unwrap_or_default())
    }

    pub(crate) async fn tags(&self) -> Result<BTreeMap<u32, Vec<String>>, Error> {
        Ok(self.library()?.setting(TAGS).await?.unwrap_or_default())
    }

    pub(crate) fn library(&self) -> Result<&Library, Error> {
        self.0.library.as_ref().ok_or(Error::NoLibrary)
    }
}

/// Tags as they are kept: by the alphabet, none twice however it is written.
fn tidy(tags: &[String]) -> Result<Vec<String>, Error> {
    let mut tidied: BTreeMap<String, String> = BTreeMap::new();
    for tag in tags.iter().map(|tag| tag.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|tag| !tag.is_empty())
    {
        let length = tag.chars().count();
        if length > LONGEST_TAG {
            return Err(Error::Tags(format!("the tag {tag:?} has {length} letters; write {LONGEST_TAG} at most")));
        }
        tidied.entry(tag.to_lowercase()).or_insert(tag);
    }
    match tidied.len() {
        count if count > MOST_TAGS => {
            Err(Error::Tags(format!("{count} tags are too many; choose {MOST_TAGS} at most")))
        }
        _ => Ok(tidied.into_values().collect()),
    }
}

fn pictures(library: &Library) -> PathBuf {
    library.path().with_file_name("thumbnails")
}

/// The picture of a piece, as [`Studio::thumbnail`] answers it.
fn drawn(score: &Score) -> Vec<u8> {
    let bars = score.bars();
    let notes = || score.tracks.iter().flat_map(|track| track.notes.iter().map(move |note| (track, note)));
    let seconds = score.tempo_map().seconds(f64::from(score.end())).ceil() as u32;
    let counts = [score.written_bars() as u32, score.tracks.len() as u32, score.note_count() as u32, seconds];
    let mut picture: Vec<u8> = counts.iter().flat_map(|count| count.to_le_bytes()).collect();
    let Some(first) = notes().map(|(_, note)| note.start).min() else { return picture };
    let from = bars.of_onset(first).index;
    let (left, right) = (bars.first_tick(from), bars.first_tick((from + BARS).min(score.bar_count())).max(first + 1));
    let shown = || notes().filter(|(track, note)| note.start < right && !track.header.is_drums());
    // Drums have no pitch that a picture could show, unless there is nothing else.
    let shown: Vec<_> = if shown().next().is_some() {
        shown().collect()
    } else {
        notes().filter(|(_, note)| note.start < right).collect()
    };
    let pitches = || shown.iter().map(|(_, note)| u32::from(note.pitch));
    let (low, high) = (pitches().min().unwrap_or(0), pitches().max().unwrap_or(127));
    let span = (high - low).max(12);
    let column =
        |tick: u32| (u64::from(tick.clamp(left, right) - left) * u64::from(WIDTH) / u64::from(right - left)) as u32;
    // Of notes in one place the longest is drawn.
    let mut marks: BTreeMap<(u32, u32), (u32, u8)> = BTreeMap::new();
    for (track, note) in &shown {
        let x = column(note.start);
        let width = column(note.end()).saturating_sub(x).max(1);
        let rest = (span - (high - low)) / 2;
        let y = (high - u32::from(note.pitch) + rest) * HEIGHT / span;
        let mark = marks.entry((x, y)).or_insert((width, track.header.hue));
        if width > mark.0 {
            *mark = (width, track.header.hue);
        }
    }
    picture.extend(
        marks
            .into_iter()
            .flat_map(|((x, y), (width, hue))| [x, width, y, u32::from(hue)].map(|part| part.min(255) as u8)),
    );
    picture
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    fn marks(picture: &[u8]) -> Vec<&[u8]> {
        picture[16..].chunks(4).collect()
    }

    #[test]
    fn a_picture_has_each_note_where_it_sounds() {
        let score = text::score("C4:2 G4:2").unwrap();
        let picture = drawn(&score);
        assert_eq!(
            picture[..16],
            [1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0],
            "a bar, a track, two notes, two seconds"
        );
        let found = marks(&picture);
        assert_eq!(found.len(), 2);
        let (low, high) = (found[0], found[1]);
        assert!(low[0] == 0 && (126..=128).contains(&high[0]), "{found:?}");
        assert!(low[2] > high[2], "higher notes stand higher: {found:?}");
        assert!(low[1] >= 126 && high[1] >= 126, "{found:?}");
    }

    #[test]
    fn tags_are_kept_in_order_and_once() {
        let words = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
        let kept = tidy(&words(&["  waltz ", "Étude", "Waltz", "", "string   quartet"])).unwrap();
        assert_eq!(kept, ["string quartet", "waltz", "Étude"]);
        let many: Vec<String> = (0..13).map(|number| format!("tag {number}")).collect();
        assert!(tidy(&many).unwrap_err().to_string().starts_with("13 tags are too many"));
        assert!(tidy(&many[..12]).is_ok());
        assert!(tidy(&["x".repeat(41)]).unwrap_err().to_string().contains("41 letters"));
    }

    #[test]
    fn a_large_piece_has_a_small_picture() {
        let score = crate::demo::waltz().unwrap();
        let mut large = score.clone();
        let many = (0..100_000).map(|at| score::Note::new(at, at * 50, 480, 30 + (at % 70) as u8, 80)).collect();
        large.tracks = vec![std::sync::Arc::new(score::Track::new(0, score.tracks[0].header.clone(), many))];
        assert!(drawn(&large).len() <= 16 + 4 * (256 * 48), "{}", drawn(&large).len());
        assert!(drawn(&score).len() > 16 + 4 * 200);
    }

    #[test]
    fn a_piece_without_notes_has_an_empty_picture() {
        assert_eq!(drawn(&Score::empty()).len(), 16);
    }

    #[test]
    fn drums_alone_are_shown_too() {
        let mut score = text::score("C2:1 D2:1").unwrap();
        std::sync::Arc::make_mut(&mut score.tracks[0]).header.channel = 9;
        assert_eq!(marks(&drawn(&score)).len(), 2);
    }
}
