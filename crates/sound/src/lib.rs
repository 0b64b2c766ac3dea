//! The document as sound: schedule, synthesiser, mixer, transport, offline rendering.
