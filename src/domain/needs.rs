//! What a condition needs: which readings, tests and sessions would have to
//! be on record, and on which days, for it to be met on a later day.

use serde::Serialize;

use super::advice::{Advice, CLEAN_DAYS, RED_FLAG_QUESTIONS, advise};
use super::brakes::{self, Braking, Effect, Trigger};
use super::criteria::{self, Case};
use super::daily::by_day;
use super::day::Day;
use super::dose::Dose;
use super::finding::{FindingKind, Verdict};
use super::growth::grown;
use super::measure::{Asked, PAIN_ANY, PAIN_MORNING, PAIN_WORST, Unit};
use super::program::{Criterion, MeasureTest, Op, Stage, Stat, Subject, Whose};
use super::screening::{Flag, flags};
use super::ways::Ways;

/// How something is put on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedKind {
    /// The red-flag questions.
    Questions,
    /// A reading of the check-in.
    Reading,
    /// A home test.
    Test,
    /// A session of an exercise.
    Session,
    /// A clinician's outcome.
    Clearance,
    /// A decision of the person.
    Decision,
}

/// One thing that has to be on record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Need {
    /// Id of the measure, exercise or rule, or `red-flag-questions`.
    pub id: String,
    /// How it is put on record.
    pub kind: NeedKind,
    /// Its name within a sentence.
    pub name: String,
    /// The days on which it has to be there, in order.
    pub on: Vec<Day>,
    /// How its value compares.
    pub op: Option<Op>,
    /// With what; in a session, the highest pain during it.
    pub value: Option<f64>,
    /// The unit of the value.
    pub unit: Option<Unit>,
    /// Whose value counts, where the legs are compared.
    pub whose: Option<Whose>,
    /// The least dose of a session.
    pub dose: Option<Dose>,
}

impl Need {
    pub(super) fn new(id: &str, kind: NeedKind, name: &str, on: Vec<Day>) -> Self {
        Self {
            id: id.to_owned(),
            kind,
            name: name.to_owned(),
            on,
            op: None,
            value: None,
            unit: None,
            whose: None,
            dose: None,
        }
    }

    /// A pain, or a yes-no reading wanted as no, of at most so much.
    pub(super) fn at_most(self, value: f64) -> Self {
        Self { op: Some(Op::AtMost), value: Some(value), unit: self.unit.or(Some(Unit::Nrs)), ..self }
    }

    /// Whether both legs have to be tested.
    pub fn both_sides(&self) -> bool {
        self.whose.is_some_and(|w| matches!(w, Whose::Ratio | Whose::Deficit))
    }
}

/// How far apart the check-ins of a long wait may lie, in days, so that no gap
/// opens (evidence SB-6: hold after 7).
const CHECK_IN_EVERY: i64 = 6;

/// What is unknown and could be recorded today, whatever it may come to.
pub fn askable(case: &Case<'_>, advice: &Advice) -> Vec<Need> {
    let today = case.today();
    let unknown = |id: &str| advice.findings.iter().any(|f| f.verdict == Verdict::Unknown && f.id == id);
    let mut needs = Vec::new();
    if unknown(RED_FLAG_QUESTIONS) {
        needs.push(red_flags(today));
    }
    let morning = |b: &&Braking| b.finding.verdict == Verdict::Unknown;
    if advice.brakes.iter().any(|b| morning(&b)) && case.diary.mornings.get(today).is_none() {
        let name = case.library.measure_name(PAIN_MORNING);
        needs.push(Need::new(PAIN_MORNING, NeedKind::Reading, name, vec![today]));
    }
    for (phase, criterion) in asked(case) {
        let Subject::Measure(test) = &criterion.subject else { continue };
        let free = by_day(case, test, today, today).is_empty();
        if free && unknown(&format!("{phase}.{}", criterion.id)) {
            needs.extend(of_test(case, test, vec![today]));
        }
    }
    needs.extend(next_rung(case));
    merged(needs)
}

/// The tests that stand between somebody and the next rung of a ladder, as far
/// as nothing is known of them.
pub(super) fn next_rung(case: &Case<'_>) -> Vec<Need> {
    let today = case.today();
    let phase = case.course.phase(case.program);
    let mine = phase.exercises.iter().filter(|p| p.goals.is_empty() || p.goals.contains(&case.episode.goal));
    let wants = mine.flat_map(|p| grown(case, p).wants);
    let unknown = wants.filter(|test| criteria::measure(case, test).verdict == Verdict::Unknown);
    let free = unknown.filter(|test| by_day(case, test, today, today).is_empty());
    free.filter_map(|test| of_test(case, &test, vec![today])).collect()
}

