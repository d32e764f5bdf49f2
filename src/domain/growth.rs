//! Doses that grow: one step up after clean sessions, one back after a bad
//! one. The answer of the next morning outranks the pain during the exercise,
//! and what was not reported moves nothing.

use std::collections::BTreeSet;

use super::bouts::{Zone, zone};
use super::criteria::{self, Case};
use super::day::{At, Day};
use super::diary::BASELINE_MORNINGS;
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
    let ladder = Ladder::of(prescription);
    let bouts = bouts(case, prescription);
    let mut climb = Climb::from(&ladder);
    for session in sessions(&bouts) {
        climb.answer(case, &ladder, session);
    }
    let mut state = Grown {
        dose: prescription.dose.clone(),
        step: climb.step,
        last: ladder.doses.len() - 1,
        because: None,
        entries: Vec::new(),
        rests: None,
        shut: false,
        wants: Vec::new(),
    };
    if let Some((moved, session)) = climb.moved {
        state.because = Some(moved.words(session[0].day));
        state.entries = entries(session);
    }
    if ladder.has_rungs {
        for gate in &prescription.rungs {
            if ladder.doses[state.step].rung < Some(gate.rung) {
                continue;
            }
            if let Some(why) = shut(case, gate) {
                let below = ladder.doses.iter().position(|d| d.rung >= Some(gate.rung)).unwrap_or(1);
                state.step = state.step.min(below.saturating_sub(1));
                state.because = Some(why);
                state.entries = Vec::new();
                state.shut = true;
                let its_day = case.today().since(case.course.onset) >= gate.from_day;
                state.wants.extend(gate.test.clone().filter(|_| its_day));
            }
        }
        state.rests = climb.setback.and_then(|session| resting(case, session[0].day, entries(session)));
    }
    state.dose = ladder.doses[state.step].clone();
    state
}

/// The days, none of them after `until`, that a dose still rests on: those of the
/// sessions that moved it; and these together with those of what was compared with them.
pub(super) fn days_looked_at(
    case: &Case<'_>,
    prescription: &Prescription,
    until: Day,
) -> (BTreeSet<Day>, BTreeSet<Day>) {
    let ladder = Ladder::of(prescription);
    if ladder.doses.len() == 1 && !ladder.has_rungs {
        return (BTreeSet::new(), BTreeSet::new());
    }
    let bouts = bouts(case, prescription);
    let felt: Vec<&[Bout<'_>]> =
        sessions(&bouts).filter(|session| session.iter().any(|b| b.zone.is_some())).collect();
    let mut whole = Climb::from(&ladder);
    // A later setback may be taken back.
    let mut setback = None;
    let moved: Vec<bool> = felt
        .iter()
        .map(|session| {
            let before = whole.stands();
            whole.answer(case, &ladder, session);
            if session[0].day <= until {
                setback = whole.setback;
            }
            whole.stands() != before
        })
        .collect();
    // With each go those that "two of the last three" would count beside it.
    let near = |at: usize| moved[at.saturating_sub(OF_LAST)..(at + OF_LAST).min(moved.len())].contains(&true);
    let counts = |at: usize| near(at) || at + OF_LAST >= felt.len();
    let few: Vec<&[Bout<'_>]> = (0..felt.len()).filter(|at| counts(*at)).map(|at| felt[at]).collect();
    let mut again = Climb::from(&ladder);
    for session in &few {
        again.answer(case, &ladder, session);
    }
    let same = again.stands() == whole.stands();
    let kept = if same { few } else { felt };
    let trained = kept.iter().map(|s| s[0].day).filter(|day| *day <= until).collect();
    let mut days: BTreeSet<Day> = kept.iter().flat_map(|s| [s[0].day, s[0].day.plus(1)]).collect();
    let nights: Vec<Day> = kept.iter().map(|s| s[0].day.plus(1)).collect();
    let before = nights.iter().flat_map(|next| case.diary.mornings.last(..*next, BASELINE_MORNINGS));
    days.extend(before.map(|morning| morning.day));
    let freed = [setback, whole.setback].into_iter().flatten().filter_map(|s| rested(case, s[0].day));
    days.extend(freed.flat_map(|first| (0..QUIET_DAYS).map(move |n| first.plus(n))));
    days.retain(|day| *day <= until);
    (trained, days)
}

/// The doses of a prescription, from the lowest.
struct Ladder {
    doses: Vec<Dose>,
    /// The dose that it begins with.
    first: usize,
    /// Whether its doses are rungs.
    has_rungs: bool,
    clean_sessions: u32,
}

impl Ladder {
    fn of(prescription: &Prescription) -> Self {
        let doses = match &prescription.grows_to {
            Some(most) => steps(&prescription.dose, most),
            None => vec![prescription.dose.clone()],
        };
        let has_rungs = prescription.dose.rung.is_some();
        let lowest = if has_rungs { ladder_below(&prescription.dose) } else { vec![] };
        // A ladder may fall below the rung that it began with.
        let first = lowest.len();
        let doses = lowest.into_iter().chain(doses).collect();
        Self { doses, first, has_rungs, clean_sessions: prescription.clean_sessions }
    }
}

/// Where the sessions of an exercise have led.
struct Climb<'b> {
    step: usize,
    /// Clean sessions since it was moved.
    streak: u32,
    /// How the latest sessions felt, since it was last moved back.
    recent: Vec<Zone>,
    /// The day of the last session that counted.
    counted: Option<Day>,
    setback: Option<&'b [Bout<'b>]>,
    moved: Option<(Moved, &'b [Bout<'b>])>,
}

