#![doc = include_str!("ARCHITECTURE.md")]

pub mod app;
pub mod catalog;
pub mod cli;
pub mod domain;
pub mod render;
pub mod store;
