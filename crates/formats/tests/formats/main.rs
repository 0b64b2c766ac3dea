//! Files from outside: what is in them survives, and what is wrong with them is said.
#![allow(missing_docs, clippy::unwrap_used)]

mod corpus;
mod documents;
mod kill;
mod material;
mod mutation;
mod repairs;
mod smpte;
