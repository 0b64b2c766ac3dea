-- Times are seconds since 1970. Texts in columns called `body` are JSON.

-- Whole scores by the SHA-256 of their bytes: a score that is kept twice is stored once, and is its own checksum.
CREATE TABLE document (
    sha  BLOB PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE project (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    title   TEXT NOT NULL,                -- as it was created; later titles are in its edits
    source  BLOB,                         -- path of the file it came from
    created INTEGER NOT NULL,
    opened  INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    cursor  INTEGER NOT NULL DEFAULT 0,   -- how many of its edits are done; the rest can be redone
    deleted INTEGER                       -- since when it waits to be purged
) STRICT;

-- The journal. `sha` is the SHA-256 of the previous link (of the first score for seq 1) followed by the body,
-- so that a row which is damaged, missing or out of place breaks the chain.
CREATE TABLE edit (
    project INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
    seq     INTEGER NOT NULL,             -- from 1, without gaps
    label   TEXT NOT NULL,
    title   TEXT,                         -- the piece's new title, if the edit changes it
    body    BLOB NOT NULL,
    sha     BLOB NOT NULL,
    made    INTEGER NOT NULL,
    PRIMARY KEY (project, seq)
) STRICT;
CREATE INDEX edit_title ON edit (project, seq, title) WHERE title IS NOT NULL;

-- The score after `cursor` edits: 0 is how the project began and is always there, the others make loading quick.
CREATE TABLE snapshot (
    id       INTEGER PRIMARY KEY,
    project  INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
    cursor   INTEGER NOT NULL,
    document BLOB NOT NULL REFERENCES document,
    UNIQUE (project, cursor)
) STRICT;
CREATE INDEX snapshot_document ON snapshot (document);

-- States that somebody wanted to keep, such as the one before a variation.
CREATE TABLE checkpoint (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    project  INTEGER NOT NULL REFERENCES project ON DELETE CASCADE,
    name     TEXT NOT NULL,
    cursor   INTEGER,                     -- NULL once the journal took another way before this state
    document BLOB NOT NULL REFERENCES document,
    made     INTEGER NOT NULL
) STRICT;
CREATE INDEX checkpoint_project ON checkpoint (project);
CREATE INDEX checkpoint_document ON checkpoint (document);

CREATE TABLE setting (
    key  TEXT PRIMARY KEY,
    body TEXT NOT NULL
) STRICT;

-- Hearts and crosses that candidates were given.
CREATE TABLE verdict (
    id       INTEGER PRIMARY KEY,
    project  INTEGER REFERENCES project ON DELETE SET NULL,
    seed     INTEGER NOT NULL,            -- the bits of an unsigned number
    settings TEXT NOT NULL,               -- JSON
    accepted INTEGER NOT NULL,
    made     INTEGER NOT NULL
) STRICT;
CREATE INDEX verdict_project ON verdict (project);
