//! Lives in which a bookmark could leave out what still speaks.

use std::collections::BTreeSet;
use std::sync::Arc;

use sinew::catalog::Catalog;
use sinew::domain::day::{Day, Now};
use sinew::domain::entry::{
    Answer, Correction, Decision, DecisionKind, Entry, EntryId, Fact, Performed, Reading, Side, TOO_MUCH,
    UNDO,
};
use sinew::domain::journal::Journal;
use sinew::domain::past::{Bookmark, Past};
use sinew::domain::program::{Frequency, Program};
use sinew::domain::question::AnswerValue;
use sinew::domain::situation::Situation;

use crate::laws::{episode, library};
use crate::support::{day, evening};

fn onset() -> Day {
    day("2026-03-02")
}

fn hamstring() -> Arc<Program> {
    Catalog::builtin().unwrap().programs["hamstring-strain-2"].program.clone()
}

/// Something recorded so many minutes into the day so many days after the injury.
fn told(n: usize, on: i64, minute: i64, fact: Fact) -> Entry {
    let day = onset().plus(on);
    let at = evening(day.minus(1)).at + chrono::Duration::minutes(1 + minute);
    Entry { id: EntryId::new(format!("{n:06}")), day, at, note: None, corrects: None, fact }
}

fn taken_back(n: usize, old: &Entry) -> Entry {
    let corrects = Some(Correction { replaces: old.id.clone(), reason: "wrong leg".to_owned() });
    Entry { id: EntryId::new(format!("{n:06}")), corrects, fact: Fact::Withdrawn, note: None, ..old.clone() }
}

fn read(measure: &str, value: f64) -> Fact {
    reads(&[(measure, value)])
}

fn reads(of: &[(&str, f64)]) -> Fact {
    let reading = |(m, value): &(&str, f64)| Reading { measure: (*m).into(), side: None, value: *value };
    Fact::CheckIn { readings: of.iter().map(reading).collect(), answers: vec![] }
}

fn decided(kind: DecisionKind, phase: Option<&str>) -> Fact {
    Fact::Decision(Decision { phase: phase.map(str::to_owned), ..Decision::of(kind) })
}

fn bout(exercise: &str, dose: Option<&str>, pain: Option<f64>) -> Fact {
    let dose = dose.map(|d| d.parse().unwrap());
    Fact::Performed(Performed { side: Some(Side::Left), dose, pain, ..Performed::of(exercise) })
}

/// Whether what is read by a bookmark of one evening says the same on another as everything.
fn is_the_same(program: &Arc<Program>, known: Vec<Entry>, made: i64, new: &[Entry], look: i64) {
    let (before, now) = (evening(onset().plus(made)), evening(onset().plus(look)));
    let known: Vec<Arc<Entry>> = known.into_iter().map(Arc::new).collect();
    let judged = |journal| Situation::of(library(), program, episode(), journal, &[]).unwrap();
    let (bookmark, kept) = judged(Journal::new(known.clone(), before)).bookmark(library(), &known);
    assert!(bookmark.is_good_at(now));
    let all: Vec<Arc<Entry>> = known.into_iter().chain(new.iter().cloned().map(Arc::new)).collect();
    // It is given up when a word that was there is taken back; what it keeps would do even so.
    for entry in new {
        assert_eq!(bookmark.outlives(entry, |_| true), entry.corrects.is_none(), "{entry:?}");
    }
    let read = all.iter().filter(|e| e.day >= bookmark.from || kept.contains(&e.id)).cloned();
    let few = judged(Journal::read(read, vec![], Some(Arc::clone(&bookmark.past)), now));
    let whole = judged(Journal::new(all.clone(), now));
    assert_eq!(few.flags, whole.flags);
    for (one, other) in few.advice.findings.iter().zip(&whole.advice.findings) {
        assert_eq!(one, other);
    }
    assert_eq!(few.advice, whole.advice);
    for (one, other) in few.plan.items.iter().zip(&whole.plan.items) {
        assert_eq!(one, other);
    }
    assert_eq!(few.plan, whole.plan);
    assert_eq!(few.change(library()), whole.change(library()));
    assert!(few.says_the_same_as(&whole));
}

