//! What a cable is plugged into: a MIDI output port of the system, or whatever stands for one.

use midir::{MidiOutput, MidiOutputConnection};

/// How this program calls itself to others.
const NAME: &str = "Diabelli";

/// An open port.
pub trait Jack: Send {
    /// Sends one message.
    ///
    /// # Errors
    /// Why the port is lost, in plain words.
    fn send(&mut self, message: &[u8]) -> Result<(), String>;
}

/// The ports that there are.
pub trait Jacks: Send {
    /// What they are called.
    ///
    /// # Errors
    /// Why there are none at all, in plain words.
    fn names(&mut self) -> Result<Vec<String>, String>;

    /// Opens one by its name.
    ///
    /// # Errors
    /// Why it does not open, in plain words.
    fn open(&mut self, name: &str) -> Result<Box<dyn Jack>, String>;
}

/// Those of the system.
#[derive(Debug, Default)]
pub struct MidiJacks;

/// A port's name without the numbers that ALSA gives it anew in each session: `Synth:in` of `Synth:in 128:0`.
pub(crate) fn plain(name: &str) -> &str {
    let Some((front, numbers)) = name.rsplit_once(' ') else { return name };
    let numbered = numbers.split_once(':').is_some_and(|(client, port)| {
        [client, port].iter().all(|part| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()))
    });
    if numbered { front } else { name }
}

fn output() -> Result<MidiOutput, String> {
    MidiOutput::new(NAME).map_err(|error| format!("this machine offers no MIDI ports: {error}"))
}

impl Jacks for MidiJacks {
    fn names(&mut self) -> Result<Vec<String>, String> {
        let output = output()?;
        let names = output.ports().iter().filter_map(|port| output.port_name(port).ok()).collect::<Vec<_>>();
        Ok(names.iter().map(|name| plain(name).to_owned()).filter(|name| !name.contains(NAME)).collect())
    }

    fn open(&mut self, name: &str) -> Result<Box<dyn Jack>, String> {
        let output = output()?;
        let ports = output.ports();
        let found = ports.iter().find(|port| output.port_name(port).is_ok_and(|found| plain(&found) == name));
        let port = found.ok_or_else(|| format!("there is no MIDI port {name}"))?;
        let connection = output.connect(port, NAME).map_err(|error| format!("{name} does not open: {error}"))?;
        Ok(Box::new(MidiJack(connection)))
    }
}

struct MidiJack(MidiOutputConnection);

impl Jack for MidiJack {
    fn send(&mut self, message: &[u8]) -> Result<(), String> {
        self.0.send(message).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_lose_the_numbers_of_a_session() {
        assert_eq!(plain("FLUID Synth (77):Synth input 128:0"), "FLUID Synth (77):Synth input");
        for name in ["loopMIDI Port 1", "USB MIDI", "Take 4:x", "Take :0", ""] {
            assert_eq!(plain(name), name);
        }
    }
}
