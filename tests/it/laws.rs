//! The laws of the product, for every generated history.
//!
//! A history starts as a flawless recovery, in which every criterion of the
//! program is met on every day, and is then spoiled at random: days without
//! entries, worse values, pain, limps, pops, analgesics, symptoms. The last
//! test makes sure that the generator reaches every kind of advice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use proptest::sample::Index;
use sinew::catalog::Catalog;
use sinew::domain::advice::Action;
use sinew::domain::answers::calm_answers;
use sinew::domain::day::{Day, Now};
use sinew::domain::diary::{Diary, is_injured};
use sinew::domain::entry::{
    Answer, Care, Clearance, Decision, DecisionKind, Entry, EntryId, Fact, Outcome, Performed, Reading, Side,
};
use sinew::domain::episode::{Episode, Goal};
use sinew::domain::journal::{Journal, readings};
use sinew::domain::library::{Library, Urgency};
use sinew::domain::measure::Better;
use sinew::domain::past::Bookmark;
use sinew::domain::program::{Program, Subject, Whose};
use sinew::domain::question::{AnswerValue, QuestionKind};
use sinew::domain::situation::Situation;
use sinew::render::page::Page;
use sinew::render::text::Detail;
use sinew::render::{json, next, today};

use crate::support::{day, evening};

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::builtin().unwrap());

/// The longest history, in days.
const LONGEST: i64 = 130;

pub(crate) fn library() -> &'static Library {
    &CATALOG.library
}

fn program(id: &str) -> &'static Arc<Program> {
    &CATALOG.programs[id].program
}

fn onset() -> Day {
    day("2026-03-02")
}

pub(crate) fn episode() -> Episode {
    Episode {
        id: "e".into(),
        number: 1,
        title: "t".into(),
        condition: "c".into(),
        region: Some("back-of-thigh".into()),
        side: Some(Side::Left),
        onset: onset(),
        manner: None,
        goal: Goal::SprintSport,
        opened: evening(onset()).at,
    }
}

/// One thing that spoils a flawless recovery, or that happens in it.
#[derive(Clone, Debug)]
enum Event {
    /// Nothing is logged on these days.
    Silence { from: i64, days: i64 },
    /// Every reading of one measure is missing.
    Never { measure: Index },
    /// The worst value of a measure on a day.
    Worst { measure: Index, on: i64 },
    /// A pain.
    Pain { value: u8, on: i64 },
    /// An exercise that hurt.
    Bout { exercise: Index, pain: u8, on: i64 },
    /// An analgesic.
    Analgesic { on: i64 },
    /// A yes to a question.
    Symptom { question: Index, on: i64 },
    /// A clinician cleared everything.
    Cleared { on: i64 },
}

fn event() -> impl Strategy<Value = Event> {
    // Half of what happens, happened in the last days: below zero, days before today.
    let on = prop_oneof![0..LONGEST, -3..0_i64];
    prop_oneof![
        (on.clone(), 1..30_i64).prop_map(|(from, days)| Event::Silence { from, days }),
        any::<Index>().prop_map(|measure| Event::Never { measure }),
        (any::<Index>(), on.clone()).prop_map(|(measure, on)| Event::Worst { measure, on }),
        (0..=10_u8, on.clone()).prop_map(|(value, on)| Event::Pain { value, on }),
        (any::<Index>(), 0..=10_u8, on.clone()).prop_map(|(exercise, pain, on)| Event::Bout {
            exercise,
            pain,
            on
        }),
        on.clone().prop_map(|on| Event::Analgesic { on }),
        (any::<Index>(), on.clone()).prop_map(|(question, on)| Event::Symptom { question, on }),
        on.prop_map(|on| Event::Cleared { on }),
    ]
}

/// A history and the day on which it is looked at.
#[derive(Clone, Debug)]
pub(crate) struct History {
    program: &'static str,
    events: Vec<Event>,
    today: i64,
}