/// What was taken back without a reason counts for a week, and no entry says that it is over.
#[test]
fn a_bookmark_lapses_when_what_was_taken_back_stops_counting() {
    let mut entries = begun();
    let limp = told(900, 60, 10, read("limp", 1.0));
    let mut undo = taken_back(901, &limp);
    undo.corrects = Some(Correction { replaces: limp.id.clone(), reason: UNDO.to_owned() });
    entries.extend([limp, undo]);
    let entries: Vec<Arc<Entry>> = entries.into_iter().map(Arc::new).collect();
    let now = |on: i64| evening(onset().plus(on));
    let journal = Journal::new(entries.clone(), now(62));
    let then = Situation::of(library(), &hamstring(), episode(), journal, &[]).unwrap();
    let (bookmark, _) = then.bookmark(library(), &entries);
    assert!(bookmark.is_good_at(now(66)), "the seventh day");
    assert!(!bookmark.is_good_at(now(67)));
}

fn begun() -> Vec<Entry> {
    vec![told(0, 0, 0, decided(DecisionKind::Start, None))]
}

fn daily(entries: &mut Vec<Entry>, days: impl IntoIterator<Item = i64>, of: &[(&str, f64)]) {
    for on in days {
        let n = entries.len();
        entries.push(told(n, on, 30, reads(of)));
    }
}

/// A word that is taken back leaves the word before it as the last one, however old.
#[test]
fn the_last_word_on_a_limp_before_one_that_is_taken_back() {
    let mut known = begun();
    daily(&mut known, 0..70, &[("pain-worst", 1.0)]);
    known.push(told(1000, 20, 40, read("limp", 1.0)));
    let gone = told(1001, 69, 50, read("limp", 0.0));
    known.push(gone.clone());
    is_the_same(&hamstring(), known, 69, &[taken_back(1002, &gone)], 70);
}

/// The same for an answer.
#[test]
fn the_last_answer_before_one_that_is_taken_back() {
    let mut known = begun();
    daily(&mut known, 0..70, &[("pain-worst", 1.0)]);
    let walks = |how: &str| {
        let value = AnswerValue::Choices(vec![how.to_owned()]);
        Fact::Screen(vec![Answer { question: "walking-today".to_owned(), value }])
    };
    known.push(told(1000, 2, 40, walks("clear-limp")));
    known.push(told(1001, 3, 40, walks("normal")));
    known.push(told(1002, 20, 40, read("limp", 1.0)));
    known.push(told(1003, 30, 40, walks("normal")));
    let last = told(1004, 69, 50, walks("normal"));
    known.push(last.clone());
    is_the_same(&hamstring(), known, 69, &[taken_back(1005, &last)], 70);
}

/// Two words of one instant: the worse one counts.
#[test]
fn two_words_on_a_limp_at_one_instant() {
    let mut known = begun();
    daily(&mut known, 0..70, &[("pain-worst", 1.0)]);
    known.push(told(1000, 20, 40, read("limp", 1.0)));
    known.push(told(1001, 20, 40, read("limp", 0.0)));
    let gone = told(1002, 69, 50, read("limp", 0.0));
    known.push(gone.clone());
    is_the_same(&hamstring(), known, 69, &[taken_back(1003, &gone)], 70);
}

/// The worst of a phase is taken back.
#[test]
fn the_worst_before_a_worst_that_is_taken_back() {
    let mut known = begun();
    daily(&mut known, 0..6, &[("pain-worst", 1.0)]);
    known.push(told(900, 6, 1, decided(DecisionKind::Override, Some("p2"))));
    daily(&mut known, 6..70, &[("pain-worst", 1.0)]);
    known.push(told(1000, 20, 40, read("pain-worst", 4.0)));
    let worst = told(1001, 69, 50, read("pain-worst", 5.0));
    known.push(worst.clone());
    is_the_same(&hamstring(), known, 69, &[taken_back(1002, &worst)], 70);
}

