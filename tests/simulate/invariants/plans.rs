//! Invariants about what a day's plan holds.

use sinew::domain::dose::Dose;
use sinew::domain::library::Exercise;
use sinew::domain::load;
use sinew::domain::program::Stage;
use sinew::domain::schedule::Item;

use super::gates::early;
use super::{Ledger, View};

pub(super) fn judge(v: &View<'_>, ledger: &mut Ledger<'_>) {
    iv_11(v, ledger);
    iv_12(v, ledger);
    iv_13(v, ledger);
    iv_14(v, ledger);
    iv_15(v, ledger);
    iv_16(v, ledger);
    iv_17(v, ledger);
    iv_19(v, ledger);
    iv_20(v, ledger);
    iv_26(v, ledger);
    iv_27(v, ledger);
}

/// A held stretch of the hamstring, by what it is and not only by its tag.
fn stretches_hamstring(e: &Exercise) -> bool {
    e.is("hamstring-stretch") || (e.id.contains("stretch") && e.id.contains("hamstring"))
}

/// No held stretch of a strained hamstring before day 5, 10 or 28 by grade.
fn iv_11(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let first = v.by_grade([5, 10, 28]);
    if v.thread.program.condition == "hamstring-strain" && v.day() < first {
        let found = v.exercises().find(|(_, e)| stretches_hamstring(e));
        ledger.holds(11, found.is_none(), || format!("{}: {:?}", v.words(), found.map(|(i, _)| &i.id)));
    }
}

/// Held stretches stand behind all other work that is due the same day.
fn iv_12(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let due: Vec<(&Item, &Exercise)> = v.exercises().filter(|(i, _)| i.due > 0).collect();
    let Some(first) = due.iter().position(|(_, e)| e.is("static-stretch")) else { return };
    let after = due[first..].iter().find(|(_, e)| !e.is("static-stretch"));
    ledger.holds(12, after.is_none(), || {
        format!("{}: {:?} after a stretch", v.words(), after.map(|(i, _)| &i.id))
    });
}

/// No Nordic outside the last phase, before day 21, 56 or 180, or without 14
/// logged days in a row with pain at 1 or less. "In a row" is read as the last
/// 14 days that were logged.
fn iv_13(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let Some((item, _)) = v.exercises().find(|(i, e)| e.is("nordic") || i.id.contains("nordic")) else {
        return;
    };
    // A program of prevention has nothing but last phases.
    let last = v.phase().stage == Stage::Maintenance;
    let quiet = v.facts.pains.iter().rev().take(14).filter(|(_, pain)| **pain <= 1.0).count();
    let strained = v.thread.program.condition == "hamstring-strain";
    let late = !strained || v.day() >= v.by_grade([21, 56, 180]);
    let ok = last && late && quiet == 14;
    ledger.holds(13, ok, || format!("{}: {} after {quiet} quiet days", v.words(), item.id));
}

/// No heavy lengthening, sprint or loaded hinge in the first two phases.
fn iv_14(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if early(&v.thread.program, v.phase()) && v.strain() {
        let heavy = |e: &Exercise| {
            ["eccentric-high", "sprint", "loaded-deadlift"].iter().any(|t| e.is(t))
                || e.id.contains("deadlift")
        };
        let found = v.exercises().find(|(_, e)| heavy(e));
        ledger.holds(14, found.is_none(), || format!("{}: {:?}", v.words(), found.map(|(i, _)| &i.id)));
    }
}

/// A strain's first phase holds protection, gentle motion, painless holds,
/// cold, wrap, a raised leg and walking; nothing else.
fn iv_15(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if v.thread.mirror.phase > 0 || !v.strain() {
        return;
    }
    for (item, e) in v.exercises() {
        let gentle = e.is("gentle-motion") || e.is("walk") || e.is("protection");
        let painless = e.is("isometric") && item.cap.is_some_and(|cap| cap <= 0.0);
        ledger.holds(15, gentle || painless, || format!("{}: {} up to {:?}", v.words(), item.id, item.cap));
    }
    for (item, tags) in v.care() {
        let ok =
            tags.iter().all(|t| ["protection", "cold", "compression", "elevation"].contains(&t.as_str()));
        ledger.holds(15, ok, || format!("{}: {}", v.words(), item.id));
    }
}

/// No heat before day 3. Cold for 15 to 20 minutes, at least two hours apart,
/// over something, and not after day 3: nothing here tells an inflamed place
/// from a calm one, so that the exception is never made.
fn iv_16(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let has = |tags: &[String], tag: &str| tags.iter().any(|t| t == tag);
    if v.day() < 3 {
        let warm = v.care().find(|(_, tags)| has(tags, "heat"));
        ledger.holds(16, warm.is_none(), || format!("{}: heat", v.words()));
    }
    for (item, _) in v.care().filter(|(_, tags)| has(tags, "cold")) {
        let gap = item
            .frequency
            .strip_prefix("every ")
            .and_then(|f| f.split(['-', ' ']).next()?.parse::<u32>().ok());
        let apart =
            item.times.iter().filter_map(|t| t.split(':').next()?.parse::<u32>().ok()).collect::<Vec<_>>();
        let apart = apart.windows(2).all(|pair| pair[1] >= pair[0] + 2);
        let wrapped = format!("{} {:?}", item.name, item.note).contains("towel");
        let ok = v.day() <= 3 && item.dose == "15-20 min" && gap.is_some_and(|g| g >= 2) && apart && wrapped;
        ledger.holds(16, ok, || format!("{}: {} {} {:?}", v.words(), item.dose, item.frequency, item.times));
    }
}

