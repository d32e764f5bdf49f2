//! Invariants about several injuries at once.

use sinew::domain::entry::Side;
use sinew::domain::library::Urgency;
use sinew::domain::limits::{self, Kind};
use sinew::domain::schedule::ItemKind;
use sinew::domain::situation::Situation;

use super::{Ledger, View};

pub(super) fn judge(v: &View<'_>, ledger: &mut Ledger<'_>) {
    iv_40(v, ledger);
}

/// Injuries at the same time: a plan holds only what the others allow, and
/// what stops one stops all. Flags that only ask for a visit stay with their
/// own episode. Work on one leg alone asks nothing of the other leg, and what
/// another program does not know it does not forbid, unless a limit does.
fn iv_40(v: &View<'_>, ledger: &mut Ledger<'_>) {
    for other in v.others {
        for flag in other.open_flags().filter(|f| f.episode.is_none() && f.rule.urgency >= Urgency::Urgent) {
            let here = v.s.open_flags().any(|f| f.rule.id == flag.rule.id);
            ledger.holds(40, here, || format!("{}: {} of the other is missing", v.words(), flag.rule.id));
        }
        if other.course.finished {
            continue;
        }
        for (item, exercise) in v.exercises() {
            let legs = v.thread.episode.side.and_then(Side::other);
            if exercise.sided && legs.is_some() && legs == other.episode.side {
                continue;
            }
            let ok = allows(v, other, &item.id, &exercise.tags);
            ledger.holds(40, ok, || {
                format!(
                    "{}: {} against {} in {}",
                    v.words(),
                    item.id,
                    other.program.id,
                    other.course.phase(&other.program).id
                )
            });
        }
    }
}

fn allows(v: &View<'_>, other: &Situation, exercise: &str, tags: &[String]) -> bool {
    let listed = other.plan.items.iter().any(|i| i.kind == ItemKind::Exercise && i.id == exercise);
    let left_out = other.plan.left_out.iter().any(|l| l.id == exercise);
    let here = other.course.current().phase;
    let holds = |phase: usize| other.program.phases[phase].exercises.iter().any(|e| e.exercise == exercise);
    let known = (0..=here).any(holds);
    let later = (here + 1..other.program.phases.len()).any(holds);
    let barred = other.judge(v.library(), |case| limits::barred(case, Kind::Exercise, tags).is_some());
    listed || (!left_out && (known || !later) && !barred)
}
