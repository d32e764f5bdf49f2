//! Doses that grow: one step up after clean sessions, one back after a bad
//! one. The answer of the next morning outranks the pain during the exercise,
//! and what was not reported moves nothing.

use super::bouts::{Zone, zone};
use super::criteria::{self, Case};
use super::day::{At, Day};
use super::dose::Dose;
use super::entry::EntryId;
use super::finding::Verdict;
use super::program::{MeasureTest, Prescription, RungGate};
use super::question::AnswerValue;

/// In how many of its last sessions an exercise may lie above its cap before
/// it is made easier: two of three (evidence SB-2).
const ABOVE: usize = 2;
const OF_LAST: usize = 3;

/// Days without any symptom after a setback on a ladder (evidence 2.5: 48 h).
const QUIET_DAYS: i64 = 2;

/// Into how many steps the way from one amount to a larger one is cut at most.
const STEPS: u32 = 4;

/// How much of an exercise is due now, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Grown {
    /// The dose.
    pub dose: Dose,
    /// Its position, from 0.
    pub step: usize,
    /// The position of the last dose.
    pub last: usize,
    /// Why it was moved last, or does not move on; nothing at the beginning.
    pub because: Option<String>,
    /// The entries behind that.
    pub entries: Vec<EntryId>,
    /// Why a ladder rests for now, with the entries behind that.
    pub rests: Option<(String, Vec<EntryId>)>,
    /// Whether a gate keeps it below the rung that its sessions have reached.
    pub shut: bool,
    /// The tests that this gate still wants, once its day has come.
    pub wants: Vec<MeasureTest>,
}

/// What the sessions of one day and the morning after it say.
enum Answer {
    /// Nothing that could be judged.
    Unknown,
    /// Within the cap, at the full dose, and quiet the next morning.
    Clean,
    /// Above the cap: the same again.
    Repeat,
    /// Too much.
    Back(String),
}

/// How the dose was moved last.
enum Moved {
    /// On, by so many clean sessions.
    On(u32),
    /// Not at all: it lay above its cap.
    Not,
    /// Back.
    Back(String),
}

impl Moved {
    fn words(&self, day: Day) -> String {
        match self {
            Self::On(streak) => format!("{} up to {day}", clean_words(*streak)),
            Self::Not => format!("above its cap on {day}: the same again"),
            Self::Back(why) => format!("one step back: {why}"),
        }
    }
}

/// One part of a dose, and the unit in which it grows.
type Part = (fn(&mut Dose) -> &mut Option<u32>, u32);

/// The doses from the first to the last: repetitions grow first, then holds,
/// minutes and metres, then sets; each in at most four steps.
pub fn steps(start: &Dose, most: &Dose) -> Vec<Dose> {
    let mut doses = vec![start.clone()];
    let mut at = start.clone();
    // The unit in which each part grows: whole repetitions, 5 s of a hold,
    // whole minutes of a bout, 10 m, whole sets, single rungs.
    let long = start.reps.is_none() && start.seconds.is_some_and(|s| s >= 60);
    let parts: [Part; 5] = [
        (|d| &mut d.reps, 1),
        (|d| &mut d.seconds, if long { 60 } else { 5 }),
        (|d| &mut d.metres, 10),
        (|d| &mut d.sets, 1),
        (|d| &mut d.rung, 1),
    ];
    for (part, unit) in parts {
        let (Some(from), Some(to)) = (*part(&mut at), *part(&mut most.clone())) else { continue };
        // Rungs are climbed one by one.
        let stride = if start.rung.is_some() {
            1
        } else {
            to.saturating_sub(from).div_ceil(STEPS).div_ceil(unit).max(1) * unit
        };
        let mut value = from;
        while value < to {
            value = (value + stride).min(to);
            *part(&mut at) = Some(value);
            doses.push(at.clone());
        }
    }
    doses
}

