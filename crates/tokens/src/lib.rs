//! The document as token ids and back; the grammar and the constraints on what may follow.
