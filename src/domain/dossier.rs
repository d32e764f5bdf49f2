//! What is on record of one episode, for another system to take in: every entry with
//! what became of it, the plan phase by phase, and what was asked for and is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::DateTime;

use super::advice::Action;
use super::archive::Filed;
use super::course::{grading, program_of};
use super::criteria::Case;
use super::day::{At, Day, Now};
use super::entry::{DecisionKind, Entry, EntryId, Side};
use super::finding::{Finding, Verdict};
use super::journal::{answers, in_order};
use super::library::Library;
use super::measure::PAIN_ANY;
use super::program::{Criterion, MeasureTest, Phase, Stat, Subject, Whose};
use super::situation::Situation;
use super::trail::Trail;

/// An entry, and whether it still counts.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The entry with its device.
    pub filed: Filed,
    /// Whether nothing that stands replaced it or took it back.
    pub stands: bool,
}

impl Kept {
    /// The entry.
    pub fn entry(&self) -> &Entry {
        &self.filed.entry
    }

    /// When it was written down; for a row of a diary, whose file does not say so,
    /// the moment that it speaks of.
    pub fn written(&self) -> At {
        let entry = self.entry();
        // A UUID of version 7 begins with the clock. That of a row does not.
        let by_clock = entry.id.as_str().as_bytes().get(14) == Some(&b'7');
        let millis = entry.id.written().filter(|_| by_clock);
        let written = millis.and_then(DateTime::from_timestamp_millis);
        written.map_or(entry.at, |at| at.with_timezone(entry.at.offset()))
    }
}

/// Where a plan stands, or a phase of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It was never entered.
    Ahead,
    /// It goes on.
    Active,
    /// It rests, or an open warning stopped it.
    OnHold,
    /// A step back led out of it.
    Left,
    /// It is over.
    Completed,
}

/// A phase of the program, and when it was lived through.
#[derive(Clone, Copy, Debug)]
pub struct Stay<'a> {
    /// The phase.
    pub phase: &'a Phase,
    /// Where it stands.
    pub progress: Progress,
    /// Its first day; nothing when it was never entered.
    pub from: Option<Day>,
    /// Its last day; nothing while it lasts.
    pub to: Option<Day>,
}

/// What the present phase asks for, and the verdict on it.
#[derive(Clone, Copy, Debug)]
pub struct Aim<'a> {
    /// The criterion.
    pub criterion: &'a Criterion,
    /// The finding.
    pub finding: &'a Finding,
}

/// A measure that the present phase asks for, and of which there is no reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// Id of the measure.
    pub measure: String,
    /// The leg, where it is taken on one at a time.
    pub side: Option<Side>,
    /// The first day of those looked at.
    pub first: Day,
    /// The last one.
    pub last: Day,
}

/// Everything on record of one episode.
#[derive(Clone, Debug)]
pub struct Dossier<'a> {
    /// What its entries refer to.
    pub library: &'a Library,
    /// The episode as it stands.
    pub situation: &'a Situation,
    /// What stands for the person, whom nothing here names.
    pub person: String,
    /// Content hash of the program.
    pub program: Option<String>,
    /// Who gave the grade: `self` or the role of a clinician.
    pub graded_by: Option<String>,
    /// Whether a clinician gave it, as the person says.
    pub graded_by_clinician: bool,
    /// Where the plan stands.
    pub progress: Progress,
    /// The day on which it was finished.
    pub finished: Option<Day>,
    /// Its phases, in order.
    pub stays: Vec<Stay<'a>>,
    /// What the present phase asks for; nothing once the plan is over.
    pub aims: Vec<Aim<'a>>,
    /// What of it was never measured.
    pub lacking: Vec<Lacking>,
    /// What its entries name.
    pub named: Named,
}

/// What the entries of an episode name, so that they can be gone through one by one.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The devices that they were written on.
    pub devices: BTreeSet<String>,
    /// The questions that they answer.
    pub questions: BTreeSet<String>,
    /// Those of them that a warning or a correction speaks of.
    pub entries: BTreeMap<EntryId, Kept>,
}

impl Named {
    /// Gathers what entries name, `spoken_of` being the ids that something speaks of.
    pub fn add(&mut self, kept: &Kept, spoken_of: &BTreeSet<EntryId>) {
        if !self.devices.contains(&kept.filed.device) {
            self.devices.insert(kept.filed.device.clone());
        }
        for answer in answers(kept.entry()) {
            if !self.questions.contains(&answer.question) {
                self.questions.insert(answer.question.clone());
            }
        }
        if spoken_of.contains(&kept.entry().id) {
            self.entries.insert(kept.entry().id.clone(), kept.clone());
        }
    }
}

/// The entries that the warnings of a situation speak of, and some corrections.
pub fn spoken_of(situation: &Situation, corrections: &[Arc<Entry>]) -> BTreeSet<EntryId> {
    let flags = || situation.flags.iter();
    let because = flags().flat_map(|flag| &flag.because).filter_map(|because| because.entry.as_ref());
    let cleared = flags().filter_map(|flag| flag.cleared_by.as_ref());
    let replaced = corrections.iter().filter_map(|e| e.corrects.as_ref()).map(|c| &c.replaces);
    because.chain(cleared).chain(replaced).cloned().collect()
}

