//! Folders of MIDI to an intake report and token shards.