/// The criteria that the advice goes by, each with the id of its phase.
pub(super) fn asked<'a>(case: &Case<'a>) -> Vec<(&'a str, &'a Criterion)> {
    let phase = case.course.phase(case.program);
    let exits = phase.exit.iter().map(|c| (phase.id.as_str(), c));
    let next = case.course.next_phase(case.program).into_iter();
    let entries = next.flat_map(|next| next.entry.iter().map(|c| (next.id.as_str(), c)));
    exits.chain(entries).filter(|(_, c)| c.is_for(case.episode.goal)).collect()
}

/// What `later` lacks for another answer; nothing when no report could bring
/// it about by that day.
pub(super) fn needs(
    case: &Case<'_>,
    later: &Case<'_>,
    alarms: &[Flag],
    ways: &mut Ways,
) -> Option<Vec<Need>> {
    let day = later.today();
    let mut all = alarms.to_vec();
    all.extend(flags(later));
    let advice = advise(later, &all);
    let mut needs: Vec<Need> = Vec::new();
    for finding in advice.findings.iter().filter(|f| f.verdict != Verdict::Met) {
        match finding.kind {
            FindingKind::Flag => needs.push(clearance(&finding.id, day)),
            FindingKind::Gate => needs.extend(of_gate(case, later, &finding.id)?),
            FindingKind::Brake => {
                let braking = advice.brakes.iter().find(|b| b.finding.id == finding.id)?;
                needs.extend(of_brake(case, later, braking, alarms, ways)?);
            }
            FindingKind::Criterion if finding.id == RED_FLAG_QUESTIONS => {
                needs.push(red_flags(day));
            }
            FindingKind::Criterion => {
                let (_, criterion) =
                    asked(later).into_iter().find(|(phase, c)| finding.id == format!("{phase}.{}", c.id))?;
                needs.extend(match &criterion.subject {
                    Subject::Session(test) => ways.proven(case, alarms, day, test),
                    _ => of_criterion(case, later, criterion)?,
                });
            }
        }
    }
    needs.extend(check_ins(case, day));
    Some(merged(needs))
}

pub(super) fn clearance(rule: &str, day: Day) -> Need {
    Need::new(rule, NeedKind::Clearance, "a clinician's outcome", vec![day])
}

/// The decision to go on, where the plan rests.
pub(super) fn going_on(case: &Case<'_>) -> Vec<Need> {
    let resume = || Need::new("resume", NeedKind::Decision, "going on", vec![case.today()]);
    case.course.paused().map(|_| resume()).into_iter().collect()
}

pub(super) fn red_flags(day: Day) -> Need {
    Need::new(RED_FLAG_QUESTIONS, NeedKind::Questions, "the red-flag questions", vec![day])
}

/// A worst pain of at most so much on some days.
pub(super) fn quiet_days(case: &Case<'_>, value: f64, on: Vec<Day>) -> Need {
    Need::new(PAIN_WORST, NeedKind::Reading, case.library.measure_name(PAIN_WORST), on).at_most(value)
}

/// Whether a good reading can still be put on record on a day.
pub(super) fn open(case: &Case<'_>, day: Day) -> bool {
    let today = case.today();
    day > today || (day == today && !case.journal.masked(case.journal.now().at))
}

fn of_gate(case: &Case<'_>, later: &Case<'_>, gate: &str) -> Option<Vec<Need>> {
    let day = later.today();
    match gate {
        "gate-clean" => {
            let rested = later.course.pauses.iter().filter_map(|p| p.to).max();
            let began = later.course.current().from.max(rested.unwrap_or(later.course.onset));
            let from = began.plus(1).max(case.today());
            let first = day.minus(i64::try_from(CLEAN_DAYS).unwrap_or(1) - 1).max(from);
            let on: Vec<Day> = span(first, day).filter(|d| open(case, *d)).collect();
            Some(vec![quiet_days(case, later.course.phase(later.program).caps.amber, on)])
        }
        // Days pass by themselves, and by nothing else.
        _ => None,
    }
}

