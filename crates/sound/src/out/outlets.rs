//! The thread that sends: it keeps signals until their moment, opens ports when they are there, and notices when they
//! are gone. Notes that it has begun it also ends, whatever happens to whoever asked for them.

use super::jack::{Jack, Jacks};
use super::{Goal, PORTS, Signal};
use rtrb::Consumer;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How often ports are looked for: systems tell nobody of new ones.
const LOOK: Duration = Duration::from_secs(2);

/// How often where there is no MIDI at all: the system's library complains on the error output each time.
const LOOK_IN_VAIN: Duration = Duration::from_secs(30);

/// How long it waits at most while something may come, and while nothing does.
const AWAKE: Duration = Duration::from_millis(1);
const DROWSY: Duration = Duration::from_millis(10);
const ASLEEP: Duration = Duration::from_secs(1);

/// So long after a signal more are expected.
const RESTLESS: Duration = Duration::from_secs(1);

/// A signal this near to its moment is sent, in milliseconds: a thread wakes no more exactly.
const NEAR: f64 = 0.3;

/// What becomes of a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// It is open.
    Opened {
        /// Which.
        port: u8,
    },
    /// It is gone, or does not open.
    Lost {
        /// Which.
        port: u8,
        /// Why, in plain words.
        reason: String,
    },
}

enum Ask {
    /// Signals come from here now.
    Take(Consumer<Signal>),
    /// These ports are wanted, in this order, and those of them hear the clock.
    Want(Vec<(String, bool)>),
    /// Sends something at once.
    Send(u8, [u8; 3]),
}

/// Sends to ports until it is dropped.
#[derive(Debug)]
pub struct Outlets {
    asks: Sender<Ask>,
}

impl Outlets {
    /// Starts the thread. `opened`: the zero of the signals' clock. `tell` hears what becomes of ports, on that thread.
    pub fn start(jacks: Box<dyn Jacks>, opened: Instant, tell: impl Fn(News) + Send + 'static) -> Outlets {
        let (asks, received) = channel();
        let sending = Sending {
            jacks,
            opened,
            tell: Box::new(tell),
            slots: Vec::new(),
            signals: None,
            waiting: VecDeque::new(),
            looked: None,
            missing: false,
            sent: None,
        };
        if let Err(error) = std::thread::Builder::new().name("outlets".to_owned()).spawn(move || sending.run(&received))
        {
            tracing::warn!(%error, "nothing is sent to MIDI ports");
        }
        Outlets { asks }
    }

    /// Signals come from here now; the notes of those before end.
    pub fn take(&self, signals: Consumer<Signal>) {
        self.ask(Ask::Take(signals));
    }

    /// Wants these ports, at most [`PORTS`], and says which of them hear the clock; an empty name is no port, but keeps the
    /// places of those after it.
    pub fn want(&self, ports: Vec<(String, bool)>) {
        self.ask(Ask::Want(ports));
    }

    /// Sends a message of three bytes at once.
    pub fn send(&self, port: u8, message: [u8; 3]) {
        self.ask(Ask::Send(port, message));
    }

    fn ask(&self, ask: Ask) {
        // Without its thread nothing is sent, and that was said.
        let _ = self.asks.send(ask);
    }
}

/// A port that is wanted.
struct Slot {
    name: String,
    clocked: bool,
    jack: Option<Box<dyn Jack>>,
    /// Its loss has been told.
    told: bool,
    /// Keys that are down, by channel.
    down: [u128; 16],
}

struct Sending {
    jacks: Box<dyn Jacks>,
    opened: Instant,
    tell: Box<dyn Fn(News) + Send>,
    slots: Vec<Slot>,
    signals: Option<Consumer<Signal>>,
    /// Signals before their moment.
    waiting: VecDeque<Signal>,
    looked: Option<Instant>,
    missing: bool,
    sent: Option<Instant>,
}

impl Sending {
    fn run(mut self, asks: &Receiver<Ask>) {
        loop {
            match asks.recv_timeout(self.pause()) {
                Ok(ask) => self.obey(ask),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.silence(),
            }
            while let Ok(ask) = asks.try_recv() {
                self.obey(ask);
            }
            self.pass();
            let patience = if self.missing { LOOK_IN_VAIN } else { LOOK };
            if self.slots.iter().any(Slot::is_wanted) && self.looked.is_none_or(|looked| looked.elapsed() >= patience) {
                self.look();
            }
        }
    }

    fn now_ms(&self) -> f64 {
        self.opened.elapsed().as_secs_f64() * 1e3
    }

    fn pause(&self) -> Duration {
        if let Some(next) = self.waiting.front() {
            let left = (next.at_ms - self.now_ms()).max(0.0);
            return Duration::from_secs_f64(left * 1e-3).min(AWAKE);
        }
        if !self.slots.iter().any(|slot| slot.jack.is_some()) {
            return ASLEEP;
        }
        if self.sent.is_some_and(|sent| sent.elapsed() < RESTLESS) { AWAKE } else { DROWSY }
    }

