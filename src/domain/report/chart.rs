//! One measure over the days, with the phases below it, what they call green,
//! amber and red, and what happened on the way. A day without a reading is
//! absent: it is never zero, and never taken from its neighbours.

use serde::Serialize;

use super::super::criteria::Case;
use super::super::day::Day;
use super::super::entry::EntryId;
use super::super::measure::{Better, Measure, PAIN_ANY, PAIN_WORST, Unit};
use super::super::screening::Flag;
use super::DayReport;

/// The measures that the caps of a phase speak of. A morning is judged by its
/// baseline, and each test by its own criterion.
const CAPPED: [&str; 2] = [PAIN_ANY, PAIN_WORST];

/// What one day says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Value {
    /// The day.
    pub day: Day,
    /// Its worst value.
    pub value: f64,
}

/// A stretch of days in one phase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Band {
    /// Id of the phase.
    pub phase: String,
    /// Its name.
    pub name: String,
    /// Its place in the program, from 1.
    pub position: usize,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The highest pain that its caps call green; nothing for other measures.
    pub green: Option<f64>,
    /// The highest that they call amber: above it is red.
    pub amber: Option<f64>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MarkKind {
    /// A step back.
    StepBack,
    /// A flag was raised.
    Flag,
}

/// Something that happened on a day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// The day.
    pub day: Day,
    /// What happened.
    pub kind: MarkKind,
    /// The phase that was gone back to, or the rule of the flag.
    pub id: String,
    /// The entries behind it.
    pub entries: Vec<EntryId>,
}

/// One measure over the days.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// Id of the measure.
    pub measure: String,
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// The lowest and the highest value that there can be.
    pub range: (f64, f64),
    /// Which way it improves.
    pub better: Better,
    /// The first day that is shown.
    pub from: Day,
    /// The same as days since onset.
    pub number: i64,
    /// The last one: today.
    pub to: Day,
    /// The days with a reading.
    pub values: Vec<Value>,
    /// On how many days there is none.
    pub unknown: usize,
    /// The phases.
    pub bands: Vec<Band>,
    /// What happened.
    pub marks: Vec<Mark>,
}

impl Chart {
    /// The worst value of each `step` days of a stretch; nothing where none of
    /// them has a reading.
    pub fn worst_by(&self, from: Day, to: Day, step: i64) -> Vec<Option<f64>> {
        let columns = to.since(from) / step.max(1) + 1;
        let mut worst: Vec<Option<f64>> = (0..columns).map(|_| None).collect();
        for Value { day, value } in self.values.iter().filter(|v| v.day >= from && v.day <= to) {
            let at = usize::try_from(day.since(from) / step.max(1)).ok();
            if let Some(column) = at.and_then(|at| worst.get_mut(at)) {
                *column = Some(column.map_or(*value, |known| self.worse(known, *value)));
            }
        }
        worst
    }

    /// The worst day, the latest of them where there are several.
    pub fn worst(&self) -> Option<Value> {
        let is_worse = |a: &Value, b: &Value| self.worse(a.value, b.value).total_cmp(&b.value).is_ne();
        self.values.iter().copied().reduce(|a, b| if is_worse(&a, &b) { a } else { b })
    }

    /// The phase of a day, where it was in one.
    pub fn band(&self, day: Day) -> Option<&Band> {
        self.bands.iter().find(|b| b.from <= day && day <= b.to)
    }

    /// The worse of two values.
    fn worse(&self, one: f64, other: f64) -> f64 {
        match self.better {
            Better::Lower => one.max(other),
            Better::Higher => one.min(other),
        }
    }
}

/// Draws up a measure over some days.
pub(super) fn chart(case: &Case<'_>, flags: &[Flag], measure: &Measure, days: &[DayReport]) -> Chart {
    let to = case.today();
    let from = days.first().map_or(to, |d| d.day);
    let values: Vec<Value> = if measure.id == PAIN_ANY {
        let pains = case.diary.pains.range(from..=to.max(from));
        pains.iter().map(|pain| Value { day: pain.day, value: pain.worst }).collect()
    } else {
        let of = |d: &DayReport| Some(Value { day: d.day, value: *d.readings.get(measure.id.as_str())? });
        days.iter().filter_map(of).collect()
    };
    Chart {
        measure: measure.id.clone(),
        name: measure.name.clone(),
        unit: measure.unit,
        range: measure.range,
        better: measure.better,
        from,
        number: from.since(case.course.onset),
        to,
        unknown: days.len().saturating_sub(values.len()),
        values,
        bands: bands(case, measure, from, to),
        marks: marks(case, flags, from, to),
    }
}

/// The phases of these days; a day that saw a change belongs to the later one.
fn bands(case: &Case<'_>, measure: &Measure, from: Day, to: Day) -> Vec<Band> {
    let spans = case.course.spans.iter().filter_map(|span| {
        let last = span.to.map_or(to, |next| next.minus(1)).min(to);
        let first = span.from.max(from);
        (first <= last).then_some((span.phase, first, last))
    });
    let mut bands: Vec<Band> = Vec::new();
    for (at, from, to) in spans {
        let phase = &case.program.phases[at];
        let cap = |cap: f64| CAPPED.contains(&measure.id.as_str()).then_some(cap);
        bands.push(Band {
            phase: phase.id.clone(),
            name: phase.name.clone(),
            position: at + 1,
            from,
            to,
            green: cap(phase.caps.green),
            amber: cap(phase.caps.amber),
        });
    }
    bands
}

/// The steps back and the flags of these days, in order.
fn marks(case: &Case<'_>, flags: &[Flag], from: Day, to: Day) -> Vec<Mark> {
    let back = case.course.spans.iter().filter(|span| span.stepped_back).map(|span| Mark {
        day: span.from,
        kind: MarkKind::StepBack,
        id: case.program.phases[span.phase].id.clone(),
        entries: vec![span.entry.clone()],
    });
    let raised = flags.iter().filter(|f| f.episode.is_none()).filter_map(|flag| {
        Some(Mark {
            day: flag.day?,
            kind: MarkKind::Flag,
            id: flag.rule.id.clone(),
            entries: flag.because.iter().filter_map(|b| b.entry.clone()).collect(),
        })
    });
    let mut marks: Vec<Mark> = back.chain(raised).filter(|m| m.day >= from && m.day <= to).collect();
    marks.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    marks
}
