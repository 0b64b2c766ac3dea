//! Commands on tracks.

use super::maps::single;
use super::{NewNote, within};
use crate::{Change, Edit, Error, Event, EventKind, Header, Lane, Mix, Note, Output, Score, Track, TrackId};
use std::sync::Arc;

/// Channels of a MIDI port.
const CHANNELS: u8 = 16;

/// The longest name of a port, in bytes; systems have shorter ones.
const LONGEST_PORT: u32 = 1000;

impl Score {
    pub(super) fn set_mix(&self, track: TrackId, mix: Mix) -> Result<Edit, Error> {
        within("gain in tenths of a decibel", mix.gain, -600, 60)?;
        within("panorama in percent", mix.pan, -100, 100)?;
        within("reverb send", mix.reverb.unwrap_or(0), 0, 127)?;
        within("chorus send", mix.chorus.unwrap_or(0), 0, 127)?;
        let track = self.track(track)?;
        let (name, old) = (shown(track), track.header.mix);
        let label = match () {
            () if mix.mute != old.mute => format!("{} {name}", if mix.mute { "Mute" } else { "Unmute" }),
            () if mix.solo != old.solo => format!("{} {name}", if mix.solo { "Solo" } else { "Unsolo" }),
            () if mix.pan != old.pan => format!("Pan {name}"),
            () if mix.reverb != old.reverb => format!("Change the reverb of {name}"),
            () if mix.chorus != old.chorus => format!("Change the chorus of {name}"),
            () => format!("Change the volume of {name}"),
        };
        Ok(single(label, header(track, |header| header.mix = mix)))
    }

    pub(super) fn set_output(&self, track: TrackId, output: Option<&Output>) -> Result<Edit, Error> {
        let track = self.track(track)?;
        let name = shown(track);
        let label = match output {
            Some(Output { port, channel, .. }) => {
                within("MIDI channel, counted from 0,", *channel, 0, CHANNELS - 1)?;
                within("length of a MIDI port's name", port.len() as u32, 1, LONGEST_PORT)?;
                format!("Send {name} to {port}")
            }
            None => format!("Play {name} in the studio"),
        };
        Ok(single(label, header(track, |header| header.output = output.cloned())))
    }

    pub(super) fn rename_track(&self, track: TrackId, name: &str) -> Result<Edit, Error> {
        let track = self.track(track)?;
        let mut edit =
            single(format!("Rename {}", shown(track)), header(track, |header| header.name = name.to_owned()));
        // Where several tracks share a lane, its name belongs to none of them alone.
        let lane = track.header.lane;
        if !edit.is_empty() && self.tracks.iter().filter(|one| one.header.lane == lane).count() == 1 {
            edit.changes.extend(self.renamed_lane(lane, name));
        }
        Ok(edit)
    }

    pub(super) fn set_program(&self, track: TrackId, program: u8, drums: Option<bool>) -> Result<Edit, Error> {
        within("program", program, 0, 127)?;
        let track = self.track(track)?;
        let label = format!("Change the instrument of {}", shown(track));
        let channel = match drums {
            Some(drums) if drums != track.header.is_drums() => self.channel_for(program, drums),
            _ => track.header.channel,
        };
        let change = header(track, |header| (header.program, header.channel) = (program, channel));
        let mut edit = single(label, change);
        if !edit.is_empty() {
            edit.changes.extend(self.events_retuned(track, program, channel));
        }
        Ok(edit)
    }

    /// The change of a track's lane when it gets another program and perhaps another channel.
    ///
    /// Of the program events those change that are in force at one of its notes: the writer puts [`Header::program`]
    /// before a note where another program is in force, and would answer the file's own program change with a second
    /// one. The other events of the channel go with the track unless another track needs them.
    fn events_retuned(&self, track: &Track, program: u8, channel: u8) -> Option<Change> {
        let lane = track.header.lane;
        let before = self.lanes.get(lane as usize)?.events.clone();
        let mut events = before.to_vec();
        exchange_programs(track, program, &mut events);
        if channel != track.header.channel && self.is_alone(track) {
            for event in events.iter_mut().filter(|event| event.kind.channel() == Some(track.header.channel)) {
                event.kind = event.kind.on_channel(channel);
            }
        }
        let change = Change::Events { lane, before, after: Arc::new(events) };
        (!change.is_nothing()).then_some(change)
    }

