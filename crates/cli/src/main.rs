//! The command line of Diabelli: each subcommand calls the engine method that the window calls too.
//!
//! `--json` prints exactly one JSON object on stdout; progress and messages go to stderr. Exit status: 0 done,
//! 1 failed, 2 wrong usage.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod command;
mod progress;
mod selection;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A composition studio: you bring the theme; it writes the variations.
#[derive(Parser)]
#[command(name = "diabelli", version)]
struct Arguments {
    /// Print one JSON object instead of words.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// New music for some bars, conditioned on everything around them.
    Vary(Box<command::vary::Arguments>),
    /// How surprising each note is to the model, in bits.
    Surprise(command::surprise::Arguments),
    /// Sound as a WAV or FLAC file, without a sound card.
    Render(command::render::Arguments),
    /// A new piece for an ensemble: its tracks, with instruments, and empty bars.
    New(command::new::Arguments),
    /// A file in another form.
    Convert(command::convert::Arguments),
    /// Train a voice of your own from a folder of MIDI or notation.
    Finetune(command::finetune::Arguments),
    /// The voices of the library: list, describe, export, import, delete.
    #[command(subcommand)]
    Voice(command::voice::Arguments),
    /// Train a base model from a folder of shards or an unpacked corpus.
    Pretrain(command::pretrain::Arguments),
    /// Train the critic that chooses lines of the piece for open bars.
    Critic(command::critic::Arguments),
    /// How good a model is: bits per note, and its writing beside people's bars and simple rivals.
    Evaluate(command::evaluate::Arguments),
    /// What works on this machine, and what to do about the rest.
    Doctor,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    engine::log::start();
    let done = match arguments.command {
        Command::Vary(vary) => command::vary::run(&vary).await,
        Command::Surprise(surprise) => command::surprise::run(&surprise).await,
        Command::Render(render) => command::render::run(&render).await,
        Command::New(new) => command::new::run(&new).await,
        Command::Convert(convert) => command::convert::run(&convert).await,
        Command::Finetune(finetune) => command::finetune::run(&finetune).await,
        Command::Voice(voice) => command::voice::run(&voice).await,
        Command::Pretrain(pretrain) => command::pretrain::run(&pretrain).await,
        Command::Critic(critic) => command::critic::run(&critic).await,
        Command::Evaluate(evaluate) => command::evaluate::run(&evaluate).await,
        Command::Doctor => command::doctor::run().await,
    };
    match done {
        Ok(answer) => {
            answer.print(arguments.json);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
