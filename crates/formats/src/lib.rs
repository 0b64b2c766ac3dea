//! Standard MIDI Files to the document and back, with a report of what was repaired or lost.
