//! The headless application: sessions, jobs and events behind one facade.
