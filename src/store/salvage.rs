//! What can still be read of a damaged store, put into a new one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::{Store, StoreError, plain, show};

/// The tables with the column that names the entry of a row, parents first.
const TABLES: [(&str, Option<&str>); 11] = [
    ("episode", None),
    ("definition", None),
    ("entry", None),
    ("tombstone", None),
    ("reading", Some("entry")),
    ("answer", Some("entry")),
    ("performed", Some("entry")),
    ("care", Some("entry")),
    ("decision", Some("entry")),
    ("clearance", Some("entry")),
    ("correction", Some("entry")),
];

/// What was saved of a damaged store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Entries that are whole.
    pub entries: usize,
    /// Entries of which a part is lost; they are left out.
    pub lost: usize,
}

type Row = BTreeMap<String, Value>;

/// Reads what can be read of a damaged store into a new file. The old one is opened
/// to read only.
///
/// # Errors
///
/// When nothing can be read at all, or the new file cannot be written.
pub fn salvage(old: &Path, new: &Path) -> Result<Salvaged, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(plain(old), flags)
        .map_err(|error| StoreError::Open { path: show(old), reason: error.to_string() })?;
    // A store that may not be read is not for that damaged.
    let tables = source.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0));
    if let Err(error @ (StoreError::Closed | StoreError::ReadOnly | StoreError::Busy)) =
        tables.map_err(StoreError::from)
    {
        return Err(error);
    }
    let mut tables: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for (table, _) in TABLES {
        tables.insert(table, rows(&source, table));
    }
    if tables["episode"].is_empty() {
        return Err(StoreError::Damaged {
            path: show(old),
            reason: "no episode can be read any more".to_owned(),
        });
    }
    let whole = whole(&tables);
    let mut store = Store::open(new)?;
    let transaction = store.db.transaction()?;
    let mut written: BTreeSet<String> = BTreeSet::new();
    for (table, of_entry) in TABLES {
        for row in &tables[table] {
            let id = text(row, of_entry.unwrap_or("id")).unwrap_or_default();
            if (table == "entry" && !whole.contains(&id)) || (of_entry.is_some() && !written.contains(&id)) {
                continue;
            }
            // A row that breaks a rule of the store is none that it wrote.
            if insert(&transaction, table, row).is_ok() && table == "entry" {
                written.insert(id);
            }
        }
    }
    transaction.commit()?;
    Ok(Salvaged { entries: written.len(), lost: tables["entry"].len() - written.len() })
}

/// The entries of which every part is there.
fn whole(tables: &BTreeMap<&str, Vec<Row>>) -> BTreeSet<String> {
    let of = |table: &str| -> BTreeSet<String> {
        tables[table].iter().filter_map(|row| text(row, "entry")).collect()
    };
    let ids = |table: &str| -> BTreeSet<String> {
        tables[table].iter().filter_map(|row| text(row, "id")).collect()
    };
    let (readings, answers, corrections) = (of("reading"), of("answer"), of("correction"));
    let details: BTreeMap<&str, BTreeSet<String>> =
        ["performed", "care", "decision", "clearance"].map(|table| (table, of(table))).into();
    let (episodes, entries) = (ids("episode"), ids("entry"));
    let replaced: BTreeMap<String, String> = tables["correction"]
        .iter()
        .filter_map(|row| Some((text(row, "entry")?, text(row, "replaces")?)))
        .collect();
    tables["entry"]
        .iter()
        .filter(|row| text(row, "episode").is_some_and(|e| episodes.contains(&e)))
        .filter_map(|row| Some((text(row, "id")?, text(row, "kind")?)))
        .filter(|(id, kind)| match kind.as_str() {
            "check-in" => readings.contains(id) || answers.contains(id),
            "screen" => answers.contains(id),
            "note" => true,
            "correction" => corrections.contains(id),
            kind => details.get(kind).is_some_and(|rows| rows.contains(id)),
        })
        .filter(|(id, _)| replaced.get(id).is_none_or(|other| entries.contains(other)))
        .map(|(id, _)| id)
        .collect()
}

/// The rows of a table, from its beginning until one cannot be read, and from its end
/// until one cannot be read.
fn rows(db: &Connection, table: &str) -> Vec<Row> {
    let (mut found, all) = read(db, &format!("SELECT * FROM {table}"));
    if !all {
        let mut known: BTreeSet<String> = found.iter().map(|row| format!("{row:?}")).collect();
        for direction in ["ASC", "DESC"] {
            // Most tables have a row number, `WITHOUT ROWID` ones a first column.
            let order = if matches!(table, "answer" | "tombstone") { "1" } else { "rowid" };
            let again = read(db, &format!("SELECT * FROM {table} ORDER BY {order} {direction}")).0;
            found.extend(again.into_iter().filter(|row| known.insert(format!("{row:?}"))));
        }
    }
    found
}

/// The rows until one cannot be read, and whether that was all.
fn read(db: &Connection, sql: &str) -> (Vec<Row>, bool) {
    let mut found = Vec::new();
    let Ok(mut query) = db.prepare(sql) else { return (found, false) };
    let names: Vec<String> = query.column_names().into_iter().map(str::to_owned).collect();
    let Ok(mut rows) = query.query([]) else { return (found, false) };
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                let values = names.iter().enumerate().map(|(at, name)| Ok((name.clone(), row.get(at)?)));
                match values.collect::<rusqlite::Result<Row>>() {
                    Ok(row) => found.push(row),
                    Err(_) => return (found, false),
                }
            }
            Ok(None) => return (found, true),
            Err(_) => return (found, false),
        }
    }
}

fn insert(db: &Connection, table: &str, row: &Row) -> rusqlite::Result<usize> {
    let names: Vec<String> = row.keys().map(|name| format!("\"{name}\"")).collect();
    let places = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT INTO {table} ({}) VALUES ({places})", names.join(", "));
    db.prepare_cached(&sql)?.execute(params_from_iter(row.values()))
}

fn text(row: &Row, column: &str) -> Option<String> {
    match row.get(column) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}
