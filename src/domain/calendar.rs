//! The coming days as a calendar: sessions, home tests and check-ins, or, while
//! a warning stands open, what it asks for and nothing else.
//!
//! A calendar that was exported stays in a phone, so that each export has to put
//! the one before it right. Each kind of thing is therefore one series with one
//! name for good: a later export replaces it as a whole, and a day that is no
//! longer due is gone with it. A series without a day is cancelled. No day has a
//! name of its own that could be left behind.

use std::collections::BTreeMap;

use super::ahead::Ahead;
use super::checkin::{tests, wanted};
use super::criteria::{Case, PROOF_DAYS};
use super::day::{At, Day};
use super::library::{NUMBER, NUMBER_KEY, Urgency};
use super::measure::PAIN_MORNING;
use super::needs::{Need, NeedKind};
use super::schedule::ItemKind;
use super::screening::Flag;
use super::situation::Situation;

/// What a series is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// What an open warning asks for, on each whole day.
    Warning,
    /// The check-in of the morning.
    MorningCheckIn,
    /// The check-in of the evening.
    EveningCheckIn,
    /// The first session of a day.
    MorningSession,
    /// The one at midday, of what is due three times.
    MiddaySession,
    /// The one in the evening, of what is due twice.
    EveningSession,
    /// Home tests.
    Tests,
}

impl What {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 7] = [
        Self::Warning,
        Self::MorningCheckIn,
        Self::MorningSession,
        Self::MiddaySession,
        Self::Tests,
        Self::EveningSession,
        Self::EveningCheckIn,
    ];

    /// Its name, which never changes: a calendar knows a series by it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::MorningCheckIn => "check-in-morning",
            Self::EveningCheckIn => "check-in-evening",
            Self::MorningSession => "session-morning",
            Self::MiddaySession => "session-midday",
            Self::EveningSession => "session-evening",
            Self::Tests => "home-tests",
        }
    }

    /// When it begins, by the clock of wherever the person is, and how many
    /// minutes are set aside for it; nothing for a whole day. The check-in of the
    /// morning comes before the session, that of the evening after it.
    pub fn time(self) -> Option<(u32, u32, u32)> {
        match self {
            Self::Warning => None,
            Self::MorningCheckIn => Some((8, 0, 5)),
            Self::MorningSession => Some((8, 30, 30)),
            Self::MiddaySession => Some((12, 30, 30)),
            Self::Tests => Some((17, 30, 15)),
            Self::EveningSession => Some((18, 30, 30)),
            Self::EveningCheckIn => Some((20, 0, 5)),
        }
    }

    /// What stands in a calendar that others may see: no word of an injury.
    /// What a warning asks for is its own title.
    fn title(self) -> &'static str {
        match self {
            Self::Warning => "sinew",
            Self::MorningCheckIn | Self::EveningCheckIn => "sinew: check-in",
            Self::MorningSession | Self::MiddaySession | Self::EveningSession => "sinew: session",
            Self::Tests => "sinew: tests",
        }
    }
}

/// One thing on some of the coming days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What it is.
    pub what: What,
    /// Its title.
    pub title: String,
    /// Its days, in order; none when nothing of it is due any more.
    pub days: Vec<Day>,
    /// What to know of it, a line each.
    pub details: Vec<String>,
}

/// The coming days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The moment at which they were looked at.
    pub at: At,
    /// The day that this was.
    pub today: Day,
    /// Grows with each entry and each day, and never falls.
    pub sequence: i64,
    /// The series, always all of them.
    pub series: Vec<Series>,
}

/// Draws up the calendar of today and `days` more.
///
/// `recorded` counts everything that was ever on record, taken back or erased as
/// well: it only grows.
pub fn calendar(case: &Case<'_>, s: &Situation, ahead: Option<&Ahead>, days: u32, recorded: i64) -> Calendar {
    let now = case.journal.now();
    let all: Vec<Day> = (0..=i64::from(days)).map(|n| now.day.plus(n)).collect();
    let opened = Day::of_date(case.episode.opened.date_naive());
    let mut series: BTreeMap<What, Series> = BTreeMap::new();
    let mut add = |what: What, days: Vec<Day>, details: Vec<String>| {
        series.insert(what, Series { what, title: what.title().to_owned(), days, details });
    };
    let warning = s.open_flags().filter(|f| f.rule.urgency >= Urgency::Urgent).max_by_key(|f| f.rule.urgency);
    match warning {
        Some(flag) => add(What::Warning, all, of_warning(flag)),
        None if case.course.finished => {}
        None => {
            for what in [What::MorningCheckIn, What::EveningCheckIn] {
                add(what, all.clone(), of_check_in(case, s, what));
            }
            for (what, due) in sessions(s, ahead) {
                add(what, due.keys().copied().collect(), of_session(&due));
            }
            let due = home_tests(case, s);
            let due: BTreeMap<Day, Vec<String>> =
                due.into_iter().filter(|(day, _)| all.contains(day)).collect();
            add(What::Tests, due.keys().copied().collect(), of_session(&due));
        }
    }
    let gone = |what: What| Series { what, title: what.title().to_owned(), days: vec![], details: vec![] };
    let stands = format!("As of {}. What you log decides: `sinew today` says what is due.", now.day);
    let series = What::ALL.map(|what| {
        let mut one = series.remove(&what).filter(|one| !one.days.is_empty()).unwrap_or_else(|| gone(what));
        if let Some(flag) = warning.filter(|_| what == What::Warning) {
            one.title = action(flag);
        }
        if !one.days.is_empty() && what != What::Warning {
            one.details.push(stands.clone());
        }
        one
    });
    let sequence = recorded + now.day.since(opened).max(0);
    Calendar { at: now.at, today: now.day, sequence, series: series.into() }
}

