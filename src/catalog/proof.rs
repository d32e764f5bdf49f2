//! Checks that a criterion on readings can be met, can be failed, asks for the
//! better side of its measure, and says nothing that is not judged.

use crate::domain::criteria::PROOF_DAYS;
use crate::domain::measure::{Asked, Better, Measure, Unit};
use crate::domain::program::{MeasureTest, Op, Stat, Whose};

use super::codes::Code;
use super::reader::Node;

/// Reports what is wrong with a condition on readings of a known measure.
pub(super) fn checks(node: &Node<'_>, measure: &Measure, test: &MeasureTest) {
    readable(node, measure, test);
    if asks_for_good(measure, test) {
        value(node, measure, test);
    } else {
        let better = if measure.better == Better::Lower { "lower" } else { "higher" };
        let message = format!("this asks for the worse side: {} is better {better}", measure.name);
        let key = if measure.unit == Unit::YesNo { "is" } else { "op" };
        node.report(Code::WrongDirection, node.span_of(key), message, None);
    }
    window(node, measure, test);
}

/// There are readings of this kind, and on the side that is asked for.
fn readable(node: &Node<'_>, measure: &Measure, test: &MeasureTest) {
    if measure.asked == Asked::Session {
        let hint = "name the exercise under `session`".to_owned();
        let message = format!("{} is recorded with an exercise, and is no reading of its own", measure.name);
        node.report(Code::NeverMet, node.span_of("measure"), message, Some(hint));
    }
    if test.whose != Whose::Injured && !measure.sided {
        let message = format!("{} is not taken on two sides", measure.name);
        node.report(Code::NeverMet, node.span_of("side"), message, None);
    }
    if compares(test) && measure.unit == Unit::YesNo {
        let message = "yes and no cannot be set against each other".to_owned();
        let hint = Some("one of: injured, other".to_owned());
        node.report(Code::UnknownWord, node.span_of("side"), message, hint);
    }
}

fn compares(test: &MeasureTest) -> bool {
    matches!(test.whose, Whose::Ratio | Whose::Deficit)
}

fn asks_for_good(measure: &Measure, test: &MeasureTest) -> bool {
    match test.whose {
        // Against the other leg, less shortfall and more of it are always better.
        Whose::Ratio => test.op == Op::AtLeast,
        Whose::Deficit => test.op == Op::AtMost,
        _ => matches!((measure.better, test.op), (Better::Lower, Op::AtMost) | (Better::Higher, Op::AtLeast)),
    }
}

/// Some reading meets it, and some other one fails it.
fn value(node: &Node<'_>, measure: &Measure, test: &MeasureTest) {
    let key = if measure.unit == Unit::YesNo { "is" } else { "value" };
    let report = |code, message| node.report(code, node.span_of(key), message, None);
    let (low, high) = match test.whose {
        // Ours: the injured leg is never asked for more than the other one.
        Whose::Ratio => (0.0, 100.0),
        Whose::Deficit => (0.0, measure.range.1 - measure.range.0),
        _ => measure.range,
    };
    let (best, worst) = if test.op == Op::AtMost { (low, high) } else { (high, low) };
    if !test.op.holds(best, test.value) {
        if compares(test) {
            report(Code::OutOfRange, format!("against the other side, `value` runs from {low} to {high}"));
        } else {
            report(Code::NeverMet, format!("{} never reaches {}", measure.name, test.value));
        }
    } else if test.op.holds(worst, test.value) {
        report(Code::AlwaysMet, format!("{} is always {} {}", measure.name, test.op.words(), test.value));
    }
}

/// The window holds the readings, and the way of judging looks at them.
fn window(node: &Node<'_>, measure: &Measure, test: &MeasureTest) {
    if test.min_samples > test.days {
        let message = format!("{} days do not fit into a window of {}", test.min_samples, test.days);
        node.report(Code::NeverMet, node.span_of("min-samples"), message, None);
    }
    if compares(test) && test.stat != Stat::Latest {
        let hint = Some("write stat = \"latest\"".to_owned());
        let message = "two sides are compared by the latest reading of each".to_owned();
        node.report(Code::NoEffect, node.span_of("stat"), message, hint);
    } else if node.has("min-samples") && matches!(test.stat, Stat::Latest | Stat::DaysInARow) {
        let message = "`min-samples` counts with `worst` and `median` only".to_owned();
        node.report(Code::NoEffect, node.span_of("min-samples"), message, None);
    }
    // The worst of a longer window asks for a recent reading by itself.
    let test_of_one_day = measure.asked == Asked::Test && matches!(test.stat, Stat::Latest | Stat::Median);
    if test_of_one_day && i64::from(test.days) > PROOF_DAYS {
        let message = format!("a home test proves something for {PROOF_DAYS} days");
        node.report(Code::OldProof, node.span_of("days"), message, None);
    }
}
