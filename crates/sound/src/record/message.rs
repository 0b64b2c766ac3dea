//! MIDI messages that a keyboard sends.

use crate::{Param, Touch};
use score::Controller;

/// What a keyboard says. The channel does not matter: the armed tracks hear all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// A key goes down.
    On {
        /// MIDI key, 0..=127.
        key: u8,
        /// 1..=127.
        velocity: u8,
    },
    /// A key comes up.
    Off {
        /// MIDI key, 0..=127.
        key: u8,
        /// How fast, 0..=127.
        velocity: u8,
    },
    /// A controller, the wheel or pressure.
    Turn {
        /// Which.
        controller: Controller,
        /// In its range.
        value: i16,
    },
    /// Another instrument.
    Program {
        /// General MIDI program, 0..=127; none: the armed tracks' own again, which no keyboard says.
        program: Option<u8>,
    },
    /// Every key comes up: all notes off, all sound off, reset.
    AllOff,
}

impl Message {
    /// Reads one whole message (MIDI 1.0 Detailed Specification, tables I to III); none if it is of another kind, or
    /// none at all.
    ///
    /// ```
    /// use sound::Message;
    ///
    /// assert_eq!(Message::read(&[0x90, 60, 100]), Some(Message::On { key: 60, velocity: 100 }));
    /// assert_eq!(Message::read(&[0x93, 60, 0]), Some(Message::Off { key: 60, velocity: 64 }));
    /// assert_eq!(Message::read(&[0xF8]), None);
    /// ```
    pub fn read(bytes: &[u8]) -> Option<Message> {
        let data = |at: usize| bytes.get(at).copied().filter(|byte| *byte < 128);
        let (first, second) = (data(1), data(2));
        match bytes.first()? {
            0xFF => Some(Message::AllOff),
            0x80..=0x8F => Some(Message::Off { key: first?, velocity: second? }),
            0x90..=0x9F => Some(match second? {
                // A key that goes down without velocity comes up with the plain one.
                0 => Message::Off { key: first?, velocity: score::Note::PLAIN_RELEASE },
                velocity => Message::On { key: first?, velocity },
            }),
            0xB0..=0xBF => match first? {
                120 | 123..=127 => Some(Message::AllOff),
                // Reset all controllers and local control are the keyboard's own matter.
                121 | 122 => None,
                number => Some(Message::Turn { controller: Controller::Control(number), value: second?.into() }),
            },
            0xC0..=0xCF => Some(Message::Program { program: Some(first?) }),
            0xD0..=0xDF => Some(Message::Turn { controller: Controller::Pressure, value: first?.into() }),
            0xE0..=0xEF => {
                let value = i16::from(second?) << 7 | i16::from(first?);
                Some(Message::Turn { controller: Controller::Bend, value: value - 8192 })
            }
            _ => None,
        }
    }

    /// What of it is heard at once.
    pub fn touch(self) -> Option<Touch> {
        let turn = |param, value| Some(Touch::Turn { param, value });
        match self {
            Message::On { key, velocity } => Some(Touch::Down { key, velocity }),
            Message::Off { key, .. } => Some(Touch::Up { key }),
            Message::AllOff => Some(Touch::LetGo),
            Message::Program { program } => Some(Touch::Program { program }),
            Message::Turn { controller, value } => match controller {
                Controller::Control(1) => turn(Param::Modulation, (value as u16) << 7),
                Controller::Control(64) => turn(Param::Pedal, value as u16),
                Controller::Bend => turn(Param::Bend, (i32::from(value) + 8192).clamp(0, 16383) as u16),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_wheel_and_mode_messages() {
        let turn = |controller, value| Some(Message::Turn { controller, value });
        assert_eq!(Message::read(&[0xB2, 64, 127]), turn(Controller::Control(64), 127));
        assert_eq!(Message::read(&[0xE0, 0, 64]), turn(Controller::Bend, 0));
        assert_eq!(Message::read(&[0xE0, 127, 127]), turn(Controller::Bend, 8191));
        assert_eq!(Message::read(&[0xE0, 0, 0]), turn(Controller::Bend, -8192));
        assert_eq!(Message::read(&[0xD0, 33]), turn(Controller::Pressure, 33));
        assert_eq!([Message::read(&[0xB0, 123, 0]), Message::read(&[0xFF])], [Some(Message::AllOff); 2]);
        assert_eq!(
            Message::read(&[0xE0, 0, 64]).and_then(Message::touch),
            Some(Touch::Turn { param: Param::Bend, value: 8192 })
        );
    }

    #[test]
    fn programs_are_read_and_heard() {
        let program = Some(40);
        assert_eq!(Message::read(&[0xC5, 40]), Some(Message::Program { program }));
        assert_eq!(Message::Program { program }.touch(), Some(Touch::Program { program }));
    }

    #[test]
    fn halves_of_messages_and_other_bytes_are_nothing() {
        for bytes in [
            &[][..],
            &[0x90],
            &[0x90, 60],
            &[0x90, 200, 5],
            &[60, 60, 60],
            &[0xC0],
            &[0xC0, 200],
            &[0xF0, 1, 0xF7],
            &[0xFE],
        ] {
            assert_eq!(Message::read(bytes), None, "{bytes:?}");
        }
    }
}