pub(crate) fn history() -> impl Strategy<Value = History> {
    let programs = prop::sample::select(vec![
        "hamstring-strain-1",
        "hamstring-strain-2",
        "hamstring-strain-3",
        "calf-strain-1",
    ]);
    // Days on which phases can be left are looked at more often than chance would.
    let today = prop_oneof![
        0..LONGEST,
        prop::sample::select(vec![3_i64, 5, 7, 11, 14, 21, 28, 42, 56, 82, 117, 129])
    ];
    (programs, prop::collection::vec(event(), 0..4), today).prop_map(|(program, events, today)| History {
        program,
        events,
        today,
    })
}

fn entry(n: usize, on: i64, minute: i64, fact: Fact) -> Entry {
    let day = onset().plus(on);
    let at = evening(day.minus(1)).at + chrono::Duration::minutes(1 + minute);
    Entry { id: EntryId::new(format!("{n:06}")), day, at, note: None, corrects: None, fact }
}

/// The readings that meet every criterion of a program, for one day.
fn flawless(program: &Program) -> Vec<Reading> {
    let mut values: BTreeMap<(String, Option<Side>), f64> = BTreeMap::new();
    for criterion in program.phases.iter().flat_map(|p| p.entry.iter().chain(&p.exit)) {
        let Subject::Measure(test) = &criterion.subject else { continue };
        let measure = &library().measures[&test.measure];
        if measure.id == "pain-any" {
            continue;
        }
        let best = if measure.better == Better::Lower { measure.range.0 } else { measure.range.1 };
        if matches!(test.whose, Whose::Ratio | Whose::Deficit) || measure.sided {
            values.insert((test.measure.clone(), Some(Side::Left)), best);
            values.insert((test.measure.clone(), Some(Side::Right)), best);
        } else {
            values.insert((test.measure.clone(), None), best);
        }
    }
    for daily in ["pain-morning", "pain-rest", "pain-walking", "limp", "woken-by-pain"] {
        values.insert((daily.to_owned(), None), 0.0);
    }
    values
        .into_iter()
        .map(|((measure, side), value)| Reading { measure: measure.into(), side, value })
        .collect()
}