/// Of two bouts the later one may be of an earlier day: a flight across the date line.
#[test]
fn the_last_session_day_is_not_that_of_the_last_bout() {
    let mut known = begun();
    daily(&mut known, 0..100, &[("pain-worst", 1.0)]);
    let exercise = hamstring().phases[0].exercises[0].exercise.clone();
    known.push(told(1000, 20, 40, bout(&exercise, None, Some(3.0))));
    let west = told(1001, 20, 50, bout(&exercise, None, Some(0.0)));
    known.push(Entry { day: onset().plus(19), ..west });
    let last = told(1002, 90, 50, bout(&exercise, None, Some(0.0)));
    known.push(last.clone());
    is_the_same(&hamstring(), known, 99, &[taken_back(1003, &last)], 100);
}

/// Every 45 days: the bout of 40 days ago counts.
#[test]
fn what_is_due_every_45_days() {
    let mut program = (*hamstring()).clone();
    program.phases[0].exercises[0].frequency = Frequency::EveryDays(45);
    let exercise = program.phases[0].exercises[0].exercise.clone();
    let mut known = begun();
    daily(&mut known, 0..100, &[("pain-worst", 1.0)]);
    // Of a bout without a pain nothing else is kept.
    known.push(told(1000, 60, 40, bout(&exercise, Some("1x10"), None)));
    is_the_same(&Arc::new(program), known, 99, &[], 100);
}

/// Days of rest lie between the clean days after a step back and today.
#[test]
fn clean_days_before_a_long_rest() {
    let mut known = begun();
    daily(&mut known, 0..20, &[("pain-worst", 1.0)]);
    known.push(told(900, 6, 1, decided(DecisionKind::Override, Some("p2"))));
    known.push(told(901, 7, 1, decided(DecisionKind::Override, Some("p3"))));
    known.push(told(902, 12, 1, decided(DecisionKind::StepBack, Some("p2"))));
    known.push(told(903, 20, 1, decided(DecisionKind::Pause, None)));
    daily(&mut known, 20..100, &[("pain-worst", 1.0)]);
    let limp = told(1000, 99, 50, reads(&[("pain-worst", 5.0)]));
    known.push(limp.clone());
    is_the_same(&hamstring(), known, 99, &[taken_back(1001, &limp)], 100);
}

/// A bad day among them ends the run.
#[test]
fn a_bad_day_before_a_long_rest() {
    let mut known = begun();
    daily(&mut known, 0..20, &[("pain-worst", 1.0)]);
    known.push(told(900, 6, 1, decided(DecisionKind::Override, Some("p2"))));
    known.push(told(901, 7, 1, decided(DecisionKind::Override, Some("p3"))));
    known.push(told(902, 12, 1, decided(DecisionKind::StepBack, Some("p2"))));
    known.push(told(904, 19, 70, reads(&[("limp", 1.0)])));
    known.push(told(905, 19, 80, reads(&[("limp", 0.0)])));
    known.push(told(903, 20, 1, decided(DecisionKind::Pause, None)));
    daily(&mut known, 20..100, &[("pain-worst", 1.0)]);
    is_the_same(&hamstring(), known, 99, &[], 100);
}

