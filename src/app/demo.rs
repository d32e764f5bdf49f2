//! The demo: a whole recovery played from a bundled diary, day by day, in a
//! store that lives in memory.

use chrono::{FixedOffset, TimeZone};

use crate::catalog::Catalog;
use crate::domain::advice::Action;
use crate::domain::day::{At, Day, Now};
use crate::domain::entry::{Entry, Side};
use crate::domain::episode::{Episode, Goal, Manner};
use crate::domain::finding::Verdict;
use crate::domain::situation::StoryDay;
use crate::store::Store;

use super::start::{StartRequest, day_ends};
use super::{App, AppError};

/// The bundled diary: a grade 2 strain with a flare and two days without entries.
const DIARY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/programs/demo/grade-2-hamstring.csv"));

/// A recovery that was played.
#[derive(Debug)]
pub struct Played {
    /// The days, in order.
    pub days: Vec<StoryDay>,
    /// The catalogue and the throwaway store, for looking at it afterwards.
    pub app: App,
    /// The episode.
    pub episode: Episode,
    /// The evening of the last day.
    pub now: Now,
}

/// Plays the diary, accepting each advance on the day on which it is first
/// advised. `each_day` hears of the days done and of all.
///
/// # Errors
///
/// When the store or a definition refuses.
pub fn play(catalog: Catalog, mut each_day: impl FnMut(u64, u64)) -> Result<Played, AppError> {
    let mut app = App::new(catalog, Store::in_memory()?);
    let onset = chrono::NaiveDate::from_ymd_opt(2026, 3, 2)
        .map_or(Day::of_date(chrono::NaiveDate::MIN), Day::of_date);
    let mut now = evening(onset);
    let request = StartRequest {
        condition: "hamstring-strain".to_owned(),
        grade: Some(2),
        graded_by: "self".to_owned(),
        side: Some(Side::Left),
        onset,
        manner: Some(Manner::Sudden),
        region: Some("back-of-thigh".to_owned()),
        goal: Goal::SprintSport,
        title: None,
        answers: vec![],
        note: None,
    };
    let episode = app.start(request, now)?;
    let rows = app.diary(&episode, DIARY.as_bytes(), evening(onset.plus(365)))?;
    let last = rows.iter().map(|e| e.day).max().unwrap_or(onset);
    let total = u64::try_from(last.since(onset) + 1).unwrap_or(1);
    let mut days = Vec::new();
    for done in 0..total {
        let day = onset.plus(i64::try_from(done).unwrap_or(0));
        now = evening(day);
        let today: Vec<Entry> = rows.iter().filter(|e| e.day == day).cloned().collect();
        app.append(&episode, &today)?;
        days.push(play_day(&mut app, &episode, today.len(), now)?);
        each_day(done + 1, total);
    }
    Ok(Played { days, app, episode, now })
}

fn play_day(app: &mut App, episode: &Episode, logged: usize, now: Now) -> Result<StoryDay, AppError> {
    let situation = app.situation(episode, now)?;
    let advice = &situation.advice;
    let pains = situation.journal.pains(&app.catalog.library, now.day, now.day);
    let mut day = StoryDay {
        day: now.day,
        number: now.day.since(episode.onset),
        phase: situation.course.phase(&situation.program).id.clone(),
        logged,
        pain: pains.iter().map(|s| s.value).reduce(f64::max),
        action: advice.action,
        against: advice.findings.iter().filter(|f| f.verdict != Verdict::Met).cloned().collect(),
        entered: None,
        full_return: advice.full_return.is_some_and(|r| r.cleared),
    };
    if advice.action == Action::Advance {
        day.entered = app.accept(&situation, now)?.phase;
    }
    Ok(day)
}

/// The last second of a day.
fn evening(day: Day) -> Now {
    let utc: At = FixedOffset::east_opt(0)
        .map(|offset| offset.from_utc_datetime(&day.date().and_time(chrono::NaiveTime::MIN)))
        .unwrap_or_default();
    Now::at(day_ends(day, Now::at(utc)))
}
