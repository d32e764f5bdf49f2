-- What was erased leaves its id and nothing else, so that a later import does not
-- bring it back.

CREATE TABLE tombstone (
    id     TEXT PRIMARY KEY NOT NULL,
    kind   TEXT NOT NULL CHECK (kind IN ('episode', 'entry')),
    erased TEXT NOT NULL CHECK (erased IS date(erased))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tombstone_keeps BEFORE UPDATE ON tombstone BEGIN SELECT RAISE(ABORT, 'tombstones are never changed'); END;
CREATE TRIGGER tombstone_stays BEFORE DELETE ON tombstone BEGIN SELECT RAISE(ABORT, 'tombstones are never deleted'); END;
