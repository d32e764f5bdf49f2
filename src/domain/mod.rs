//! The clinic's rules as pure functions: no clock, no files, no printing.
//!
//! Data flows one way: [`entry`]s become a [`journal`], the journal is judged
//! by [`criteria`], [`brakes`] and [`screening`], and [`advice`] and
//! [`schedule`] put the verdicts into words for today.

pub mod adherence;
pub mod advice;
pub mod ahead;
pub mod answers;
pub mod archive;
pub mod asking;
mod bars;
pub mod bouts;
pub mod brakes;
pub mod calendar;
pub mod checkin;
pub mod companion;
pub mod compare;
pub mod course;
pub mod criteria;
mod daily;
pub mod day;
pub mod diary;
pub mod dose;
pub mod dossier;
pub mod entry;
pub mod episode;
pub mod explanation;
pub mod finding;
pub mod growth;
pub mod handover;
mod index;
pub mod journal;
pub mod library;
pub mod limits;
pub mod load;
pub mod measure;
pub mod needs;
pub mod past;
pub mod patterns;
pub mod program;
pub mod prospect;
pub mod question;
pub mod report;
pub mod rows;
pub mod schedule;
pub mod screening;
pub mod session;
pub mod signs;
pub mod situation;
pub mod slower;
mod standing;
pub mod topics;
pub mod trail;
mod turns;
pub mod undone;
pub mod units;
mod wanted;
pub mod watch;
mod ways;
pub mod wording;
