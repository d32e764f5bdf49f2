//! Invariants that compare a day with its twin: the same day with one thing
//! changed.
//!
//! Each comparison costs a whole evaluation. One of the kinds is made on each
//! day of an episode, or on one day in so many, in turn, so that each comes
//! round in every life; on a day whose advice is to move on, which is where
//! most of them can fail, all of them are made.

use std::sync::Arc;

use sinew::domain::advice::Action;
use sinew::domain::day::Day;
use sinew::domain::entry::{Answer, Care, Correction, Entry, EntryId, Fact, Performed, Reading, UNDO};
use sinew::domain::finding::Verdict;
use sinew::domain::library::Urgency;
use sinew::domain::measure::{Better, Unit};
use sinew::domain::program::{MeasureTest, Subject, Whose};
use sinew::domain::question::AnswerValue;
use sinew::domain::situation::Situation;

use super::super::diary::reading;
use super::super::facts::readings;
use super::super::rng::Rng;
use super::super::thread::situate;
use super::{Ledger, View, moves_on};

type Twin = fn(&View<'_>, &mut Ledger<'_>, &mut Rng);

const TWINS: [Twin; 13] = [
    iv_04,
    iv_05_session,
    iv_05_morning,
    iv_05_today,
    iv_06_session,
    iv_06_criterion,
    iv_06_undone,
    iv_10_silence,
    iv_10_early,
    iv_25_dulled,
    iv_33_note,
    iv_34_unasked,
    iv_38_and_39,
];

pub(super) fn judge(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    let (day, every) = (v.place.1, v.world.twins_every);
    let turn = usize::try_from(day / every).unwrap_or(0) % TWINS.len();
    let due = |n: usize| v.moves_on() || (day % every == 0 && turn == n);
    for (n, twin) in TWINS.iter().enumerate() {
        if due(n) {
            twin(v, ledger, rng);
        }
    }
}

/// One more entry, written now.
fn more(v: &View<'_>, fact: Fact) -> Entry {
    let millis = v.now.at.timestamp_millis();
    let id = format!("{:08x}-{:04x}-7fff-8000-ffffffffffff", millis >> 16, millis & 0xffff);
    Entry { id: EntryId::new(id), day: v.today(), at: v.now.at, note: None, corrects: None, fact }
}

fn no_bolder(number: usize, v: &View<'_>, ledger: &mut Ledger<'_>, twin: &Situation, what: &str) {
    ledger.evaluated();
    let (was, is) = (v.s.advice.action, twin.advice.action);
    ledger.holds(number, is <= was, || {
        let unmet = v.s.advice.findings.iter().filter(|f| f.verdict != Verdict::Met);
        let because: Vec<&str> = unmet.map(|f| f.id.as_str()).collect();
        format!("{} for {}: {what}, then {}", v.words(), because.join(", "), is.id())
    });
}

/// A further positive answer, or all answers that raise some rule: never
/// nearer to an advance.
fn iv_04(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    let told: Vec<Answer> = if rng.chance(0.6) {
        rng.pick(&v.world.signs).cloned().into_iter().collect()
    } else {
        rng.pick(&v.world.bundles).cloned().unwrap_or_default()
    };
    let what: Vec<String> = told.iter().map(|a| format!("{} {}", a.question, a.value)).collect();
    let twin = v.with([more(v, Fact::Screen(told))]);
    no_bolder(4, v, ledger, &twin, &what.join(", "));
}

/// The entries with one of them changed.
fn changed(v: &View<'_>, id: &EntryId, fact: Fact) -> Vec<Arc<Entry>> {
    let mut fact = Some(fact);
    v.thread
        .entries
        .iter()
        .map(|e| match (e.id == *id).then(|| fact.take()).flatten() {
            Some(fact) => Arc::new(Entry { fact, ..e.as_ref().clone() }),
            None => Arc::clone(e),
        })
        .collect()
}

/// More pain in the latest session: never nearer to an advance.
fn iv_05_session(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    let last = v.facts.bouts(v.today().minus(60)).find(|(_, b)| b.pain.is_some_and(|p| p < 10.0));
    let Some((entry, bout)) = last else { return };
    // A clinician who came after it saw the pain as it was: what they said of it
    // is no answer to pain that they were never told of.
    let seen = v.facts.since(entry.day).any(|e| matches!(e.fact, Fact::Clearance(_)) && e.at >= entry.at);
    if seen {
        return;
    }
    let was = bout.pain.unwrap_or_default();
    let pain = rng.between(was + 1.0, 10.9).floor().min(10.0);
    let twin =
        v.again(changed(v, &entry.id, Fact::Performed(Performed { pain: Some(pain), ..bout.clone() })));
    no_bolder(5, v, ledger, &twin, &format!("{} at {pain} instead of {was}", bout.exercise));
}

