//! MIDI ports: keyboards that come and go. What they send goes into a channel as raw bytes with the port's own time;
//! nothing behind that channel knows where it came from. Which outputs there are is told there too.

use crate::{Jacks, MidiJacks};
use midir::{Ignore, MidiInput, MidiInputConnection, MidiInputPort};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often ports are looked for: systems tell nobody of new ones.
const LOOK: Duration = Duration::from_secs(2);

/// How often where there is no MIDI at all: the system's library complains on the error output each time.
const LOOK_IN_VAIN: Duration = Duration::from_secs(30);

/// How this program calls itself to others.
const NAME: &str = "Diabelli";

/// What the keyboards and the outputs of this machine are called now.
///
/// # Errors
/// Why there are none, in plain words.
pub fn midi_ports() -> Result<(Vec<String>, Vec<String>), String> {
    let input = MidiInput::new(NAME).map_err(|error| format!("this machine offers no MIDI ports: {error}"))?;
    let inputs = input.ports().iter().filter_map(|port| input.port_name(port).ok()).collect();
    Ok((inputs, MidiJacks.names()?))
}

/// What comes from the ports.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// A message.
    Message {
        /// Which port it came through: a number that it keeps while it is there, never 0.
        port: u32,
        /// When, in milliseconds by a clock of the port's own.
        stamp_ms: f64,
        /// As it was sent.
        bytes: Vec<u8>,
    },
    /// A keyboard is there.
    Appeared {
        /// Its number.
        port: u32,
        /// What the system calls it.
        name: String,
    },
    /// A keyboard is gone; what it held is to be let go.
    Vanished {
        /// Its number.
        port: u32,
        /// What the system called it.
        name: String,
    },
    /// These are the outputs that tracks can be sent to now.
    Outputs(Vec<String>),
    /// The music went back to the loop's start.
    Turned,
    /// This machine has no MIDI; the reason, in plain words. Keyboards are looked for all the same.
    Missing(String),
}

/// Listens to every keyboard until it is dropped.
#[derive(Debug)]
pub struct Ports {
    _end: Sender<()>,
}

impl Ports {
    /// Listens to every keyboard that is there or comes, and tells `into` until that is closed.
    pub fn listen(into: Sender<Incoming>) -> Ports {
        let (end, ended) = channel();
        let watch =
            move || Watch { into, heard: BTreeMap::new(), outputs: Vec::new(), missing: false, next: 1 }.run(&ended);
        if let Err(error) = std::thread::Builder::new().name("ports".to_owned()).spawn(watch) {
            tracing::warn!(%error, "MIDI ports are not listened to");
        }
        Ports { _end: end }
    }
}

/// A keyboard that is listened to.
struct Heard {
    port: u32,
    name: String,
    _connection: MidiInputConnection<()>,
}

/// Nobody listens any more.
struct Deaf;

struct Watch {
    into: Sender<Incoming>,
    /// By the system's own name for a port.
    heard: BTreeMap<String, Heard>,
    outputs: Vec<String>,
    missing: bool,
    next: u32,
}

impl Watch {
    fn run(mut self, ended: &Receiver<()>) {
        loop {
            if self.look().is_err() {
                return;
            }
            let pause = if self.missing { LOOK_IN_VAIN } else { LOOK };
            if ended.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

    fn look(&mut self) -> Result<(), Deaf> {
        let Ok(input) = MidiInput::new(NAME) else {
            self.forget(&[])?;
            if !std::mem::take(&mut self.outputs).is_empty() {
                self.tell(Incoming::Outputs(Vec::new()))?;
            }
            return match std::mem::replace(&mut self.missing, true) {
                true => Ok(()),
                false => self.tell(Incoming::Missing(
                    "This machine offers no MIDI ports (on Linux: is the module snd-seq loaded?).".to_owned(),
                )),
            };
        };
        self.missing = false;
        let ports = input.ports();
        let ids: Vec<String> = ports.iter().map(MidiInputPort::id).collect();
        self.forget(&ids)?;
        for (port, id) in ports.iter().zip(&ids) {
            let Ok(name) = input.port_name(port) else { continue };
            // What is sent to the system's own loop would come back.
            if !self.heard.contains_key(id) && !name.contains(NAME) && !name.contains("Midi Through") {
                self.connect(port, id, name)?;
            }
        }
        let outputs = MidiJacks.names().unwrap_or_default();
        if outputs != self.outputs {
            self.outputs.clone_from(&outputs);
            self.tell(Incoming::Outputs(outputs))?;
        }
        Ok(())
    }

    fn connect(&mut self, port: &MidiInputPort, id: &str, name: String) -> Result<(), Deaf> {
        let Ok(mut input) = MidiInput::new(NAME) else { return Ok(()) };
        input.ignore(Ignore::All);
        let (number, into) = (self.next, self.into.clone());
        let hear = move |stamp_us: u64, bytes: &[u8], (): &mut ()| {
            // Without a listener the watch ends by itself.
            let message = Incoming::Message { port: number, stamp_ms: stamp_us as f64 * 1e-3, bytes: bytes.to_vec() };
            let _ = into.send(message);
        };
        match input.connect(port, NAME, hear, ()) {
            Ok(connection) => {
                self.next += 1;
                self.heard.insert(id.to_owned(), Heard { port: number, name: name.clone(), _connection: connection });
                self.tell(Incoming::Appeared { port: number, name })
            }
            Err(error) => {
                tracing::debug!(%error, name, "a MIDI port does not open");
                Ok(())
            }
        }
    }

    /// Lets go of keyboards that are not among these.
    fn forget(&mut self, ids: &[String]) -> Result<(), Deaf> {
        let gone: Vec<String> = self.heard.keys().filter(|id| !ids.contains(id)).cloned().collect();
        for id in gone {
            if let Some(Heard { port, name, .. }) = self.heard.remove(&id) {
                self.tell(Incoming::Vanished { port, name })?;
            }
        }
        Ok(())
    }

    fn tell(&self, incoming: Incoming) -> Result<(), Deaf> {
        self.into.send(incoming).map_err(|_| Deaf)
    }
}