    fn obey(&mut self, ask: Ask) {
        match ask {
            Ask::Take(signals) => {
                self.silence();
                self.waiting.clear();
                self.signals = Some(signals);
            }
            Ask::Want(ports) => self.want(ports),
            Ask::Send(port, message) => {
                let length = if matches!(message[0] & 0xF0, 0xC0 | 0xD0) { 2 } else { 3 };
                self.send(usize::from(port), &message[..length]);
            }
        }
    }

    fn want(&mut self, ports: Vec<(String, bool)>) {
        let mut old: Vec<Option<Slot>> = std::mem::take(&mut self.slots).into_iter().map(Some).collect();
        for (at, (name, clocked)) in ports.into_iter().take(PORTS).enumerate() {
            let kept = old.get_mut(at).and_then(|slot| slot.take_if(|slot| slot.name == name));
            self.slots.push(match kept {
                Some(slot) => Slot { clocked, ..slot },
                None => Slot { name, clocked, jack: None, told: false, down: [0; 16] },
            });
        }
        for mut slot in old.into_iter().flatten() {
            slot.silence();
        }
        self.looked = None;
    }

    /// Takes what is in the ring and sends what is due.
    fn pass(&mut self) {
        if let Some(signals) = &mut self.signals {
            while let Ok(signal) = signals.pop() {
                self.waiting.push_back(signal);
            }
        }
        let now = self.now_ms();
        while let Some(signal) = self.waiting.pop_front() {
            if signal.at_ms > now + NEAR {
                self.waiting.push_front(signal);
                return;
            }
            self.sent = Some(Instant::now());
            match signal.to {
                Goal::Port(port) => self.send(usize::from(port), signal.message()),
                Goal::Clocked => {
                    for port in 0..self.slots.len() {
                        if self.slots[port].clocked {
                            self.send(port, signal.message());
                        }
                    }
                }
                Goal::Silence => self.silence(),
            }
        }
    }

    fn send(&mut self, port: usize, message: &[u8]) {
        let Some(slot) = self.slots.get_mut(port) else { return };
        if let Err(reason) = slot.send(message) {
            self.lose(port, reason);
        }
    }

    fn silence(&mut self) {
        self.slots.iter_mut().for_each(Slot::silence);
    }

    fn lose(&mut self, port: usize, reason: String) {
        let Some(slot) = self.slots.get_mut(port) else { return };
        (slot.jack, slot.down) = (None, [0; 16]);
        if !std::mem::replace(&mut slot.told, true) {
            (self.tell)(News::Lost { port: port as u8, reason });
        }
    }

    /// Opens what has come and lets go of what has gone.
    fn look(&mut self) {
        self.looked = Some(Instant::now());
        let names = self.jacks.names();
        self.missing = names.is_err();
        for port in 0..self.slots.len() {
            if !self.slots[port].is_wanted() {
                continue;
            }
            let name = self.slots[port].name.clone();
            match &names {
                Err(reason) => self.lose(port, reason.clone()),
                Ok(names) if !names.contains(&name) => self.lose(port, format!("there is no MIDI port {name}")),
                Ok(_) if self.slots[port].jack.is_some() => {}
                Ok(_) => match self.jacks.open(&name) {
                    Ok(jack) => {
                        let slot = &mut self.slots[port];
                        (slot.jack, slot.told) = (Some(jack), false);
                        (self.tell)(News::Opened { port: port as u8 });
                    }
                    Err(reason) => self.lose(port, reason),
                },
            }
        }
    }
}

impl Slot {
    fn is_wanted(&self) -> bool {
        !self.name.is_empty()
    }

    fn send(&mut self, message: &[u8]) -> Result<(), String> {
        let Some(jack) = &mut self.jack else { return Ok(()) };
        if let &[status, key, velocity] = message {
            let (down, bit) = (&mut self.down[usize::from(status & 15)], 1u128 << (key & 127));
            match status & 0xF0 {
                0x90 if velocity > 0 => *down |= bit,
                0x80 | 0x90 => *down &= !bit,
                _ => {}
            }
        }
        jack.send(message)
    }

    /// Ends every note that has begun, and lets pedals up.
    fn silence(&mut self) {
        for channel in 0..16u8 {
            let down = std::mem::take(&mut self.down[usize::from(channel)]);
            let keys = (0..128u8).filter(|key| down & 1 << key != 0);
            let ends = keys.map(|key| [0x80 | channel, key, 64]);
            let rest = (down != 0).then_some([[0xB0 | channel, 64, 0], [0xB0 | channel, 123, 0]]);
            for message in ends.chain(rest.into_iter().flatten()) {
                if let Some(jack) = &mut self.jack {
                    // A port that is lost is noticed when it is looked for.
                    let _ = jack.send(&message);
                }
            }
        }
    }
}