/// Puts together what is on record of an episode, besides its entries.
pub fn dossier<'a>(
    library: &'a Library,
    situation: &'a Situation,
    person: String,
    named: Named,
) -> Dossier<'a> {
    let (course, journal) = (&situation.course, &situation.journal);
    let grading = grading(journal);
    let finish = journal.decisions().filter(|d| d.what.kind == DecisionKind::Finish).last();
    let finished = finish.filter(|_| course.finished).map(|d| d.entry.day);
    let progress = match () {
        () if course.finished => Progress::Completed,
        () if course.paused().is_some() || situation.advice.action == Action::Stop => Progress::OnHold,
        () => Progress::Active,
    };
    let aims = if course.finished { vec![] } else { aims(situation) };
    let lacking = situation.judge(library, |case| lacking(case, &aims));
    Dossier {
        library,
        situation,
        person,
        program: program_of(journal).map(str::to_owned),
        graded_by: grading.as_ref().map(|d| d.what.by.clone()),
        graded_by_clinician: grading.is_some_and(|d| d.what.by_clinician()),
        progress,
        finished,
        stays: stays(situation, progress, finished),
        aims,
        lacking,
        named,
    }
}

/// Those entries that exist at a moment, each with its fate, in the order of the moments
/// that they speak of.
pub fn kept(trail: &Trail<'_>, mut filed: Vec<Filed>, now: Now) -> Vec<Kept> {
    filed.retain(|f| now.knows(f.entry.day, f.entry.at));
    filed.sort_by(|a, b| in_order(&a.entry, &b.entry));
    let kept = |filed: Filed| {
        let stands = trail.standing(&filed.entry.id).next().is_none();
        Kept { filed, stands }
    };
    filed.into_iter().map(kept).collect()
}

fn stays(situation: &Situation, progress: Progress, finished: Option<Day>) -> Vec<Stay<'_>> {
    let course = &situation.course;
    let present = course.current().phase;
    let phases = situation.program.phases.iter().enumerate();
    let stay = |(at, phase)| {
        let mut spans = course.spans.iter().filter(|span| span.phase == at);
        let (first, last) = (spans.clone().next(), spans.next_back());
        let progress = match first {
            None => Progress::Ahead,
            Some(_) if at == present => progress,
            Some(_) if at > present => Progress::Left,
            Some(_) => Progress::Completed,
        };
        let to = if at == present { finished } else { last.and_then(|span| span.to) };
        Stay { phase, progress, from: first.map(|span| span.from), to }
    };
    phases.map(stay).collect()
}

fn aims(situation: &Situation) -> Vec<Aim<'_>> {
    let phase = situation.course.phase(&situation.program);
    let asked = phase.exit.iter().filter(|c| c.is_for(situation.episode.goal));
    let aim = |criterion: &'_ Criterion| {
        let id = format!("{}.{}", phase.id, criterion.id);
        situation.advice.findings.iter().find(|f| f.id == id)
    };
    asked.filter_map(|criterion| Some(Aim { criterion, finding: aim(criterion)? })).collect()
}

/// The measures of unknown criteria that nobody read within their days. A criterion
/// that has readings, only too few, is unknown as well: its readings speak for it.
fn lacking(case: &Case<'_>, aims: &[Aim<'_>]) -> Vec<Lacking> {
    let mut lacking = Vec::new();
    for aim in aims.iter().filter(|aim| aim.finding.verdict == Verdict::Unknown) {
        let Subject::Measure(test) = &aim.criterion.subject else { continue };
        // A run of days may have ended yesterday.
        let window = i64::from(test.days) - i64::from(test.stat != Stat::DaysInARow);
        let (first, last) = (case.today().minus(window).max(case.course.onset), case.today());
        for side in unread(case, test, first, last) {
            let one = Lacking { measure: test.measure.clone(), side, first, last };
            if !lacking.contains(&one) {
                lacking.push(one);
            }
        }
    }
    lacking
}

/// The legs that a test asks for and that have no reading from `first` to `last`.
fn unread(case: &Case<'_>, test: &MeasureTest, first: Day, last: Day) -> Vec<Option<Side>> {
    let samples = match test.measure.as_str() {
        PAIN_ANY => case.journal.pains(case.library, first, last),
        measure => case.journal.samples(measure, first, last),
    };
    let injured = case.episode.side;
    let sided = case.library.measures.get(&test.measure).is_some_and(|m| m.sided);
    let (Some(injured), true) = (injured.filter(|side| side.other().is_some()), sided) else {
        return if samples.is_empty() { vec![None] } else { vec![] };
    };
    let wanted: &[bool] = match test.whose {
        Whose::Injured => &[true],
        Whose::Other => &[false],
        Whose::Ratio | Whose::Deficit => &[true, false],
    };
    let read = |mine: bool| samples.iter().any(|s| case.is_injured(s.side) == mine);
    let unread = wanted.iter().filter(|mine| !read(**mine));
    unread.map(|mine| if *mine { Some(injured) } else { injured.other() }).collect()
}