    /// Whether no other track has its lane and channel.
    fn is_alone(&self, track: &Track) -> bool {
        let place = |one: &Track| (one.header.lane, one.header.channel);
        self.tracks.iter().all(|one| one.id == track.id || place(one) != place(track))
    }

    /// The channel of a track that has this instrument from now on.
    pub(super) fn channel_for(&self, program: u8, drums: bool) -> u8 {
        if drums { Header::DRUM_CHANNEL } else { self.free_channel(program) }
    }

    pub(super) fn add_track(&self, name: &str, program: u8, drums: bool, new: &[NewNote]) -> Result<Edit, Error> {
        within("program", program, 0, 127)?;
        let id = TrackId(self.free_track_id());
        within("track id", id.0, 0, u32::MAX - 1)?;
        let additions = self.additions(new.iter().map(|&note| (id, note)))?;
        let notes = additions.iter().filter_map(|change| match change {
            Change::Note { after, .. } => *after,
            _ => None,
        });
        let header = Header {
            name: name.to_owned(),
            lane: self.lanes.len() as u32,
            channel: self.channel_for(program, drums),
            program,
            hue: (self.tracks.len() % usize::from(Header::HUES)) as u8,
            mix: Mix::default(),
            output: None,
        };
        let track = Track::new(id.0, header, notes.collect());
        let lane = Change::Lane { before: None, after: Some(Box::new(Lane::default())) };
        let label = format!("Add {}", shown(&track));
        let track = Change::Track { index: self.tracks.len(), before: None, after: Some(Box::new(track)) };
        Ok(Edit::new(label, vec![lane, track]))
    }

    /// A melodic channel: one that nobody has, else one with this program, else one that the fewest tracks have.
    fn free_channel(&self, program: u8) -> u8 {
        let users = |channel: u8| self.tracks.iter().filter(move |track| track.header.channel == channel);
        let cost = |&channel: &u8| {
            let others = users(channel).filter(|track| track.header.program != program).count();
            (others, users(channel).count())
        };
        (0..CHANNELS).filter(|&channel| channel != Header::DRUM_CHANNEL).min_by_key(cost).unwrap_or(0)
    }

    pub(super) fn remove_track(&self, id: TrackId) -> Result<Edit, Error> {
        let track = self.track(id)?;
        let label = format!("Remove {}", shown(track));
        let index = self.track_index(id)?;
        Ok(single(label, Change::Track { index, before: Some(Box::new(track.clone())), after: None }))
    }
}

/// Gives those program events of a track another program that are in force at one of its notes.
fn exchange_programs(track: &Track, program: u8, events: &mut [Event]) {
    let mut place = None;
    let mut notes = track.notes.iter().peekable();
    for index in 0..events.len() {
        if let Event { kind: EventKind::Program { channel, .. }, .. } = events[index]
            && channel == track.header.channel
        {
            let heard = notes_before(&mut notes, &events[index]);
            exchange(events, place, program, heard);
            place = Some(index);
        }
    }
    exchange(events, place, program, notes.peek().is_some());
}

/// Drops the notes that begin before an event; whether there are any.
fn notes_before<'a>(notes: &mut std::iter::Peekable<impl Iterator<Item = &'a Note>>, event: &Event) -> bool {
    let mut any = false;
    while notes.next_if(|note| note.start < event.tick).is_some() {
        any = true;
    }
    any
}

/// Gives the program event at `place` another program if it is `heard`.
fn exchange(events: &mut [Event], place: Option<usize>, new: u8, heard: bool) {
    if let Some(event) = place.and_then(|place| events.get_mut(place))
        && let EventKind::Program { program, .. } = &mut event.kind
        && heard
    {
        *program = new;
    }
}