fn span(first: Day, last: Day) -> impl Iterator<Item = Day> {
    (0..=last.since(first)).map(move |n| first.plus(n))
}

fn of_brake(
    case: &Case<'_>,
    later: &Case<'_>,
    braking: &Braking,
    alarms: &[Flag],
    ways: &mut Ways,
) -> Option<Vec<Need>> {
    let (today, day) = (case.today(), later.today());
    let brake = case.library.brakes.iter().find(|b| b.id == braking.finding.id)?;
    if brake.effect == Effect::Retest {
        let strengthening = later.program.phases.iter().find(|p| p.stage == Stage::Strengthening)?;
        let tests = strengthening.exit.iter().filter(|c| c.is_for(case.episode.goal));
        return tests.map(|c| anew(later, c, day)).collect();
    }
    let mut needs = Vec::new();
    for trigger in &brake.when {
        match trigger {
            Trigger::MorningAboveCaps | Trigger::Rise { .. } => needs.push(of_morning(case, later)?),
            Trigger::WeekRise { value } => {
                if let Some((_, then)) = brakes::week_medians(later, day) {
                    let on = span(day.minus(brakes::WEEK - 1).max(today), day)
                        .filter(|d| open(case, *d))
                        .collect();
                    needs.push(quiet_days(case, (then + value - 1.0).floor().max(0.0), on));
                }
            }
            Trigger::Sessions { .. } => {
                let exercise = braking.exercises.first()?;
                let prescribed = later.course.phase(later.program).exercises.iter();
                let cap = prescribed.filter(|p| p.exercise == *exercise).map(|p| p.cap).reduce(f64::min);
                let caps = later.course.phase(later.program).caps;
                let pain = cap.unwrap_or(caps.green).min(caps.green);
                needs.extend(ways.quiet(case, alarms, day, exercise, pain));
            }
            Trigger::Gap { .. } => {
                needs.push(quiet_days(case, later.course.phase(later.program).caps.green, vec![day]));
            }
            Trigger::Readings(test) if brake.stands => {
                let measure = case.library.measures.get(&test.measure)?;
                if measure.unit == Unit::YesNo {
                    let need = Need::new(&measure.id, NeedKind::Reading, &measure.name, vec![day]);
                    needs.push(Need { unit: Some(measure.unit), ..need }.at_most(0.0));
                }
            }
            Trigger::Answer { .. } if brake.stands => {}
            // Only time ends these.
            Trigger::Readings(_) | Trigger::Answer { .. } => return None,
        }
    }
    Some(needs)
}

/// The morning of a later day, as quiet as it has to be.
fn of_morning(case: &Case<'_>, later: &Case<'_>) -> Option<Need> {
    let day = later.today();
    // A morning on record is not taken back by another reading.
    if later.diary.mornings.get(day).is_some() {
        return None;
    }
    let name = case.library.measure_name(PAIN_MORNING);
    match brakes::allowed_morning(later, day) {
        Some(allowed) => Some(Need::new(PAIN_MORNING, NeedKind::Reading, name, vec![day]).at_most(allowed)),
        // The first morning of all is what the next one is compared with.
        None if day > case.today() => {
            let rise = later.course.phase(later.program).caps.morning_rise;
            Some(Need::new(PAIN_MORNING, NeedKind::Reading, name, vec![day.minus(1), day]).at_most(rise))
        }
        None => None,
    }
}

/// A test taken anew on a day.
fn anew(later: &Case<'_>, criterion: &Criterion, day: Day) -> Option<Need> {
    match &criterion.subject {
        Subject::Measure(test) => of_test(later, test, vec![day]),
        _ => None,
    }
}

pub(super) fn of_test(case: &Case<'_>, test: &MeasureTest, on: Vec<Day>) -> Option<Need> {
    let id = if test.measure == PAIN_ANY { PAIN_WORST } else { &test.measure };
    let measure = case.library.measures.get(id)?;
    let kind = if measure.asked == Asked::Test { NeedKind::Test } else { NeedKind::Reading };
    Some(Need {
        op: Some(test.op),
        value: Some(test.value),
        unit: Some(measure.unit),
        whose: Some(test.whose),
        ..Need::new(id, kind, &measure.name, on)
    })
}

