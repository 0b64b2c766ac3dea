//! Projects, journal and settings, kept in SQLite.
