//! Progress: where the recovery stands, one measure drawn over the days, the
//! trends, the weeks, and how the plan was kept to.

mod chart;
mod tables;
mod trends;

use crate::domain::library::Library;
use crate::domain::report::{Expected, Report, Window};
use crate::domain::situation::Situation;

use super::kept::kept;
use super::page::{Page, alert, alert_again};

/// From how many days on they are told by the week.
const DAYS_SHOWN: usize = 21;

/// The whole page.
pub fn progress(page: &Page, library: &Library, s: &Situation, report: &Report) -> String {
    let mut text = alert(page, s.flags.iter());
    text.push_str(&expected(page, &report.expected));
    text.push_str(&chart::chart(page, library, &report.chart));
    text.push_str(&trends::trends(page, library, &report.trends));
    text.push_str(&tables::tables(page, report));
    text.push_str(&kept(page, library, &report.days, &report.adherence));
    text.push_str(&tables::legs(page, s, &report.legs));
    text.push_str(&tables::loads(page, report));
    text.push_str(&alert_again(page, s.flags.iter()));
    text
}

/// Where the recovery stands against the usual one: days and no verdict.
fn expected(page: &Page, expected: &Expected) -> String {
    let Expected { day, usual: (first, last), usual_days, stands, phase, .. } = expected;
    let window = format!("day {} to {} ({first} to {last})", usual_days.0, usual_days.1);
    let words = match stands {
        Window::Before => format!("Day {day}. The usual window of this program is {window}, for some later."),
        Window::Within => format!(
            "Day {day}, within the usual window of this program: {window}. Some take longer, and criteria decide, not days."
        ),
        Window::After => format!(
            "Day {day}. The usual window of this program was {window}: some take longer. `sinew next` says what is missing."
        ),
        Window::Finished => {
            format!("Day {day}. The program has done its work; its usual window is {window}.")
        }
    };
    let mut text = page.wrap(&words, "", "  ");
    if *stands != Window::Finished {
        let look = match phase.look_by {
            Some(by) if phase.overdue => format!(" It still lasts, and {by} has come: time to be seen."),
            Some(by) => format!(" When it still lasts on {by}, it is time to be seen."),
            None => String::new(),
        };
        let words = format!(
            "Phase {} of {} ({}), since {}.{look}",
            phase.position, phase.of, phase.name, phase.since
        );
        text.push_str(&page.wrap(&words, "", "  "));
    }
    text
}