impl History {
    pub(crate) fn program(&self) -> &'static Arc<Program> {
        program(self.program)
    }

    fn silent(&self, on: i64) -> bool {
        self.events.iter().any(|e| matches!(e, Event::Silence { from, days } if (self.on(*from)..self.on(*from) + days).contains(&on)))
    }

    /// Every entry up to today, with each phase entered as soon as it could be.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let program = self.program();
        let decision = |kind, phase: Option<&str>| {
            Fact::Decision(Decision { phase: phase.map(str::to_owned), ..Decision::of(kind) })
        };
        let mut facts: Vec<(i64, i64, Fact)> = vec![(0, 0, decision(DecisionKind::Start, None))];
        if program.checks.iter().any(|c| c.rule.gate) {
            facts.extend(self.clear_all(0));
        }
        let mut readings = flawless(program);
        for event in &self.events {
            if let Event::Never { measure } = event {
                let gone = readings[measure.index(readings.len())].measure.clone();
                readings.retain(|r| r.measure != gone);
            }
        }
        let ladder = Performed { dose: "rung6".parse().ok(), pain: Some(0.0), ..Performed::of("run-ladder") };
        for on in (0..=self.today).filter(|on| !self.silent(*on)) {
            facts.push((on, 10, Fact::CheckIn { readings: readings.clone(), answers: vec![] }));
            facts.push((on, 20, Fact::Screen(calm_answers(library()))));
            if on % 2 == 0 {
                facts.push((on, 30, Fact::Performed(ladder.clone())));
            }
        }
        let (mut entered, mut reached) = (0, 0);
        for pair in program.phases.windows(2) {
            reached = pair[1].earliest_day.max(entered + pair[0].minimum_days).max(reached);
            // The first phases are entered a day after they open, so that the
            // day on which they open can be looked at as well.
            if reached < self.today {
                facts.push((reached + 1, 1, decision(DecisionKind::Advance, Some(&pair[1].id))));
                entered = reached + 1;
            }
        }
        for event in &self.events {
            facts.extend(self.facts(event, &readings));
        }
        facts.retain(|(on, ..)| *on <= self.today);
        facts.into_iter().enumerate().map(|(n, (on, minute, fact))| entry(n, on, minute, fact)).collect()
    }

    /// The day of an event; below zero, it is counted back from today.
    fn on(&self, on: i64) -> i64 {
        if on < 0 { (self.today + on + 1).max(0) } else { on }
    }

    fn facts(&self, event: &Event, readings: &[Reading]) -> Vec<(i64, i64, Fact)> {
        let fact = match event {
            Event::Silence { .. } | Event::Never { .. } => return vec![],
            Event::Worst { measure, on } => {
                let reading = &readings[measure.index(readings.len())];
                (self.on(*on), 40, checked_in(vec![worst_of(reading)]))
            }
            Event::Pain { value, on } => {
                (self.on(*on), 50, checked_in(vec![pain("pain-worst", f64::from(*value))]))
            }
            Event::Bout { exercise, pain, on } => {
                let known: Vec<&str> = self
                    .program()
                    .phases
                    .iter()
                    .flat_map(|p| &p.exercises)
                    .map(|e| e.exercise.as_str())
                    .collect();
                let bout = Performed {
                    side: Some(Side::Left),
                    pain: Some(f64::from(*pain)),
                    ..Performed::of(known[exercise.index(known.len())])
                };
                (self.on(*on), 60, Fact::Performed(bout))
            }
            Event::Analgesic { on } => {
                (self.on(*on), 5, Fact::Care(Care { kind: "analgesic".into(), side: None, minutes: None }))
            }
            Event::Symptom { question, on } => (self.on(*on), 70, yes(*question)),
            Event::Cleared { on } => return self.clear_all(self.on(*on)),
        };
        vec![fact]
    }

    fn clear_all(&self, on: i64) -> Vec<(i64, i64, Fact)> {
        let program = self.program();
        let gates = program.phases.iter().flat_map(|p| &p.exit).filter_map(|c| match &c.subject {
            Subject::Clearance(rule) => Some(rule.clone()),
            _ => None,
        });
        let rules: BTreeSet<String> = library()
            .rules
            .iter()
            .map(|r| r.id.clone())
            .chain(program.checks.iter().map(|c| c.rule.id.clone()))
            .chain(program.phases.iter().map(|p| format!("stalled-{}", p.id)))
            .chain(gates)
            .collect();
        rules
            .into_iter()
            .map(|rule| {
                let clearance = Clearance {
                    rule,
                    who: "w".into(),
                    role: "doctor".into(),
                    day: onset().plus(on),
                    outcome: Outcome::Cleared,
                    expires: None,
                };
                (on, 80, Fact::Clearance(clearance))
            })
            .collect()
    }

    fn now(&self) -> Now {
        evening(onset().plus(self.today))
    }

    pub(crate) fn situation(&self) -> Situation {
        self.judge(self.entries())
    }

    fn judge(&self, entries: Vec<Entry>) -> Situation {
        let journal = Journal::new(entries, self.now());
        Situation::of(library(), self.program(), episode(), journal, &[]).unwrap()
    }

    /// The situation with one more thing recorded late today.
    fn with(&self, fact: Fact) -> Situation {
        let mut entries = self.entries();
        entries.push(entry(entries.len(), self.today, 900, fact));
        self.judge(entries)
    }
}

fn checked_in(readings: Vec<Reading>) -> Fact {
    Fact::CheckIn { readings, answers: vec![] }
}

fn pain(measure: &str, value: f64) -> Reading {
    Reading { measure: measure.into(), side: None, value }
}

fn worst_of(reading: &Reading) -> Reading {
    let measure = &library().measures[reading.measure.as_str()];
    let value = if measure.better == Better::Lower { measure.range.1 } else { measure.range.0 };
    // The other leg getting worse is no worse news for the injured one.
    let side = reading.side.map(|_| Side::Left);
    Reading { measure: reading.measure.clone(), side, value }
}

