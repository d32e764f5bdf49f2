-- The spine: who recorded what, when. Details hang on `entry`, typed, so that
-- any SQLite reader can make sense of them. Everything is append-only: a
-- correction is an entry that names the one it replaces.

-- "SINW": says in the header of the file whose it is.
PRAGMA application_id = 1397313111;

CREATE TABLE episode (
    id           TEXT PRIMARY KEY NOT NULL,
    number       INTEGER NOT NULL UNIQUE CHECK (number >= 1),
    title        TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    condition    TEXT NOT NULL,
    region       TEXT,
    side         TEXT CHECK (side IN ('left', 'right', 'both', 'middle')),
    onset_day    TEXT NOT NULL CHECK (onset_day IS date(onset_day)),
    onset_manner TEXT CHECK (onset_manner IN ('sudden', 'over-hours', 'gradual')),
    goal         TEXT NOT NULL CHECK (goal IN ('daily-life', 'running', 'sprint-sport')),
    opened       TEXT NOT NULL CHECK (opened GLOB '????-??-??T??:??:??*[+-]??:??')
) STRICT;

-- The text of each program in use, by its SHA-256, so that a running plan never
-- shifts when a file does.
CREATE TABLE definition (
    hash   TEXT PRIMARY KEY NOT NULL CHECK (length(hash) = 64),
    kind   TEXT NOT NULL CHECK (kind IN ('program')),
    id     TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

CREATE TABLE entry (
    id      TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    episode TEXT NOT NULL REFERENCES episode (id),
    kind    TEXT NOT NULL CHECK (kind IN
                ('check-in', 'screen', 'performed', 'care', 'decision', 'clearance', 'note', 'correction')),
    day     TEXT NOT NULL CHECK (day IS date(day)),
    at      TEXT NOT NULL CHECK (at GLOB '????-??-??T??:??:??*[+-]??:??'),
    device  TEXT NOT NULL,
    note    TEXT CHECK (length(note) <= 10000)
) STRICT;

CREATE INDEX entry_by_day ON entry (episode, day);

CREATE TABLE reading (
    entry   TEXT NOT NULL REFERENCES entry (id),
    measure TEXT NOT NULL,
    side    TEXT CHECK (side IN ('left', 'right', 'both', 'middle')),
    unit    TEXT NOT NULL CHECK (unit IN ('nrs', '0-10', 'yes-no', 'min', 'deg', 'reps', 'cm')),
    value   REAL NOT NULL,
    CHECK (CASE unit
               WHEN 'nrs'    THEN value BETWEEN 0 AND 10
               WHEN '0-10'   THEN value BETWEEN 0 AND 10
               WHEN 'yes-no' THEN value IN (0, 1)
               WHEN 'deg'    THEN value BETWEEN -180 AND 180
               ELSE value BETWEEN 0 AND 100000
           END),
    -- Whatever calls itself pain is on the pain scale, or a yes or no about it.
    CHECK (unit IN ('nrs', 'yes-no') OR NOT (measure GLOB 'pain-*' OR measure GLOB '*-pain'))
) STRICT;

CREATE INDEX reading_of_entry ON reading (entry);

-- One row for each choice where a question takes several.
CREATE TABLE answer (
    entry    TEXT NOT NULL REFERENCES entry (id),
    question TEXT NOT NULL,
    value    TEXT NOT NULL CHECK (length(value) > 0),
    PRIMARY KEY (entry, question, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE performed (
    entry    TEXT PRIMARY KEY NOT NULL REFERENCES entry (id),
    exercise TEXT NOT NULL,
    side     TEXT CHECK (side IN ('left', 'right', 'both', 'middle')),
    sets     INTEGER CHECK (sets BETWEEN 1 AND 9999),
    reps     INTEGER CHECK (reps BETWEEN 1 AND 9999),
    seconds  INTEGER CHECK (seconds BETWEEN 1 AND 599940),
    load_kg  REAL CHECK (load_kg BETWEEN 0 AND 1000),
    metres   INTEGER CHECK (metres BETWEEN 1 AND 1000000),
    rung     INTEGER CHECK (rung BETWEEN 1 AND 9999),
    pain     REAL CHECK (pain BETWEEN 0 AND 10),
    skipped  TEXT CHECK (length(skipped) > 0)
) STRICT;

CREATE TABLE care (
    entry   TEXT PRIMARY KEY NOT NULL REFERENCES entry (id),
    kind    TEXT NOT NULL,
    side    TEXT CHECK (side IN ('left', 'right', 'both', 'middle')),
    minutes REAL CHECK (minutes > 0 AND minutes <= 1440)
) STRICT;

CREATE TABLE decision (
    entry    TEXT PRIMARY KEY NOT NULL REFERENCES entry (id),
    kind     TEXT NOT NULL CHECK (kind IN
                 ('start', 'advance', 'step-back', 'override', 'pause', 'resume', 'finish', 'grade')),
    phase    TEXT,
    program  TEXT REFERENCES definition (hash),
    grade    INTEGER CHECK (grade BETWEEN 1 AND 3),
    by_whom  TEXT NOT NULL CHECK (length(by_whom) > 0),
    reason   TEXT,
    findings TEXT NOT NULL CHECK (json_valid(findings)),
    CHECK (kind <> 'override' OR length(reason) > 0),
    CHECK (kind <> 'start' OR program IS NOT NULL),
    CHECK (kind <> 'grade' OR grade IS NOT NULL),
    CHECK (kind NOT IN ('advance', 'step-back', 'override') OR phase IS NOT NULL)
) STRICT;

CREATE TABLE clearance (
    entry   TEXT PRIMARY KEY NOT NULL REFERENCES entry (id),
    rule    TEXT NOT NULL,
    who     TEXT NOT NULL CHECK (length(who) > 0),
    role    TEXT NOT NULL CHECK (length(role) > 0),
    day     TEXT NOT NULL CHECK (day IS date(day)),
    outcome TEXT NOT NULL CHECK (outcome IN ('cleared', 'cleared-with-limits', 'treated', 'referred', 'other-diagnosis')),
    expires TEXT CHECK (expires IS date(expires))
) STRICT;

CREATE TABLE correction (
    entry    TEXT PRIMARY KEY NOT NULL REFERENCES entry (id),
    replaces TEXT NOT NULL REFERENCES entry (id) CHECK (replaces <> entry),
    reason   TEXT NOT NULL CHECK (length(reason) > 0)
) STRICT;

CREATE TRIGGER episode_keeps    BEFORE UPDATE ON episode    BEGIN SELECT RAISE(ABORT, 'episodes are never changed'); END;
CREATE TRIGGER episode_stays    BEFORE DELETE ON episode    BEGIN SELECT RAISE(ABORT, 'episodes are never deleted'); END;
CREATE TRIGGER definition_keeps BEFORE UPDATE ON definition BEGIN SELECT RAISE(ABORT, 'definitions are never changed'); END;
CREATE TRIGGER definition_stays BEFORE DELETE ON definition BEGIN SELECT RAISE(ABORT, 'definitions are never deleted'); END;
CREATE TRIGGER entry_keeps      BEFORE UPDATE ON entry      BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_stays      BEFORE DELETE ON entry      BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER reading_keeps    BEFORE UPDATE ON reading    BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER reading_stays    BEFORE DELETE ON reading    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER answer_keeps     BEFORE UPDATE ON answer     BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER answer_stays     BEFORE DELETE ON answer     BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER performed_keeps  BEFORE UPDATE ON performed  BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER performed_stays  BEFORE DELETE ON performed  BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER care_keeps       BEFORE UPDATE ON care       BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER care_stays       BEFORE DELETE ON care       BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER decision_keeps   BEFORE UPDATE ON decision   BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER decision_stays   BEFORE DELETE ON decision   BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER clearance_keeps  BEFORE UPDATE ON clearance  BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER clearance_stays  BEFORE DELETE ON clearance  BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER correction_keeps BEFORE UPDATE ON correction BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER correction_stays BEFORE DELETE ON correction BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