fn of_criterion(case: &Case<'_>, later: &Case<'_>, criterion: &Criterion) -> Option<Vec<Need>> {
    match &criterion.subject {
        Subject::Measure(test) => Some(vec![of_test(case, test, days_of_test(case, later, test)?)?]),
        Subject::Clearance(rule) => Some(vec![clearance(rule, later.today())]),
        // Days pass by themselves, and by nothing else; sessions have their own way.
        Subject::DaysInPhase(_) | Subject::Session(_) => None,
    }
}

/// The days on which a test has to be passed, so that its criterion is met on
/// a later day; nothing when it cannot be met by then.
pub(super) fn days_of_test(case: &Case<'_>, later: &Case<'_>, test: &MeasureTest) -> Option<Vec<Day>> {
    let (today, day) = (case.today(), later.today());
    let known = by_day(case, test, day.minus(i64::from(test.days)), day);
    let passes = |d: Day| known.get(&d).is_some_and(|r| r.proves && test.op.holds(r.value, test.value));
    let fails = |d: Day| known.get(&d).is_some_and(|r| !r.bound && !test.op.holds(r.value, test.value));
    // What was reported today is not improved by reporting it again.
    let free = |d: Day| open(case, d) && (d > today || known.get(&d).is_none_or(|r| r.bound));
    match test.stat {
        Stat::DaysInARow => {
            let run = |last: Day| -> Option<Vec<Day>> {
                let days: Vec<Day> = span(last.minus(i64::from(test.days) - 1), last).collect();
                let ready = days.iter().all(|d| passes(*d) || (free(*d) && !fails(*d)));
                ready.then(|| days.into_iter().filter(|d| !passes(*d)).collect())
            };
            run(day).or_else(|| if known.contains_key(&day) { None } else { run(day.minus(1)) })
        }
        _ if matches!(test.whose, Whose::Ratio | Whose::Deficit) => {
            let other = MeasureTest { whose: Whose::Other, ..test.clone() };
            let tested = by_day(case, &other, day, day);
            (open(case, day) && !known.contains_key(&day) && tested.is_empty()).then(|| vec![day])
        }
        Stat::Latest => free(day).then(|| vec![day]),
        Stat::Worst | Stat::Median => {
            let window: Vec<Day> = span(day.minus(i64::from(test.days) - 1), day).collect();
            if test.stat == Stat::Worst && window.iter().any(|d| fails(*d)) {
                return None;
            }
            let proven = window.iter().filter(|d| passes(**d)).count();
            let fresh = window.iter().any(|d| passes(*d) && criteria::is_fresh(*d, day));
            let short = (test.min_samples.max(1) as usize).saturating_sub(proven).max(usize::from(!fresh));
            let mut on: Vec<Day> =
                window.into_iter().rev().filter(|d| free(*d) && !passes(*d)).take(short).collect();
            on.reverse();
            (on.len() == short).then_some(on)
        }
    }
}

/// The check-ins that keep a long wait from becoming a gap.
fn check_ins(case: &Case<'_>, day: Day) -> Option<Need> {
    let last = case.journal.logged_days().last().map_or(case.course.current().from, |(_, last)| *last);
    let mut on = Vec::new();
    let mut next = last.plus(CHECK_IN_EVERY).max(case.today());
    while next < day {
        on.push(next);
        next = next.plus(CHECK_IN_EVERY);
    }
    let green = case.course.phase(case.program).caps.green;
    (!on.is_empty()).then(|| quiet_days(case, green, on))
}

/// Each thing once, soonest first. Of two limits for one measure on one side
/// the stricter is named, on the days of both.
pub(super) fn merged(needs: Vec<Need>) -> Vec<Need> {
    let mut list: Vec<Need> = Vec::new();
    for need in needs {
        let same = |n: &&mut Need| {
            let alike = n.id == need.id && n.kind == need.kind && n.op == need.op && n.whose == need.whose;
            alike && n.dose == need.dose
        };
        match list.iter_mut().find(same) {
            None => list.push(need),
            Some(known) => {
                known.on.extend(&need.on);
                known.on.sort();
                known.on.dedup();
                known.value = match (known.value, need.value, known.op) {
                    (Some(a), Some(b), Some(Op::AtLeast)) => Some(a.max(b)),
                    (Some(a), Some(b), _) => Some(a.min(b)),
                    (a, b, _) => a.or(b),
                };
            }
        }
    }
    list.sort_by(|a, b| (a.on.last(), a.kind, &a.id).cmp(&(b.on.last(), b.kind, &b.id)));
    list
}
