-- Which of its older entries still have to be read for an episode. Nothing is decided
-- by it: like an index it is made from the entries, and may be thrown away.

CREATE TABLE bookmark (
    episode TEXT PRIMARY KEY NOT NULL REFERENCES episode (id),
    -- The digest of the rules that it was made by.
    rules   TEXT NOT NULL,
    -- The last entry that was there, in the order of writing.
    place   INTEGER NOT NULL,
    last    TEXT NOT NULL,
    mark    TEXT NOT NULL CHECK (json_valid(mark)),
    -- The places of the entries before the first day; nothing where too few can be left out.
    kept    TEXT CHECK (json_valid(kept)),
    -- What the two come to, so that no flipped bit hides anything.
    digest  BLOB NOT NULL CHECK (length(digest) = 32)
) STRICT;