/// A yes to one of the yes-no questions in which yes is the worrying answer.
fn yes(question: Index) -> Fact {
    let known: Vec<&str> = library()
        .questions
        .iter()
        .filter(|q| q.kind == QuestionKind::YesNo && q.calm == Some(AnswerValue::No))
        .map(|q| q.id.as_str())
        .collect();
    let question = known[question.index(known.len())].to_owned();
    Fact::CheckIn { readings: vec![], answers: vec![Answer { question, value: AnswerValue::Yes }] }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Law 1: the order in which entries come makes no difference.
    #[test]
    fn order_makes_no_difference(history in history(), seed in any::<u64>()) {
        let entries = history.entries();
        let mut shuffled = entries.clone();
        let count = shuffled.len();
        for at in 0..count {
            let other = usize::try_from(seed.wrapping_mul(at as u64 + 7) % count as u64).unwrap();
            shuffled.swap(at, other);
        }
        let (a, b) = (history.judge(entries), history.judge(shuffled));
        prop_assert_eq!(a.advice, b.advice);
        prop_assert_eq!(a.plan, b.plan);
        prop_assert_eq!(a.flags, b.flags);
    }

    /// Law 1: what is dated after today does not exist.
    #[test]
    fn the_future_does_not_exist(history in history(), later in 1..30_i64) {
        let now = history.situation();
        let mut entries = history.entries();
        let count = entries.len();
        for (n, question) in library().questions.iter().filter(|q| q.kind == QuestionKind::YesNo).enumerate() {
            let answers = vec![Answer { question: question.id.clone(), value: AnswerValue::Yes }];
            entries.push(entry(count + n, history.today + later, 0, Fact::CheckIn { readings: vec![], answers }));
        }
        prop_assert_eq!(now.advice, history.judge(entries).advice);
    }

    #[test]
    fn a_journal_that_grows_is_the_same_as_one_read_anew(history in history(), days in 0..20_i64) {
        let now = history.now();
        let before = evening(onset().plus((history.today - days).max(0)));
        let (known, new): (Vec<Entry>, Vec<Entry>) =
            history.entries().into_iter().partition(|e| before.knows(e.day, e.at));
        let short = Journal::new(known, before);
        let (long, anew) = (short.with(&new, now), Journal::new(history.entries(), now));
        prop_assert!(long.extends(&short));
        prop_assert_eq!(long.entries(), anew.entries());
        let grown = Diary::of(library(), &episode(), &short).with(library(), &episode(), &long).unwrap();
        let read = Diary::of(library(), &episode(), &anew);
        prop_assert_eq!(format!("{grown:?}"), format!("{read:?}"));
        let judged = |journal| {
            let s = Situation::of(library(), history.program(), episode(), journal, &[]).unwrap();
            (s.advice, s.flags, s.plan)
        };
        prop_assert_eq!(judged(long), judged(anew));
    }

    /// What a bookmark leaves out is missed by nobody, whatever is written after it was
    /// made, as long as it goes with it; nor what one leaves out that was made by another.
    #[test]
    fn what_a_bookmark_leaves_out_is_missed_by_nobody(
        history in history(),
        days in prop::collection::btree_set(0..25_i64, 1..4),
    ) {
        let all: Vec<Arc<Entry>> = history.entries().into_iter().map(Arc::new).collect();
        let judged = |journal| Situation::of(library(), history.program(), episode(), journal, &[]).unwrap();
        let known = |now: Now| all.iter().filter(move |e| now.knows(e.day, e.at));
        // What was written since goes with a bookmark, or it is thrown away.
        let good = |mark: &(Bookmark, BTreeSet<EntryId>, Now), now: Now| {
            let mut new = known(now).filter(|e| !mark.2.knows(e.day, e.at));
            mark.0.is_good_at(now) && new.all(|e| mark.0.outlives(e, |_| true))
        };
        let read = |mark: Option<&(Bookmark, BTreeSet<EntryId>, Now)>, now: Now| {
            let by = |e: &&Arc<Entry>| {
                mark.is_none_or(|(mark, kept, _)| e.day >= mark.from || kept.contains(&e.id))
            };
            let read: Vec<_> = known(now).filter(by).cloned().collect();
            let past = mark.map(|(mark, ..)| Arc::clone(&mark.past));
            let situation = judged(Journal::read(read.iter().cloned(), vec![], past, now));
            (situation, read)
        };
        let mut mark = None;
        for days in days.into_iter().rev() {
            let evening = evening(onset().plus((history.today - days).max(0)));
            let (then, read) = read(mark.as_ref().filter(|mark| good(mark, evening)), evening);
            let (bookmark, kept) = then.bookmark(library(), &read);
            mark = Some((bookmark, kept, evening));
        }
        let mark = mark.filter(|mark| good(mark, history.now()));
        prop_assume!(mark.is_some());
        let (few, _) = read(mark.as_ref(), history.now());
        let whole = history.situation();
        prop_assert_eq!(&few.flags, &whole.flags);
        prop_assert_eq!(&few.advice, &whole.advice);
        prop_assert_eq!(&few.plan, &whole.plan);
        prop_assert_eq!(few.change(library()), whole.change(library()));
        prop_assert!(few.says_the_same_as(&whole));
    }

    /// Whoever looks something up finds what reading everything would find: also on days that
    /// are ahead of the clock, of both sides, and of what other episodes know.
    #[test]
    fn what_is_looked_up_is_what_is_there(
        history in history(),
        changed in prop::collection::vec((any::<Index>(), -1..=1_i64, any::<bool>()), 0..20),
        (first, last) in (0..LONGEST, 0..LONGEST),
        wanted in any::<Index>(),
    ) {
        let mut entries = history.entries();
        let count = entries.len();
        // Each once: no day lies further from its instant than clocks and nights can put it.
        let changed: BTreeMap<usize, (i64, bool)> =
            changed.into_iter().map(|(which, days, other)| (which.index(count), (days, other))).collect();
        for (which, (days, other)) in changed {
            let entry = &mut entries[which];
            entry.day = entry.day.plus(days);
            let side = Some(if other { Side::Right } else { Side::Both });
            match &mut entry.fact {
                Fact::CheckIn { readings, .. } => {
                    let more: Vec<Reading> = readings.iter().map(|r| Reading { side, ..r.clone() }).collect();
                    readings.extend(more);
                }
                Fact::Performed(bout) => (bout.side, bout.skipped) = (side, Some("too much".to_owned())),
                _ => {}
            }
        }
        let elsewhere = entries.iter().step_by(7).map(|e| Arc::new(e.clone())).collect();
        let journal = Journal::with_shared(entries, elsewhere, history.now());
        let all: Vec<&Entry> = journal.entries().iter().map(AsRef::as_ref).collect();
        let (first, last) = (onset().plus(first), onset().plus(last));
        let within = |e: &&Entry| first <= e.day && e.day <= last;

        let measure = library().measures.keys().nth(wanted.index(library().measures.len())).unwrap();
        let samples: Vec<_> = journal.samples(measure, first, last).iter().map(|s| (s.entry, s.side, s.value)).collect();
        let there = all.iter().copied().filter(within).flat_map(|e| readings(e).iter().map(move |r| (e, r)));
        let there = there.filter(|(_, r)| r.measure == *measure).map(|(e, r)| (&e.id, r.side, r.value));
        prop_assert_eq!(samples, there.collect::<Vec<_>>());

        let told: Vec<(&Entry, &Answer)> = journal.answers().flat_map(|(e, a)| a.iter().map(move |a| (e, a))).collect();
        if !told.is_empty() {
            let question = &told[wanted.index(told.len())].1.question;
            let there: Vec<_> = told.iter().copied().filter(|(_, a)| a.question == *question).collect();
            prop_assert_eq!(journal.answers_to(question).collect::<Vec<_>>(), there);
        }
        let there: Vec<_> = journal.answers().filter(|(e, _)| e.day >= first).collect();
        prop_assert_eq!(journal.answers_since(first).collect::<Vec<_>>(), there);

        let bouts: Vec<(&Entry, &Performed)> = all.iter().copied().filter(within).filter_map(|e| match &e.fact {
            Fact::Performed(bout) => Some((e, bout)),
            _ => None,
        }).collect();
        prop_assert_eq!(journal.performed(first, last).map(|b| (b.entry, b.what)).collect::<Vec<_>>(), bouts.clone());
        if !bouts.is_empty() {
            let exercise = &bouts[wanted.index(bouts.len())].1.exercise;
            let there: Vec<_> = bouts.iter().copied().filter(|(_, b)| b.exercise == *exercise).collect();
            prop_assert_eq!(journal.bouts_of(exercise, first, last).map(|b| (b.entry, b.what)).collect::<Vec<_>>(), there);
        }
        let there: Vec<_> = bouts.iter().copied().filter(|(_, b)| b.pain.is_some() || b.skipped.is_some()).collect();
        prop_assert_eq!(journal.felt(first, last).map(|b| (b.entry, b.what)).collect::<Vec<_>>(), there);

        let logged = all.iter().filter(|e| matches!(e.fact, Fact::Performed(_)) || !readings(e).is_empty());
        let logged: BTreeSet<Day> = logged.map(|e| e.day).collect();
        let stretches = journal.logged_days();
        let days = stretches.iter().flat_map(|(first, last)| (0..=last.since(*first)).map(|n| first.plus(n)));
        prop_assert_eq!(days.collect::<Vec<_>>(), logged.into_iter().collect::<Vec<_>>());
        prop_assert!(stretches.windows(2).all(|pair| pair[1].0.since(pair[0].1) > 1), "as few as can be");

        let diary = Diary::of(library(), &episode(), &journal);
        for n in 0..LONGEST {
            let day = onset().plus(n);
            let pains = journal.pains(library(), day, day);
            let own = pains.iter().filter(|s| is_injured(&episode(), s.side)).map(|s| s.value).reduce(f64::max);
            let known = own.filter(|_| day <= journal.now().day);
            prop_assert_eq!(diary.pains.get(day).map(|d| d.worst), known, "on {}", day);
        }
        // Tomorrow the days that were ahead of the clock are there as well.
        let tomorrow = evening(journal.now().day.plus(1));
        let longer = journal.with(&[], tomorrow);
        let anew = Diary::of(library(), &episode(), &longer);
        if let Some(grown) = diary.with(library(), &episode(), &longer) {
            prop_assert_eq!(format!("{grown:?}"), format!("{anew:?}"));
        }
    }

    /// Law 2: what is not on record moves nobody on.
    #[test]
    fn no_data_never_advances(history in history()) {
        let mut entries = history.entries();
        entries.retain(|e| !matches!(e.fact, Fact::CheckIn { .. } | Fact::Performed(_)));
        let action = history.judge(entries).advice.action;
        prop_assert!(action < Action::Advance, "{:?}", action);
    }

    /// Law 2: unanswered emergency questions move nobody on.
    #[test]
    fn unanswered_questions_never_advance(history in history()) {
        let mut entries = history.entries();
        entries.retain(|e| !matches!(e.fact, Fact::Screen(_)));
        let action = history.judge(entries).advice.action;
        prop_assert!(action < Action::Advance, "{:?}", action);
    }

    /// Law 2: every finding of an advance is met, and at least one says so.
    #[test]
    fn an_advance_names_what_proves_it(history in history()) {
        let s = history.situation();
        if s.advice.action >= Action::Advance {
            prop_assert!(!s.advice.findings.is_empty());
            prop_assert!(s.advice.findings.iter().all(|f| f.verdict == sinew::domain::finding::Verdict::Met));
        }
    }

    /// Law 3: one more yes never makes advice bolder.
    #[test]
    fn a_positive_answer_never_makes_advice_bolder(history in history(), question in any::<Index>()) {
        let before = history.situation().advice.action;
        let after = history.with(yes(question)).advice.action;
        prop_assert!(after <= before, "{:?} became {:?}", before, after);
    }

    /// Law 3: more pain today never makes advice bolder.
    #[test]
    fn more_pain_never_makes_advice_bolder(
        history in history(),
        measure in prop::sample::select(vec!["pain-worst", "pain-rest", "pain-walking", "pain-morning"]),
        low in 0..=10_u8,
        more in 1..=10_u8,
    ) {
        let logged = |value: u8| history.with(checked_in(vec![pain(measure, f64::from(value.min(10)))])).advice.action;
        let (before, after) = (logged(low), logged(low + more));
        prop_assert!(after <= before, "{} {}: {:?} became {:?}", measure, low, before, after);
    }

    /// Law 3: more pain in the last session never makes advice bolder.
    #[test]
    fn a_session_that_hurts_more_never_makes_advice_bolder(
        history in history(),
        exercise in any::<Index>(),
        low in 0..=10_u8,
        more in 1..=10_u8,
    ) {
        let phases = &history.program().phases;
        let known: Vec<&str> = phases.iter().flat_map(|p| &p.exercises).map(|e| e.exercise.as_str()).collect();
        let done = |pain: u8| {
            let bout = Performed {
                side: Some(Side::Left),
                pain: Some(f64::from(pain.min(10))),
                ..Performed::of(known[exercise.index(known.len())])
            };
            history.with(Fact::Performed(bout)).advice.action
        };
        let (before, after) = (done(low), done(low + more));
        prop_assert!(after <= before, "{:?} became {:?}", before, after);
    }

    /// Law 3: a failed test never makes advice bolder.
    #[test]
    fn a_failed_test_never_makes_advice_bolder(history in history(), measure in any::<Index>()) {
        let readings = flawless(history.program());
        let failed = worst_of(&readings[measure.index(readings.len())]);
        let before = history.situation().advice.action;
        let after = history.with(checked_in(vec![failed])).advice.action;
        prop_assert!(after <= before, "{:?} became {:?}", before, after);
    }

    /// Law 4: an open emergency empties the plan, and its action comes first.
    #[test]
    fn an_emergency_comes_first_and_empties_the_plan(history in history(), question in any::<Index>()) {
        let s = history.with(yes(question));
        let emergency = s.flags.iter().find(|f| f.is_open() && f.rule.urgency == Urgency::Emergency);
        if let Some(flag) = emergency {
            prop_assert_eq!(s.advice.action, Action::Stop);
            prop_assert!(s.plan.items.is_empty());
            let page = Page { width: 80, plain: false, terminal: false, units: sinew::domain::units::Units::Metric };
            let first = sinew::render::page::action(flag);
            let words = first.split('.').next().unwrap();
            for view in [today::today(&page, library(), &s, Detail::Short), today::today(&page, library(), &s, Detail::Full), next::next(&page, &s, None, Detail::Short), next::next(&page, &s, None, Detail::Full), json::today(&s), json::next(&s, None)] {
                let line = view.lines().next().unwrap_or_default();
                prop_assert!(line.contains(words) || line.contains("now"), "{}", line);
            }
        }
    }

    /// Law 5: an advance is one phase at a time, and never before its gates.
    #[test]
    fn an_advance_is_one_phase_and_never_early(history in history()) {
        let s = history.situation();
        if s.advice.action == Action::Advance {
            let here = s.course.current().phase;
            let next = &s.program.phases[here + 1];
            prop_assert_eq!(s.advice.to.as_deref(), Some(next.id.as_str()));
            prop_assert!(history.today >= next.earliest_day);
            let spent = onset().plus(history.today).since(s.course.current().from);
            prop_assert!(spent >= s.program.phases[here].minimum_days);
        }
    }

    /// Law 5: days alone never advance, however many.
    #[test]
    fn days_alone_never_advance(history in history(), years in 1..30_i64) {
        let mut s = history.clone();
        s.today += years * 365;
        let action = s.judge(history.entries()).advice.action;
        prop_assert!(action < Action::Advance, "{:?}", action);
    }

    /// A red or amber last session, a limp and an open urgent flag hold.
    #[test]
    fn brakes_hold(history in history(), exercise in any::<Index>()) {
        let phases = &history.program().phases;
        let known: Vec<&str> = phases.iter().flat_map(|p| &p.exercises).map(|e| e.exercise.as_str()).collect();
        let bout = Performed {
            side: Some(Side::Left),
            pain: Some(8.0),
            ..Performed::of(known[exercise.index(known.len())])
            };
        let limp = checked_in(vec![Reading { measure: "limp".into(), side: None, value: 1.0 }]);
        for fact in [Fact::Performed(bout), limp] {
            let action = history.with(fact).advice.action;
            prop_assert!(action < Action::Advance, "{:?}", action);
        }
    }
}

/// The laws say something only if the generator reaches every kind of advice.
#[test]
fn the_generator_reaches_every_kind_of_advice() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut reached: BTreeMap<&str, u32> = BTreeMap::new();
    for _ in 0..400 {
        let history = history().new_tree(&mut runner).unwrap().current();
        *reached.entry(history.situation().advice.action.id()).or_insert(0) += 1;
    }
    for action in [Action::Stop, Action::StepBack, Action::Hold, Action::Advance, Action::Finish] {
        assert!(reached.get(action.id()).is_some_and(|n| *n >= 3), "{} in {reached:?}", action.id());
    }
}