/// The dose of the first phase, which counts again with a limp, rests on sessions of long
/// ago: those of which only a part was kept say nothing of it.
#[test]
fn a_session_of_which_only_a_part_is_kept() {
    let mut known = begun();
    known.push(told(900, 6, 1, decided(DecisionKind::Override, Some("p2"))));
    let mut program = (*hamstring()).clone();
    let second: Vec<String> = program.phases[1].exercises.iter().map(|p| p.exercise.clone()).collect();
    let pumps = program.phases[0].exercises.iter_mut().find(|p| !second.contains(&p.exercise)).unwrap();
    let exercise = pumps.exercise.clone();
    (pumps.dose, pumps.grows_to) = ("2x10".parse().unwrap(), Some("3x15".parse().unwrap()));
    for (n, on) in (8..20).step_by(2).enumerate() {
        known.push(told(1000 + n, on, 40, bout(&exercise, Some("3x15"), Some(0.0))));
    }
    // Too little to move a dose.
    for (n, on) in [20, 21, 22, 42].into_iter().enumerate() {
        known.push(told(1100 + n, on, 40, bout(&exercise, None, Some(0.0))));
    }
    daily(&mut known, 0..3, &[("pain-worst", 5.0)]);
    daily(&mut known, 6..27, &[("pain-morning", 1.0)]);
    daily(&mut known, 27..34, &[("pain-morning", 2.0)]);
    daily(&mut known, 34..40, &[("pain-morning", 3.0)]);
    daily(&mut known, 40..43, &[("pain-morning", 0.0)]);
    daily(&mut known, [43], &[("pain-morning", 3.0)]);
    // Three later ones.
    for (n, on) in [(1202, 92), (1203, 94), (1204, 96)] {
        known.push(told(n, on, 40, bout(&exercise, None, Some(0.0))));
    }
    daily(&mut known, (46..98).step_by(4), &[("pain-morning", 1.0)]);
    let limp = told(2000, 100, 40, reads(&[("limp", 1.0), ("pain-morning", 1.0)]));
    let program = Arc::new(program);
    is_the_same(&program, known.clone(), 99, std::slice::from_ref(&limp), 100);
    // Were it gone by, it would be a session with a worse morning after it.
    let judged = |journal| Situation::of(library(), &program, episode(), journal, &[]).unwrap();
    let known: Vec<Arc<Entry>> = known.into_iter().map(Arc::new).collect();
    let before = judged(Journal::new(known.clone(), evening(onset().plus(99))));
    let (bookmark, kept) = before.bookmark(library(), &known);
    let mut past = serde_json::to_value(&*bookmark.past).unwrap();
    past["trained"] = (0..100).map(|n| onset().plus(n).to_string()).collect();
    let past = Arc::new(serde_json::from_value::<Past>(past).unwrap());
    let mut read: Vec<Arc<Entry>> =
        known.into_iter().filter(|e| e.day >= bookmark.from || kept.contains(&e.id)).collect();
    read.push(Arc::new(limp));
    let by = |past| judged(Journal::read(read.clone(), vec![], Some(past), evening(onset().plus(100))));
    let (few, misled) = (by(bookmark.past), by(past));
    assert_ne!(few.plan, misled.plan);
}

/// A ladder rests after a setback: half of a day says nothing of two days without a symptom.
#[test]
fn half_of_a_day_is_no_day_without_a_symptom() {
    let mut known = begun();
    let program = hamstring();
    let mut phases = program.phases.iter();
    let runs = phases.find(|p| p.exercises.iter().any(|e| e.exercise == "run-ladder")).unwrap();
    known.push(told(900, 6, 1, decided(DecisionKind::Override, Some(&runs.id))));
    daily(&mut known, 0..140, &[("pain-worst", 1.0)]);
    known.push(told(1000, 60, 40, bout("run-ladder", Some("rung1"), Some(5.0))));
    for on in 0..141 {
        let value = AnswerValue::Choices(vec!["normal".to_owned()]);
        let answers = vec![Answer { question: "walking-today".to_owned(), value }];
        let readings = vec![Reading { measure: "pain-morning".into(), side: None, value: 0.0 }];
        known.push(told(2000 + usize::try_from(on).unwrap(), on, 5, Fact::CheckIn { readings, answers }));
    }
    let whole = Situation::of(
        library(),
        &hamstring(),
        episode(),
        Journal::new(known.clone(), evening(onset().plus(140))),
        &[],
    );
    let rules: Vec<String> = whole.unwrap().plan.left_out.into_iter().map(|l| l.rule).collect();
    assert!(rules.iter().any(|r| r == "run-ladder.setback"), "{rules:?}");
    known.retain(|e| e.day < onset().plus(141));
    is_the_same(&hamstring(), known, 140, &[], 140);
}

/// What a bookmark reads at an evening, and the situation that it comes to.
fn by(
    program: &Arc<Program>,
    (mark, kept): &(Bookmark, BTreeSet<EntryId>),
    all: &[Arc<Entry>],
    now: Now,
) -> (Situation, Vec<Arc<Entry>>) {
    let reads = |e: &&Arc<Entry>| now.knows(e.day, e.at) && (e.day >= mark.from || kept.contains(&e.id));
    let read: Vec<_> = all.iter().filter(reads).cloned().collect();
    let journal = Journal::read(read.iter().cloned(), vec![], Some(Arc::clone(&mark.past)), now);
    (Situation::of(library(), program, episode(), journal, &[]).unwrap(), read)
}

