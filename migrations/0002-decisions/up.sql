-- More kinds of decisions: a day of injury put right, the phase and program that
-- a new grade leads to, and a running plan moved to a new text of its program.
-- SQLite changes no CHECK in place, so the table is copied into its new form; no
-- row changes.

CREATE TABLE decision_new (
    entry    TEXT PRIMARY KEY NOT NULL REFERENCES entry (id),
    kind     TEXT NOT NULL CHECK (kind IN
                 ('start', 'advance', 'step-back', 'override', 'pause', 'resume', 'finish', 'grade', 'onset',
                  'update')),
    phase    TEXT,
    program  TEXT REFERENCES definition (hash),
    grade    INTEGER CHECK (grade BETWEEN 1 AND 3),
    onset    TEXT CHECK (onset IS date(onset)),
    by_whom  TEXT NOT NULL CHECK (length(by_whom) > 0),
    reason   TEXT,
    findings TEXT NOT NULL CHECK (json_valid(findings)),
    CHECK (kind NOT IN ('override', 'pause', 'onset') OR coalesce(length(reason), 0) > 0),
    CHECK (kind NOT IN ('start', 'update') OR program IS NOT NULL),
    CHECK (kind <> 'grade' OR grade IS NOT NULL),
    CHECK (kind <> 'onset' OR onset IS NOT NULL),
    CHECK (kind NOT IN ('advance', 'step-back', 'override') OR phase IS NOT NULL)
) STRICT;

INSERT INTO decision_new (entry, kind, phase, program, grade, by_whom, reason, findings)
SELECT entry, kind, phase, program, grade, by_whom, reason, findings FROM decision;

DROP TABLE decision;

ALTER TABLE decision_new RENAME TO decision;

CREATE TRIGGER decision_keeps BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER decision_stays BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