/// How much of a prescription is due, from its sessions in the current phase.
pub fn grown(case: &Case<'_>, prescription: &Prescription) -> Grown {
    let doses = match &prescription.grows_to {
        Some(most) => steps(&prescription.dose, most),
        None => vec![prescription.dose.clone()],
    };
    let ladder = prescription.dose.rung.is_some();
    let lowest = if ladder { ladder_below(&prescription.dose) } else { vec![] };
    // A ladder may fall below the rung that it began with.
    let first = lowest.len();
    let doses: Vec<Dose> = lowest.into_iter().chain(doses).collect();
    let mut state = Grown {
        dose: prescription.dose.clone(),
        step: first,
        last: doses.len() - 1,
        because: None,
        entries: Vec::new(),
        rests: None,
        shut: false,
        wants: Vec::new(),
    };
    let mut streak = 0;
    let mut recent: Vec<Zone> = Vec::new();
    let mut counted: Option<Day> = None;
    let mut setback: Option<&[Bout<'_>]> = None;
    let mut moved: Option<(Moved, &[Bout<'_>])> = None;
    let bouts = bouts(case, prescription);
    for session in bouts.chunk_by(|one, next| one.day == next.day) {
        let day = session[0].day;
        if let Some(zone) = session.iter().filter_map(|b| b.zone).max() {
            recent.push(zone);
        }
        let often = recent.iter().rev().take(OF_LAST).filter(|z| **z >= Zone::Amber).count() >= ABOVE;
        let back = match answer(case, &doses[state.step], session, ladder) {
            Answer::Back(why) => Some(why),
            _ if often => Some(format!("above its cap in {ABOVE} of the last {OF_LAST} sessions")),
            Answer::Unknown => None,
            Answer::Repeat => {
                streak = 0;
                moved = Some((Moved::Not, session));
                None
            }
            Answer::Clean => {
                // Sessions of one day, or of two days in a row on a ladder, count once.
                let rested = !ladder || counted.is_none_or(|last| day.since(last) >= 2);
                if rested {
                    streak += 1;
                    counted = Some(day);
                }
                if streak >= prescription.clean_sessions && state.step < state.last {
                    state.step += 1;
                    moved = Some((Moved::On(streak), session));
                    streak = 0;
                }
                None
            }
        };
        if let Some(why) = back {
            state.step = state.step.saturating_sub(1);
            moved = Some((Moved::Back(why), session));
            setback = Some(session);
            streak = 0;
            recent.clear();
        }
    }
    if let Some((moved, session)) = moved {
        state.because = Some(moved.words(session[0].day));
        state.entries = entries(session);
    }
    if ladder {
        for gate in &prescription.rungs {
            if doses[state.step].rung < Some(gate.rung) {
                continue;
            }
            if let Some(why) = shut(case, gate) {
                let below = doses.iter().position(|d| d.rung >= Some(gate.rung)).unwrap_or(1);
                state.step = state.step.min(below.saturating_sub(1));
                state.because = Some(why);
                state.entries = Vec::new();
                state.shut = true;
                let its_day = case.today().since(case.course.onset) >= gate.from_day;
                state.wants.extend(gate.test.clone().filter(|_| its_day));
            }
        }
        state.rests = setback.and_then(|session| resting(case, session[0].day, entries(session)));
    }
    state.dose = doses[state.step].clone();
    state
}

fn clean_words(count: u32) -> String {
    if count == 1 { "a clean session".to_owned() } else { format!("{count} clean sessions in a row") }
}

/// The rungs below the first one of a ladder.
fn ladder_below(start: &Dose) -> Vec<Dose> {
    (1..start.rung.unwrap_or(1)).map(|rung| Dose { rung: Some(rung), ..Dose::default() }).collect()
}

/// One bout, as growth looks at it.
struct Bout<'a> {
    day: Day,
    at: At,
    entry: &'a EntryId,
    dose: Option<&'a Dose>,
    zone: Option<Zone>,
}

fn entries(session: &[Bout<'_>]) -> Vec<EntryId> {
    session.iter().map(|b| b.entry.clone()).collect()
}

/// The bouts of an exercise in the current phase, by day: those of one day are a session.
fn bouts<'a>(case: &'a Case<'_>, prescription: &'a Prescription) -> Vec<Bout<'a>> {
    let caps = case.course.phase(case.program).caps;
    let (from, today) = (case.course.current().from, case.today());
    let done = case.journal.bouts_of(&prescription.exercise, from, today);
    let done = done.filter(|bout| bout.what.skipped.is_none()).map(|bout| Bout {
        day: bout.entry.day,
        at: bout.entry.at,
        entry: &bout.entry.id,
        dose: bout.what.dose.as_ref(),
        zone: zone(bout.what, Some(prescription), caps),
    });
    let mut bouts: Vec<Bout<'_>> = done.collect();
    bouts.sort_by_key(|bout| bout.day);
    bouts
}

fn answer(case: &Case<'_>, due: &Dose, bouts: &[Bout<'_>], ladder: bool) -> Answer {
    let day = bouts[0].day;
    let Some(zone) = bouts.iter().filter_map(|b| b.zone).max() else { return Answer::Unknown };
    if zone == Zone::Red {
        return Answer::Back(format!("it hurt too much on {day}"));
    }
    let next = day.plus(1);
    let morning = case.diary.mornings.get(next).map(|m| m.worst);
    let base = case.diary.baseline(next).map(|b| b.min(super::brakes::BASELINE_CEILING));
    // On a ladder the next morning has to be at its baseline.
    let rise = if ladder { 0.0 } else { case.course.phase(case.program).caps.morning_rise };
    let quiet = morning.zip(base).map(|(morning, base)| morning <= base + rise);
    if quiet == Some(false) {
        return Answer::Back(format!("the morning of {next} was worse"));
    }
    if ladder && let Some(sign) = stumbled(case, day) {
        return Answer::Back(sign);
    }
    if zone == Zone::Amber {
        return Answer::Repeat;
    }
    let full = bouts.iter().any(|b| b.dose.is_some_and(|d| d.reaches(due)) && b.zone.is_some());
    let proven = full && quiet == Some(true) && !bouts.iter().any(|b| case.journal.masked(b.at));
    if proven { Answer::Clean } else { Answer::Unknown }
}