fn action(flag: &Flag) -> String {
    flag.rule.action.replace(NUMBER_KEY, NUMBER)
}

fn of_warning(flag: &Flag) -> Vec<String> {
    let mut lines = vec![action(flag)];
    lines.extend(flag.rule.do_not.iter().cloned());
    lines.push(format!("This can be a sign of {}.", flag.rule.can_be_a_sign_of));
    lines.push("No exercise until a clinician's outcome is on record (sinew clear).".to_owned());
    lines
}

fn of_check_in(case: &Case<'_>, s: &Situation, what: What) -> Vec<String> {
    let mut lines = Vec::new();
    if s.advice.ask_now.is_some() {
        lines.push("Answer the red-flag questions first: sinew screen".to_owned());
    }
    let waking = case.library.measure_name(PAIN_MORNING);
    lines.push(match what {
        What::MorningCheckIn => format!("Tell the {waking}: sinew log --morning N"),
        _ => "Tell how the day was: sinew log".to_owned(),
    });
    lines
}

/// What each session of each day holds, today's as far as it is left.
fn sessions(s: &Situation, ahead: Option<&Ahead>) -> BTreeMap<What, BTreeMap<Day, Vec<String>>> {
    let mut sessions: BTreeMap<What, BTreeMap<Day, Vec<String>>> = BTreeMap::new();
    let mut add = |day: Day, name: &str, due: u32, done: u32| {
        let slots: &[What] = match due {
            0 => &[],
            1 => &[What::MorningSession],
            2 => &[What::MorningSession, What::EveningSession],
            _ => &[What::MorningSession, What::MiddaySession, What::EveningSession],
        };
        let more = if due > 3 { format!(" ({due} times in the day)") } else { String::new() };
        for what in slots.iter().skip(usize::try_from(done).unwrap_or(usize::MAX)) {
            sessions.entry(*what).or_default().entry(day).or_default().push(format!("{name}{more}"));
        }
    };
    let Some(ahead) = ahead else { return sessions };
    let today = s.journal.now().day;
    for item in s.plan.items.iter().filter(|i| i.kind == ItemKind::Exercise) {
        add(today, &item.name, item.due, item.done);
    }
    for day in &ahead.days {
        for item in &day.items {
            add(day.day, &item.name, item.due, 0);
        }
    }
    sessions
}

/// The home tests by the day on which they are put: those that are due now,
/// tomorrow, since the check-in of today asks for them anyhow; and the others on
/// the first day on which a result still counts when the phase can end.
fn home_tests(case: &Case<'_>, s: &Situation) -> BTreeMap<Day, Vec<String>> {
    let tomorrow = case.today().plus(1);
    let due = tests(case, &s.advice);
    let mut by_day: BTreeMap<Day, Vec<String>> = BTreeMap::new();
    for need in wanted(case, &s.advice).iter().filter(|need| need.kind == NeedKind::Test) {
        let now = due.iter().any(|n: &Need| n.id == need.id);
        let counts_from = s.advice.earliest.map(|day| day.minus(PROOF_DAYS - 1));
        let day = if now { tomorrow } else { counts_from.unwrap_or(tomorrow).max(tomorrow) };
        let names = by_day.entry(day).or_default();
        // Two criteria can ask for one test.
        if !names.contains(&need.name) {
            names.push(need.name.clone());
        }
    }
    by_day
}

/// A line for each stretch of days with the same things on it.
fn of_session(due: &BTreeMap<Day, Vec<String>>) -> Vec<String> {
    let days: Vec<(&Day, &Vec<String>)> = due.iter().collect();
    days.chunk_by(|(a, one), (b, other)| b.since(**a) == 1 && one == other)
        .map(|days| {
            let (first, last) = (days[0].0, days[days.len() - 1].0);
            let when = if first == last { first.to_string() } else { format!("{first} to {last}") };
            format!("{when}: {}", days[0].1.join(", "))
        })
        .collect()
}
