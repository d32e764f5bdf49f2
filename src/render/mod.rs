//! Views: the values that the domain worked out, as text and as JSON. None of
//! them decides anything.

pub mod archive;
pub mod brief;
pub mod companion;
pub mod course;
pub mod csv;
pub mod explain;
pub mod fhir;
pub mod handover;
pub mod history;
pub mod ics;
pub mod import;
pub mod items;
pub mod json;
pub mod keep;
mod kept;
pub mod knowledge;
pub mod next;
pub mod page;
pub mod program;
pub mod program_json;
pub mod progress;
pub mod session;
pub mod settings;
pub mod story;
pub mod text;
pub mod today;
