//! The critic that ships.

use super::signs::SIGNS;
use crate::Error;
use model::Critic;
use std::path::Path;
use std::sync::OnceLock;

/// What `diabelli critic` wrote (docs/training.md).
const BYTES: &[u8] = include_bytes!("../../critic.safetensors");

/// The critic, read when it is first asked.
pub fn shipped() -> Result<&'static Critic, Error> {
    static CRITIC: OnceLock<Critic> = OnceLock::new();
    if let Some(critic) = CRITIC.get() {
        return Ok(critic);
    }
    let critic = Critic::parse(Path::new("critic.safetensors"), BYTES)?;
    if critic.signs() != SIGNS {
        let range = format!("{SIGNS}, one for each of echo/signs.rs; make it anew with `diabelli critic`");
        return Err(
            model::Error::Config { what: "the critic's signs", value: critic.signs().to_string(), range }.into()
        );
    }
    Ok(CRITIC.get_or_init(|| critic))
}