/// More pain on the morning after: never nearer to an advance.
fn iv_05_morning(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    raised(v, ledger, rng, &|r| r.measure == "pain-morning");
}

/// More pain today: never nearer to an advance.
fn iv_05_today(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    let nrs = |r: &Reading| v.library().measures.get(r.measure.as_str()).is_some_and(|m| m.unit == Unit::Nrs);
    raised(v, ledger, rng, &|r| nrs(r) && r.measure != "pain-morning");
}

/// One of today's readings of the injured leg raised.
fn raised(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng, which: &dyn Fn(&Reading) -> bool) {
    let mut found: Vec<(&Arc<Entry>, usize)> = Vec::new();
    for entry in v.facts.since(v.today()).filter(|e| e.day == v.today()) {
        let fits = |r: &Reading| which(r) && v.facts.injured(r.side) && r.value < 10.0;
        found.extend(readings(entry).enumerate().filter(|(_, r)| fits(r)).map(|(n, _)| (entry, n)));
    }
    let Some((entry, at)) = rng.pick(&found).copied() else { return };
    let Fact::CheckIn { readings, answers } = &entry.fact else { return };
    let mut readings = readings.clone();
    let was = readings[at].value;
    readings[at].value = rng.between(was + 1.0, 10.9).floor().min(10.0);
    let what = format!("{} at {} instead of {was}", readings[at].measure, readings[at].value);
    let twin = v.again(changed(v, &entry.id, Fact::CheckIn { readings, answers: answers.clone() }));
    no_bolder(5, v, ledger, &twin, &what);
}

/// One session of the current phase within its cap, as if it had never been
/// written: never nearer to an advance.
fn iv_06_session(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    // Pain above what an exit asks of all pains fails it: it is no passing thing
    // that goes missing.
    let next = v.thread.program.phases.get(v.thread.mirror.phase + 1);
    let asked = v.phase().exit.iter().chain(next.iter().flat_map(|next| &next.entry));
    let limits = asked.filter_map(|c| match &c.subject {
        Subject::Measure(test) if test.measure == "pain-any" => Some(test.value),
        _ => None,
    });
    let quiet = limits.fold(f64::INFINITY, f64::min);
    let within: Vec<&Arc<Entry>> = v
        .facts
        .bouts(v.thread.mirror.since())
        .filter(|(_, b)| {
            let cap = v.phase().exercises.iter().find(|p| *p.exercise == *b.exercise).map(|p| p.cap);
            let cap = cap.unwrap_or(v.phase().caps.green).min(v.phase().caps.green).min(quiet);
            b.pain.is_some_and(|p| p <= cap)
        })
        .map(|(e, _)| e)
        .collect();
    // The latest ones matter most.
    let recent = &within[..within.len().min(12)];
    let Some(gone) = rng.pick(recent) else { return };
    let left = v.thread.entries.iter().filter(|e| e.id != gone.id).cloned().collect();
    let twin = v.again(left);
    no_bolder(6, v, ledger, &twin, &format!("without the session of {}: {:?}", gone.day, gone.fact));
}

/// Every reading that passes one criterion that is met, as if it had never been
/// written: never nearer to an advance. What failed in between stays.
fn iv_06_criterion(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    let met = |id: String| v.s.advice.findings.iter().any(|f| f.id == id && f.verdict == Verdict::Met);
    let passed: Vec<&MeasureTest> = v
        .phase()
        .exit
        .iter()
        .filter(|c| met(format!("{}.{}", v.phase().id, c.id)))
        .filter_map(|c| match &c.subject {
            Subject::Measure(test) if test.measure != "pain-any" => Some(test),
            _ => None,
        })
        .collect();
    let Some(test) = rng.pick(&passed).copied() else { return };
    let first = v.today().minus(7);
    // What a brake stands on did not pass.
    let brakes = v.s.advice.brakes.iter().map(|b| &b.finding).filter(|f| f.verdict == Verdict::NotMet);
    let against: Vec<&EntryId> = brakes.flat_map(|f| &f.entries).collect();
    // Ratios and differences pass or fail by both legs together.
    let alone = matches!(test.whose, Whose::Injured | Whose::Other);
    let good = |r: &Reading| r.measure == test.measure && (!alone || test.op.holds(r.value, test.value));
    let strip = |e: &Arc<Entry>| -> Arc<Entry> {
        match &e.fact {
            Fact::CheckIn { readings, answers }
                if e.day >= first && !against.contains(&&e.id) && readings.iter().any(good) =>
            {
                let readings = readings.iter().filter(|r| !good(r)).cloned().collect();
                Arc::new(Entry {
                    fact: Fact::CheckIn { readings, answers: answers.clone() },
                    ..e.as_ref().clone()
                })
            }
            _ => Arc::clone(e),
        }
    };
    let twin = v.again(v.thread.entries.iter().map(strip).collect());
    no_bolder(6, v, ledger, &twin, &format!("without {}", test.measure));
}