/// No massage or roller before the strengthening phase, and a roller always
/// with the word to keep off the sit bone, where it comes near it.
fn iv_17(v: &View<'_>, ledger: &mut Ledger<'_>) {
    for (item, tags) in v.care().filter(|(_, tags)| tags.iter().any(|t| t == "massage" || t == "roller")) {
        let roller = tags.iter().any(|t| t == "roller") && v.thread.program.condition.contains("hamstring");
        let warned = !roller || item.note.as_ref().is_some_and(|n| n.contains("sit bone"));
        let ok = !early(&v.thread.program, v.phase()) && warned;
        ledger.holds(17, ok, || format!("{}: {}", v.words(), item.id));
    }
    if early(&v.thread.program, v.phase()) {
        ledger.holds(17, v.exercises().all(|(_, e)| !e.is("roller") && !e.is("massage")), || v.words());
    }
}

/// Sciatica: no hamstring stretch; a nerve glide only once it was prescribed.
fn iv_19(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if v.thread.program.condition != "sciatica" {
        return;
    }
    let glide = |i: &Item, e: &Exercise| {
        (i.id.contains("glide") || e.is("nerve-glide"))
            && !i.id.contains("glider")
            && !v.facts.cleared(&format!("prescribed-{}", i.id))
    };
    let found = v.exercises().find(|(i, e)| stretches_hamstring(e) || glide(i, e));
    ledger.holds(19, found.is_none(), || format!("{}: {:?}", v.words(), found.map(|(i, _)| &i.id)));
}

/// A sore sit-bone tendon: no hamstring stretch, no deep hip bend in the first
/// two stages, and the fourth stage only after the third.
fn iv_20(v: &View<'_>, ledger: &mut Ledger<'_>) {
    if v.thread.program.condition != "proximal-hamstring-tendinopathy" {
        return;
    }
    let deep = |e: &Exercise| v.thread.mirror.phase < 2 && e.is("end-range-hip-flexion");
    let found = v.exercises().find(|(_, e)| stretches_hamstring(e) || deep(e));
    ledger.holds(20, found.is_none(), || format!("{}: {:?}", v.words(), found.map(|(i, _)| &i.id)));
    if v.thread.mirror.phase >= 3 {
        let third = v.s.course.spans.iter().any(|span| span.phase == 2);
        ledger.holds(20, third, || format!("{}: the third stage was left out", v.words()));
    }
}

/// Where a load is in scope and last week is known, the plan names a limit of
/// at most a tenth more, or 5 minutes more below 30 minutes a week, and at most
/// a tenth above the longest run of 30 days; and no dose that it plans itself
/// lies above that.
fn iv_26(v: &View<'_>, ledger: &mut Ledger<'_>) {
    for (item, exercise) in v.exercises() {
        let Some(room) = v.s.judge(v.library(), |case| load::room(case, exercise)) else { continue };
        let most = if room.unit == load::Unit::Minutes && room.last_week < 30.0 {
            room.last_week + 5.0
        } else {
            room.last_week * 1.1
        };
        let named = item.room.as_ref() == Some(&room);
        let planned = item.dose.parse::<Dose>().ok().and_then(|d| match room.unit {
            load::Unit::Minutes => d.seconds.map(|s| f64::from(s * d.sets.unwrap_or(1)) / 60.0),
            load::Unit::Metres => d.metres.map(|m| f64::from(m * d.sets.unwrap_or(1))),
            load::Unit::Kilograms => None,
        });
        let once = planned.zip(room.session_limit).is_none_or(|(planned, limit)| planned <= limit + 1e-9);
        let ok = room.week_limit <= most + 1e-9 && named && once;
        ledger.holds(26, ok, || format!("{}: {} {room:?}", v.words(), item.id));
    }
}

/// The ladder begins at rung 3, 2 or 1 by grade, is climbed one rung at a time,
/// never on two days in a row, and its last rung waits for the return phase,
/// for day 14, 33 or 105, and for a clean run on the rung before.
fn iv_27(v: &View<'_>, ledger: &mut Ledger<'_>) {
    let rungs =
        v.exercises().filter_map(|(i, _)| Some((i, i.dose.strip_prefix("rung")?.parse::<u32>().ok()?)));
    for (item, rung) in rungs {
        let since = v.thread.mirror.since();
        let start = v.by_grade([3, 2, 1]);
        let clean = v.facts.bouts(since).filter(|(e, b)| {
            let cap = v.phase().exercises.iter().find(|p| p.exercise == item.id).map_or(0.0, |p| p.cap);
            b.exercise == item.id && b.pain.is_some_and(|p| p <= cap) && e.day < v.today()
        });
        let best = clean.filter_map(|(_, b)| b.dose.as_ref()?.rung).max();
        let climbed = rung <= start || best.is_some_and(|best| best + 1 >= rung);
        let yesterday =
            v.facts.bouts(v.today().minus(1)).any(|(e, b)| b.exercise == item.id && e.day < v.today());
        let rested = item.due == 0 || !yesterday;
        let sprint = v.thread.program.condition != "hamstring-strain" || v.day() >= v.by_grade([14, 33, 105]);
        let last = rung < 6 || (v.phase().stage >= Stage::Return && sprint);
        ledger.holds(27, climbed && rested && last, || {
            format!("{}: rung {rung} after {best:?}, due {}, run yesterday {yesterday}", v.words(), item.due)
        });
    }
}
