//! What a bookmark leaves out is missed by nobody.

use sinew::domain::situation::Situation;

use super::super::rng::Rng;
use super::{Ledger, View};

/// One day in so many, what would change the advice is asked for as well; it takes long.
const ASK_EVERY: u64 = 15;

/// The number under which it is counted, behind those of the evidence.
pub(crate) const NUMBER: usize = 45;

/// What is read by a bookmark says the same as everything that is on record.
pub(crate) fn judge(view: &View<'_>, few: &Situation, rng: &mut Rng, ledger: &mut Ledger<'_>) {
    let whole = view.s;
    if few.journal.entries().len() >= whole.journal.entries().len() {
        return;
    }
    let library = view.library();
    ledger.evaluated();
    let mut same = few.says_the_same_as(whole);
    if rng.next().is_multiple_of(ASK_EVERY) {
        same &= few.change(library) == whole.change(library);
    }
    ledger.holds(NUMBER, same, || {
        let mut differs = vec![view.words()];
        if few.course != whole.course {
            differs.push("course".into());
        }
        for flag in whole.flags.iter().filter(|f| !few.flags.contains(f)) {
            differs.push(format!("lost {} of {:?} {:?}", flag.rule.id, flag.day, flag.opened));
        }
        for flag in few.flags.iter().filter(|f| !whole.flags.contains(f)) {
            differs.push(format!("has {} of {:?} {:?}", flag.rule.id, flag.day, flag.opened));
        }
        for (one, other) in whole.advice.findings.iter().zip(&few.advice.findings).filter(|(a, b)| a != b) {
            differs.push(format!("{one:?}, not {other:?}"));
        }
        for (one, other) in whole.plan.items.iter().zip(&few.plan.items).filter(|(a, b)| a != b) {
            differs.push(format!("{one:?}, not {other:?}"));
        }
        for (one, other) in whole.plan.left_out.iter().zip(&few.plan.left_out).filter(|(a, b)| a != b) {
            differs.push(format!("{one:?}, not {other:?}"));
        }
        differs.join("; ")
    });
}