/// A session of the last week that went above its cap, taken back without a
/// reason: it counts all the same.
fn iv_06_undone(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    let above = |day: Day, bout: &Performed| {
        let caps = v.s.course.phase_on(&v.s.program, day)?;
        let own = caps.exercises.iter().find(|p| *p.exercise == *bout.exercise).map(|p| p.cap);
        Some(bout.pain? > own.unwrap_or(caps.caps.green).min(caps.caps.green))
    };
    let loud: Vec<&Arc<Entry>> = v
        .facts
        .bouts(v.today().minus(6))
        .filter(|(e, bout)| e.day <= v.today() && above(e.day, bout) == Some(true))
        .map(|(e, _)| e)
        .collect();
    let Some(gone) = rng.pick(&loud).copied() else { return };
    let corrects = Some(Correction { replaces: gone.id.clone(), reason: UNDO.to_owned() });
    let twin = v.with([Entry { day: gone.day, at: gone.at, corrects, ..more(v, Fact::Withdrawn) }]);
    no_bolder(6, v, ledger, &twin, &format!("with the session of {} undone", gone.day));
}

/// No criterion true, because nothing but decisions and answers is on record:
/// no advance on any later day.
fn iv_10_silence(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    if v.thread.mirror.finished {
        return;
    }
    let silent = |e: &&Arc<Entry>| {
        !matches!(&e.fact, Fact::CheckIn { readings, .. } if !readings.is_empty())
            && !matches!(e.fact, Fact::Performed(_))
    };
    let entries = v.thread.entries.iter().filter(silent).cloned().collect();
    let later = rng.days(0, 900);
    let mut now = v.now;
    now.day = now.day.plus(later);
    now.at += chrono::Duration::days(later);
    let twin = situate(v.world, v.thread, entries, v.shared.to_vec(), now, v.others);
    ledger.evaluated();
    ledger.holds(10, twin.advice.action < Action::Advance, || {
        format!("{}: {} after {later} silent days", v.words(), twin.advice.action.id())
    });
}

/// Below a gate, with the best readings there can be on each of the last days:
/// no advance.
fn iv_10_early(v: &View<'_>, ledger: &mut Ledger<'_>, _: &mut Rng) {
    let Some(next) = v.thread.program.phases.get(v.thread.mirror.phase + 1) else { return };
    let spent = v.thread.mirror.days_in_phase(v.today());
    let early = v.day() < next.earliest_day || spent < v.phase().minimum_days;
    if !early || v.thread.mirror.finished {
        return;
    }
    let mut best = vec![reading("pain-morning", 0.0), reading("pain-worst", 0.0), reading("limp", 0.0)];
    for criterion in v.phase().exit.iter().chain(&next.entry) {
        let Subject::Measure(test) = &criterion.subject else { continue };
        let Some(measure) = v.library().measures.get(&test.measure).filter(|m| m.id != "pain-any") else {
            continue;
        };
        let (low, high) = measure.range;
        let value = if measure.better == Better::Lower { low } else { high };
        let own = v.thread.episode.side.filter(|_| measure.sided);
        let other = own.and_then(sinew::domain::entry::Side::other).filter(|_| test.whose != Whose::Injured);
        let sides = [Some(own), other.map(Some)].into_iter().flatten();
        best.extend(sides.map(|side| Reading { measure: measure.id.as_str().into(), side, value }));
    }
    let days = (0..4).map(|n| {
        let mut entry = more(v, Fact::CheckIn { readings: best.clone(), answers: v.world.calm.clone() });
        entry.id = EntryId::new(format!("{}{n}", entry.id));
        entry.day = v.today().minus(n);
        entry.at = v.now.at - chrono::Duration::days(n);
        entry
    });
    let twin = v.with(days);
    ledger.evaluated();
    ledger.holds(10, !moves_on(v.thread, &twin), || {
        format!("{}: {} before its gate", v.words(), twin.advice.action.id())
    });
}

