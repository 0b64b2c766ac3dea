//! The network: configure, load, train, decode. It knows ids, not music.
