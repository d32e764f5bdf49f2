//! The simulator: virtual people with virtual injuries, and the invariants
//! that have to hold on every day of every one of their lives. The program of
//! `examples` and the tests share it; nothing of it gets into the binary.

pub(crate) mod body;
pub(crate) mod deciding;
pub(crate) mod diary;
pub(crate) mod facts;
pub(crate) mod invariants;
pub(crate) mod life;
pub(crate) mod people;
pub(crate) mod rng;
pub(crate) mod tally;
pub(crate) mod thread;
pub(crate) mod world;