/// A later bookmark may need the mornings of days of which an earlier one kept nothing
/// else: they are no days without a symptom for that.
#[test]
fn a_day_of_which_the_morning_was_kept_is_not_known_to_be_quiet() {
    let program = hamstring();
    let runs =
        program.phases.iter().find(|p| p.exercises.iter().any(|e| e.exercise == "run-ladder")).unwrap();
    let others = runs.exercises.iter().chain(&program.phases[0].exercises);
    let other = others.into_iter().find(|p| p.exercise != "run-ladder" && p.grows_to.is_some()).unwrap();
    let mut all = begun();
    all.push(told(900, 6, 1, decided(DecisionKind::Override, Some(&runs.id))));
    daily(&mut all, (0..64).chain(66..151), &[("pain-worst", 1.0)]);
    // A setback on the ladder, and two mornings on days with a limp; no mornings after them.
    all.push(told(1000, 60, 40, bout("run-ladder", Some("rung1"), Some(5.0))));
    all.push(told(1001, 61, 10, read("pain-morning", 0.0)));
    for (n, on) in [(1010, 64), (1020, 65)] {
        all.push(told(n, on, 10, read("pain-morning", 0.0)));
        all.push(told(n + 1, on, 20, read("limp", 1.0)));
    }
    all.push(told(1030, 70, 20, read("limp", 0.0)));
    // A session whose next morning is compared with these two, and a limp that hides for
    // two days that the ladder rests.
    all.push(told(1040, 145, 40, bout(&other.exercise, Some("1x5"), Some(0.0))));
    all.push(told(1050, 147, 50, read("limp", 1.0)));
    all.push(told(1051, 148, 50, read("limp", 0.0)));
    let all: Vec<Arc<Entry>> = all.into_iter().map(Arc::new).collect();
    let on = |n: i64| evening(onset().plus(n));
    let known =
        |now: Now| all.iter().filter(|e| now.knows(e.day, e.at)).cloned().collect::<Vec<Arc<Entry>>>();
    let whole =
        |now: Now| Situation::of(library(), &program, episode(), Journal::new(known(now), now), &[]).unwrap();
    let first = whole(on(140)).bookmark(library(), &known(on(140)));
    let (few, read) = by(&program, &first, &all, on(147));
    assert!(few.says_the_same_as(&whole(on(147))));
    let second = few.bookmark(library(), &read);
    assert!(second.0.is_good_at(on(150)));
    let later = by(&program, &second, &all, on(150)).0;
    assert_eq!(later.plan, whole(on(150)).plan);
    assert!(later.says_the_same_as(&whole(on(150))));
}

/// A day that was not clean may be denied by what is told of it later, and then it hides
/// none of those before it.
#[test]
fn a_limp_before_a_day_that_is_put_right_by_a_later_word() {
    let program = hamstring();
    let mut known = begun();
    daily(&mut known, 0..13, &[("pain-worst", 1.0)]);
    known.push(told(900, 6, 1, decided(DecisionKind::Override, Some("p2"))));
    known.push(told(901, 7, 1, decided(DecisionKind::Override, Some("p3"))));
    known.push(told(902, 12, 1, decided(DecisionKind::StepBack, Some("p2"))));
    daily(&mut known, [20, 25, 30], &[("pain-worst", 1.0)]);
    known.push(told(910, 30, 50, read("limp", 1.0)));
    known.push(told(911, 30, 60, read("limp", 0.0)));
    let second = program.phases.iter().find(|p| p.id == "p2").unwrap();
    let exercise = &second.exercises[0].exercise;
    // Without a word on pain, so that there is no gap.
    known.extend(
        (13..69).map(|on| told(1000 + on, i64::try_from(on).unwrap(), 70, bout(exercise, None, None))),
    );
    daily(&mut known, [68], &[("pain-worst", 1.0)]);
    let left = Performed { skipped: Some(TOO_MUCH.to_owned()), ..Performed::of(exercise) };
    known.push(told(2000, 68, 80, Fact::Performed(left)));
    let after_all = told(2001, 68, 90, bout(exercise, None, Some(0.0)));
    is_the_same(&program, known, 69, &[after_all], 70);
}