/// A grab, a pop or a limp on the day of a run or the day after it.
fn stumbled(case: &Case<'_>, day: Day) -> Option<String> {
    let next = day.plus(1);
    if case.journal.samples("limp", day, next).iter().any(|s| s.value >= 1.0) {
        return Some(format!("a limp after {day}"));
    }
    let grabbed = case.journal.answers_in(day, next).any(|(_, given)| {
        given.iter().any(|a| {
            a.question == "new-event"
                && matches!(&a.value, AnswerValue::Choices(c) if c.iter().any(|c| c == "pop" || c == "grab-or-sharp-pull"))
        })
    });
    grabbed.then(|| format!("a grab or a pop after {day}"))
}

/// Why a rung stays shut for now; nothing when it is open.
fn shut(case: &Case<'_>, gate: &RungGate) -> Option<String> {
    let day = case.today().since(case.course.onset);
    if day < gate.from_day {
        return Some(format!("rung {} not before day {} after the injury", gate.rung, gate.from_day));
    }
    let test = gate.test.as_ref()?;
    let judged = criteria::measure(case, test);
    (judged.verdict != Verdict::Met).then(|| {
        let wanted = super::wanted::measure_wanted(case.library, test);
        format!("rung {} wants {wanted}; seen: {}", gate.rung, judged.observed)
    })
}

/// Why a ladder rests after a setback: until two days without any symptom are
/// on record.
fn resting(case: &Case<'_>, setback: Day, entries: Vec<EntryId>) -> Option<(String, Vec<EntryId>)> {
    let today = case.today();
    let quiet = |day: Day| {
        let no_pain = case.diary.pains.get(day).is_some_and(|p| p.worst <= 0.0);
        let limps = case.journal.samples("limp", day, day).iter().any(|s| s.value >= 1.0);
        no_pain && !limps
    };
    // The run may have ended by now, or end with today's report.
    let freed = (1..=today.since(setback) - QUIET_DAYS + 1)
        .any(|n| (0..QUIET_DAYS).all(|k| quiet(setback.plus(n + k))));
    let because =
        format!("it rests until {QUIET_DAYS} days without any symptom follow the setback of {setback}");
    (!freed).then_some((because, entries))
}
