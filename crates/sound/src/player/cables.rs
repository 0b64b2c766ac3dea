//! The player's cables: which ports its tracks want, which of them are there, and what hands play on them.

use crate::out::{News, Outlets};
use crate::{Cable, Jacks, Param, Signal, Touch};
use rtrb::Consumer;
use score::{Score, TrackId};
use std::collections::BTreeSet;
use std::time::Instant;

/// How long a note of a preview sounds, in milliseconds.
const PREVIEW: f64 = 400.0;

/// A port that somebody has wanted.
struct Port {
    name: String,
    /// It is open.
    live: bool,
}

/// Ports, and who goes where.
pub(super) struct Cables {
    outlets: Outlets,
    /// A port keeps its place, so that signals on their way reach the right one.
    ports: Vec<Port>,
    /// Those that hear the clock, by name.
    clocked: BTreeSet<String>,
    /// What was last asked for.
    wanted: Vec<(String, bool)>,
    /// Keys that a hand holds down, with the cables that it plays on.
    hand: u128,
    played: Vec<Cable>,
    /// Notes of previews, and when they end.
    previews: Vec<(f64, Cable, u8)>,
}

impl Cables {
    pub fn new(jacks: Box<dyn Jacks>, opened: Instant, tell: impl Fn(News) + Send + 'static) -> Cables {
        Cables {
            outlets: Outlets::start(jacks, opened, tell),
            ports: Vec::new(),
            clocked: BTreeSet::new(),
            wanted: Vec::new(),
            hand: 0,
            played: Vec::new(),
            previews: Vec::new(),
        }
    }

    pub fn take(&self, signals: Option<Consumer<Signal>>) {
        if let Some(signals) = signals {
            self.outlets.take(signals);
        }
    }

    /// Ports that hear the clock from now on.
    pub fn set_clocked(&mut self, ports: Vec<String>) {
        self.clocked = ports.into_iter().collect();
    }

    /// Wants what this piece wants, and the ports that hear the clock.
    pub fn want(&mut self, score: &Score) {
        let sent = score.tracks.iter().filter_map(|track| track.header.output.as_ref());
        let names: BTreeSet<&String> = sent.map(|output| &output.port).chain(&self.clocked).collect();
        for name in &names {
            if !self.ports.iter().any(|port| port.name == **name) {
                // A place of nobody is given to whoever comes.
                let free = self.ports.iter().position(|port| !names.contains(&port.name));
                let port = Port { name: (*name).clone(), live: false };
                match free {
                    Some(at) => self.ports[at] = port,
                    None => self.ports.push(port),
                }
            }
        }
        // The name of a port that nobody wants any more is kept with its place, but the port is let go.
        let wanted = self.ports.iter().map(|port| match names.contains(&port.name) {
            true => (port.name.clone(), self.clocked.contains(&port.name)),
            false => (String::new(), false),
        });
        let wanted: Vec<(String, bool)> = wanted.collect();
        if wanted != self.wanted {
            for (port, (name, _)) in self.ports.iter_mut().zip(&wanted) {
                port.live &= !name.is_empty();
            }
            self.wanted.clone_from(&wanted);
            self.outlets.want(wanted);
        }
    }

    /// Takes up what became of a port; its name.
    pub fn hear(&mut self, news: &News) -> Option<&str> {
        let (News::Opened { port } | News::Lost { port, .. }) = news;
        let port = self.ports.get_mut(usize::from(*port))?;
        port.live = matches!(news, News::Opened { .. });
        Some(&port.name)
    }

    /// Whether a port that is there hears the clock.
    pub fn is_clocked(&self) -> bool {
        self.ports.iter().any(|port| port.live && self.clocked.contains(&port.name))
    }

    /// Where a track goes; none: it is played here, for want of a port too.
    pub fn of(&self, score: &Score, track: TrackId) -> Option<Cable> {
        let output = score.track(track).ok()?.header.output.as_ref()?;
        let port = self.ports.iter().position(|port| port.live && port.name == output.port)?;
        Some(Cable { port: u8::try_from(port).ok()?, channel: output.channel & 15, programs: output.programs })
    }

    /// Hands play on these from now on; what they hold elsewhere ends.
    pub fn play_on(&mut self, cables: Vec<Cable>) {
        if cables != self.played {
            self.touch(Touch::LetGo);
            self.played = cables;
        }
    }

    /// What a hand does on the tracks that are sent.
    pub fn touch(&mut self, touch: Touch) {
        match touch {
            Touch::Down { key, velocity } => {
                self.hand |= 1 << (key & 127);
                self.each([0x90, key & 127, velocity.clamp(1, 127)]);
            }
            Touch::Up { key } => {
                self.hand &= !(1 << (key & 127));
                self.each([0x80, key & 127, 64]);
            }
            Touch::Turn { param: Param::Pedal, value } => self.each([0xB0, 64, value.min(127) as u8]),
            Touch::Turn { param: Param::Modulation, value } => self.each([0xB0, 1, (value >> 7).min(127) as u8]),
            Touch::Turn { param: Param::Bend, value } => {
                self.each([0xE0, (value & 127) as u8, (value >> 7).min(127) as u8]);
            }
            Touch::Turn { .. } | Touch::Program { program: None } => {}
            // As the piece's own programs, only where they are wanted.
            Touch::Program { program: Some(program) } => {
                for cable in self.played.iter().filter(|cable| cable.programs) {
                    self.outlets.send(cable.port, [0xC0 | cable.channel, program & 127, 0]);
                }
            }
            Touch::LetGo => {
                let held = std::mem::take(&mut self.hand);
                for key in (0..128u8).filter(|key| held & 1 << key != 0) {
                    self.each([0x80, key, 64]);
                }
            }
        }
    }

    fn each(&self, [status, one, two]: [u8; 3]) {
        for cable in &self.played {
            self.outlets.send(cable.port, [status | cable.channel, one, two]);
        }
    }

    /// Sounds a note for a moment.
    pub fn preview(&mut self, cable: Cable, key: u8, velocity: u8, now_ms: f64) {
        self.outlets.send(cable.port, [0x90 | cable.channel, key & 127, velocity.clamp(1, 127)]);
        self.previews.push((now_ms + PREVIEW, cable, key & 127));
    }

    /// Ends what has sounded long enough.
    pub fn tend(&mut self, now_ms: f64) {
        let outlets = &self.outlets;
        self.previews.retain(|&(end, cable, key)| {
            if end <= now_ms {
                outlets.send(cable.port, [0x80 | cable.channel, key, 64]);
            }
            end > now_ms
        });
    }
}
