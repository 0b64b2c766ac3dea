//! Features of music: the one extractor that training labels, sliders and evaluation share.
