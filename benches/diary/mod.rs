//! The made-up diary that the benchmarks share.

use std::fmt::Write as _;

/// A made-up diary in our columns, with so many rows a day: pain that comes and goes a
/// little, and exercises.
pub(crate) fn diary(days: u32, rows: u32) -> String {
    const EXERCISES: [&str; 6] =
        ["heel-press", "walk", "ankle-pumps", "seated-knee-bends", "single-leg-bridge", "hamstring-curl"];
    let last = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).expect("a day");
    let mut seed: u32 = 1;
    let mut upto = |most: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) % (most + 1)
    };
    let mut text = String::from("day,time,kind,item,side,value,unit,note\n");
    for ago in (0..days).rev() {
        let day = last - chrono::Days::new(u64::from(ago));
        let mut add = |row: String| writeln!(text, "{day},{row}").expect("text");
        add(format!("07:30,reading,pain-morning,,{},nrs,", upto(1)));
        add("07:30,reading,woken-by-pain,,no,,".to_owned());
        add(format!("20:30,reading,pain-rest,,{},nrs,", upto(1)));
        add(format!("20:30,reading,pain-walking,,{},nrs,", upto(2)));
        add("20:30,reading,sleep-disturbed,,0,0-10,".to_owned());
        add("20:30,reading,limp,,no,,".to_owned());
        for n in 6..rows {
            if n == 6 && ago % 7 == 0 {
                add("20:25,screen,one-leg-swollen,,no,,".to_owned());
                continue;
            }
            let exercise = EXERCISES[n as usize % EXERCISES.len()];
            let dose = if exercise == "walk" { "10min" } else { "2x10" };
            add(format!("{:02}:{:02},exercise,{exercise},left,{dose},dose,", 8 + n / 30 % 12, n * 2 % 60));
        }
    }
    text
}
