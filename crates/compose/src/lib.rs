//! Musical requests to candidates: prompt, generate under constraints, rank.