impl<'b> Climb<'b> {
    fn from(ladder: &Ladder) -> Self {
        Self { step: ladder.first, streak: 0, recent: Vec::new(), counted: None, setback: None, moved: None }
    }

    /// What the sessions of one day and the morning after them make of it.
    fn answer(&mut self, case: &Case<'_>, ladder: &Ladder, session: &'b [Bout<'b>]) {
        let day = session[0].day;
        if let Some(zone) = session.iter().filter_map(|b| b.zone).max() {
            self.recent.push(zone);
        }
        let often = self.latest().iter().filter(|z| **z >= Zone::Amber).count() >= ABOVE;
        let back = match answer(case, &ladder.doses[self.step], session, ladder.has_rungs) {
            Answer::Back(why) => Some(why),
            _ if often => Some(format!("above its cap in {ABOVE} of the last {OF_LAST} sessions")),
            Answer::Unknown => None,
            Answer::Repeat => {
                self.streak = 0;
                self.moved = Some((Moved::Not, session));
                None
            }
            Answer::Clean => {
                // Sessions of one day, or of two days in a row on a ladder, count once.
                let rested = !ladder.has_rungs || self.counted.is_none_or(|last| day.since(last) >= 2);
                if rested {
                    self.streak += 1;
                    self.counted = Some(day);
                }
                if self.step == ladder.doses.len() - 1 {
                    // Nothing lies above: there is nothing left to count for.
                    self.streak = 0;
                } else if self.streak >= ladder.clean_sessions {
                    self.step += 1;
                    self.moved = Some((Moved::On(self.streak), session));
                    self.streak = 0;
                }
                None
            }
        };
        if let Some(why) = back {
            self.step = self.step.saturating_sub(1);
            self.moved = Some((Moved::Back(why), session));
            self.setback = Some(session);
            self.streak = 0;
            self.recent.clear();
        }
    }

    fn latest(&self) -> &[Zone] {
        &self.recent[self.recent.len().saturating_sub(OF_LAST)..]
    }

    /// All of it that what comes later goes on from, save how the latest sessions felt.
    fn stands(&self) -> (usize, u32, Option<Day>, Option<Day>) {
        let day = |session: &[Bout<'_>]| session[0].day;
        (self.step, self.streak, self.setback.map(day), self.moved.as_ref().map(|(_, session)| day(session)))
    }
}

/// The bouts of each day.
fn sessions<'b>(bouts: &'b [Bout<'b>]) -> impl Iterator<Item = &'b [Bout<'b>]> {
    bouts.chunk_by(|one, next| one.day == next.day)
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
/// Of days that were left out when the journal was read, only those that a dose rests on.
fn bouts<'a>(case: &'a Case<'_>, prescription: &'a Prescription) -> Vec<Bout<'a>> {
    let caps = case.course.phase(case.program).caps;
    let (from, today) = (case.course.current().from, case.today());
    let done = case.journal.bouts_of(&prescription.exercise, from, today);
    let known = |day| case.journal.past().is_none_or(|past| past.has_sessions_of(day));
    let done = done.filter(|bout| bout.what.skipped.is_none() && known(bout.entry.day)).map(|bout| Bout {
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
    let freed = rested(case, setback).is_some();
    let because =
        format!("it rests until {QUIET_DAYS} days without any symptom follow the setback of {setback}");
    (!freed).then_some((because, entries))
}

/// The first of the days without any symptom that end the rest after a setback.
fn rested(case: &Case<'_>, setback: Day) -> Option<Day> {
    let quiet = |day: Day| {
        // A day of which only a part was kept is not known to be quiet.
        if case.journal.past().is_some_and(|past| !past.has_all_of(day)) {
            return false;
        }
        let no_pain = case.diary.pains.get(day).is_some_and(|p| p.worst <= 0.0);
        let limps = case.journal.samples("limp", day, day).iter().any(|s| s.value >= 1.0);
        no_pain && !limps
    };
    // The run may have ended by now, or end with today's report.
    (1..=case.today().since(setback) - QUIET_DAYS + 1)
        .map(|n| setback.plus(n))
        .find(|first| (0..QUIET_DAYS).all(|k| quiet(first.plus(k))))
}