/// A painkiller before every reading of the last two weeks: nothing good is
/// proven, so that no advance is left.
fn iv_25_dulled(v: &View<'_>, ledger: &mut Ledger<'_>, _: &mut Rng) {
    if v.thread.mirror.finished || !v.phase().exit.iter().any(|c| matches!(c.subject, Subject::Measure(_))) {
        return;
    }
    let taken = (0..21).map(|n| {
        let care = Care { kind: "analgesic".to_owned(), side: None, minutes: None };
        let mut entry = more(v, Fact::Care(care));
        entry.id = EntryId::new(format!("{}{n:02}", entry.id));
        entry.at = v.now.at - chrono::Duration::hours(20 * (n + 1)) + chrono::Duration::hours(14);
        entry.day = sinew::domain::day::Day::of(entry.at);
        entry
    });
    let twin = v.with(taken);
    ledger.evaluated();
    ledger.holds(25, twin.advice.action < Action::Advance, || {
        format!("{}: {} while dulled", v.words(), twin.advice.action.id())
    });
}

/// A note closes no flag.
fn iv_33_note(v: &View<'_>, ledger: &mut Ledger<'_>, _: &mut Rng) {
    if v.s.open_flags().all(|f| f.episode.is_some() || f.rule.urgency <= Urgency::SelfCare) {
        return;
    }
    let note = Entry { note: Some("seen by a doctor, all clear".to_owned()), ..more(v, Fact::Note) };
    let twin = v.with([note]);
    ledger.evaluated();
    let open = |s: &Situation| s.open_flags().map(|f| f.rule.id.clone()).collect::<Vec<_>>();
    ledger.holds(33, open(&twin) == open(v.s), || format!("{}: a note closed a flag", v.words()));
}

/// The emergency questions of the last week, as if they had not been answered:
/// no advance.
fn iv_34_unasked(v: &View<'_>, ledger: &mut Ledger<'_>, _: &mut Rng) {
    if !v.moves_on() {
        return;
    }
    let first = v.today().minus(7);
    let strip = |e: &Arc<Entry>| -> Option<Arc<Entry>> {
        match &e.fact {
            Fact::Screen(_) if e.day >= first => None,
            Fact::CheckIn { readings, answers } if e.day >= first && !answers.is_empty() => {
                Some(Arc::new(Entry {
                    fact: Fact::CheckIn { readings: readings.clone(), answers: vec![] },
                    ..e.as_ref().clone()
                }))
            }
            _ => Some(Arc::clone(e)),
        }
    };
    let twin = v.again(v.thread.entries.iter().filter_map(strip).collect());
    ledger.evaluated();
    ledger.holds(34, !moves_on(v.thread, &twin), || format!("{}: nobody asked", v.words()));
}

/// The same entries in another order say the same; what is dated later than
/// now says nothing. And advice always names what it rests on.
fn iv_38_and_39(v: &View<'_>, ledger: &mut Ledger<'_>, rng: &mut Rng) {
    let named =
        |s: &Situation| !s.advice.findings.is_empty() && s.advice.findings.iter().all(|f| !f.id.is_empty());
    ledger.holds(38, named(v.s), || format!("{}: no reasons", v.words()));
    let later = |e: &&Arc<Entry>| e.at > v.now.at;
    let mut entries: Vec<Arc<Entry>> = v.thread.entries.clone();
    if rng.chance(0.5) {
        rng.shuffle(&mut entries);
        let twin = v.again(entries);
        ledger.evaluated();
        let same = twin.advice == v.s.advice && twin.plan == v.s.plan && twin.flags == v.s.flags;
        ledger.holds(38, same, || format!("{}: {} in another order", v.words(), twin.advice.action.id()));
        return;
    }
    if entries.iter().any(|e| later(&e)) {
        entries.retain(|e| !later(&e));
    } else {
        let sign = rng.pick(&v.world.signs).cloned();
        let told = Fact::CheckIn {
            readings: vec![reading("pain-worst", 9.0)],
            answers: vec![
                sign.unwrap_or(Answer { question: "leg-cold".to_owned(), value: AnswerValue::Yes }),
            ],
        };
        let mut ahead = more(v, told);
        ahead.at += chrono::Duration::hours(rng.days(1, 200));
        // The day that it counts for may well be said to be today.
        ahead.day = if rng.chance(0.5) { v.today() } else { sinew::domain::day::Day::of(ahead.at) };
        entries.push(Arc::new(ahead));
    }
    let twin = v.again(entries);
    ledger.evaluated();
    let same = twin.advice == v.s.advice && twin.plan == v.s.plan && twin.flags == v.s.flags;
    ledger
        .holds(39, same, || format!("{}: {} for something of tomorrow", v.words(), twin.advice.action.id()));
}