/// The change of a track's header.
pub(super) fn header(track: &Track, alter: impl FnOnce(&mut Header)) -> Change {
    let before = Box::new(track.header.clone());
    let mut after = before.clone();
    alter(&mut after);
    Change::Header { track: track.id, before, after }
}

/// What a label calls a track.
pub(super) fn shown(track: &Track) -> String {
    match track.header.name.as_str() {
        "" => "a track".into(),
        name => name.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, text};

    fn done(score: &Score, command: Command) -> (Score, String) {
        let edit = score.edit_for(&command).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (after, edit.label)
    }

    /// Music whose first track's lane has program events at these ticks.
    fn with_programs(music: &str, programs: &[(u32, u8)]) -> Score {
        let mut score = text::score(music).unwrap();
        let event = |&(tick, program)| Event { tick, kind: EventKind::Program { channel: 0, program } };
        let events = Arc::new(programs.iter().map(event).collect());
        let lane = score.tracks[0].header.lane as usize;
        score.lanes[lane] = Arc::new(Lane { events, end: 0 });
        score
    }

    fn programs(score: &Score) -> Vec<u8> {
        let events = score.lanes[score.tracks[0].header.lane as usize].events.iter();
        let program = |event: &Event| match event.kind {
            EventKind::Program { program, .. } => Some(program),
            _ => None,
        };
        events.filter_map(program).collect()
    }

    #[test]
    fn an_instrument_changes_in_the_file_too() {
        let set = |score: &Score| done(score, Command::SetProgram { track: TrackId(0), program: 40, drums: None }).0;
        let after = set(&with_programs("R:1 C4:1 E4:1", &[(0, 0)]));
        assert_eq!((after.tracks[0].header.program, programs(&after)), (40, vec![40]));
        // Only what is in force at a note: not the first of two, and not what comes after the last note.
        let after = set(&with_programs("R:1 C4:1 R:1 E4:1", &[(0, 5), (960, 0), (1000, 0), (9000, 7)]));
        assert_eq!(programs(&after), [5, 40, 40, 7]);
        assert!(programs(&set(&with_programs("C4:1", &[]))).is_empty());
        let score = with_programs("C4:1", &[(0, 0)]);
        assert!(
            score.edit_for(&Command::SetProgram { track: TrackId(0), program: 0, drums: None }).unwrap().is_empty()
        );
        assert!(score.edit_for(&Command::SetProgram { track: TrackId(0), program: 128, drums: None }).is_err());
    }

    #[test]
    fn drums_are_on_their_own_channel_and_take_their_events_with_them() {
        let score = with_programs("C4:1 E4:1", &[(0, 0), (960, 0)]);
        let kit = |drums| Command::SetProgram { track: TrackId(0), program: 8, drums: Some(drums) };
        let (after, _) = done(&score, kit(true));
        assert!(after.tracks[0].header.is_drums());
        let lane = &after.lanes[after.tracks[0].header.lane as usize];
        assert!(lane.events.iter().all(|event| event.kind == EventKind::Program { channel: 9, program: 8 }));
        let (back, _) = done(&after, kit(false));
        assert_eq!(back.tracks[0].header.channel, 0);
        // What another track of the channel needs stays with it.
        let mut shared = text::score("C4:1\nE4:1").unwrap();
        shared.lanes = score.lanes.clone();
        let place = score.tracks[0].header.clone();
        for track in &mut shared.tracks {
            Arc::make_mut(track).header = place.clone();
        }
        let (after, _) = done(&shared, kit(true));
        assert_eq!(after.lanes[place.lane as usize].events[0].kind, EventKind::Program { channel: 0, program: 8 });
    }

    #[test]
    fn a_name_is_that_of_the_lane_if_the_track_is_alone_there() {
        let mut score = with_programs("C4:1", &[]);
        let name = |text: &str| EventKind::Meta { code: EventKind::TRACK_NAME, bytes: text.into() };
        let lane = score.tracks[0].header.lane as usize;
        score.lanes[lane] = Arc::new(Lane { events: Arc::new(vec![Event { tick: 0, kind: name("Old") }]), end: 0 });
        let rename = Command::RenameTrack { track: TrackId(0), name: "Solo".into() };
        let (after, label) = done(&score, rename.clone());
        assert_eq!((label.as_str(), after.tracks[0].header.name.as_str()), ("Rename a track", "Solo"));
        assert_eq!(after.lanes[lane].events[0].kind, name("Solo"));
        assert!(after.edit_for(&rename).unwrap().is_empty());
    }

    #[test]
    fn mixing_says_what_it_does() {
        let score = text::score("C4:1").unwrap();
        let set = |mix| done(&score, Command::SetMix { track: TrackId(0), mix }).1;
        assert_eq!(set(Mix { mute: true, ..Mix::default() }), "Mute a track");
        assert_eq!(set(Mix { solo: true, ..Mix::default() }), "Solo a track");
        assert_eq!(set(Mix { pan: -30, ..Mix::default() }), "Pan a track");
        assert_eq!(set(Mix { reverb: Some(0), ..Mix::default() }), "Change the reverb of a track");
        assert_eq!(set(Mix { chorus: Some(9), ..Mix::default() }), "Change the chorus of a track");
        assert_eq!(set(Mix { gain: -30, ..Mix::default() }), "Change the volume of a track");
        let loud = Command::SetMix { track: TrackId(0), mix: Mix { gain: 61, ..Mix::default() } };
        assert!(matches!(score.edit_for(&loud), Err(Error::Range { value: 61, .. })));
    }

    #[test]
    fn a_track_is_sent_to_a_port_and_comes_back() {
        let score = text::score("C4:1").unwrap();
        let output = |channel| Some(Output { port: "Synth".into(), channel, programs: true });
        let send = |output| Command::SetOutput { track: TrackId(0), output };
        let (sent, label) = done(&score, send(output(15)));
        assert_eq!((label.as_str(), &sent.tracks[0].header.output), ("Send a track to Synth", &output(15)));
        assert_eq!(serde_json::from_slice::<Score>(&sent.to_bytes()).unwrap(), sent);
        assert!(sent.edit_for(&send(output(15))).unwrap().is_empty());
        let (back, label) = done(&sent, send(None));
        assert_eq!((label.as_str(), back.to_bytes()), ("Play a track in the studio", score.to_bytes()));
        assert!(matches!(score.edit_for(&send(output(16))), Err(Error::Range { value: 16, .. })));
        let nowhere = Some(Output { port: String::new(), channel: 0, programs: true });
        assert!(matches!(score.edit_for(&send(nowhere)), Err(Error::Range { value: 0, .. })));
    }

    #[test]
    fn a_new_track_has_a_lane_and_a_channel_of_its_own() {
        let score = text::score("C4:1\nE4:1").unwrap();
        let notes = vec![NewNote::new(0, 960, 67, 80)];
        let add = Command::AddTrack { name: "Flute".into(), program: 73, drums: false, notes };
        let (after, label) = done(&score, add);
        assert_eq!(label, "Add Flute");
        assert_eq!(text::print(&after), "C4:1\nE4:1\nG4:1");
        let header = &after.tracks[2].header;
        assert_eq!((header.channel, header.lane as usize), (2, score.lanes.len()));
        let drums = Command::AddTrack { name: "Kit".into(), program: 0, drums: true, notes: vec![] };
        assert!(done(&after, drums).0.tracks[3].header.is_drums());
    }

    #[test]
    fn a_full_port_shares_the_channel_that_has_the_instrument() {
        let mut score = text::score(&["C4:1"; 15].join("\n")).unwrap();
        Arc::make_mut(&mut score.tracks[4]).header.program = 73;
        assert_eq!(score.free_channel(73), score.tracks[4].header.channel);
        assert_eq!(score.free_channel(99), 0);
    }

    #[test]
    fn a_removed_track_comes_back_in_its_place() {
        let score = text::score("C4:1\nE4:1\nG4:1").unwrap();
        let (after, label) = done(&score, Command::RemoveTrack { track: TrackId(1) });
        assert_eq!((text::print(&after).as_str(), label.as_str()), ("C4:1\nG4:1", "Remove a track"));
    }
}
