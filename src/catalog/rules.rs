//! Reads the questions, and the red flags over their answers.

use crate::domain::library::{Clause, Library, NumberOp, Rule, Urgency, Wanted, When};
use crate::domain::question::{AnswerValue, Holds, Question, QuestionKind};
use crate::domain::watch::Watch;

use super::basis::{CARE_TAGS, basis, new_id};
use super::codes::Code;
use super::reader::{Node, did_you_mean};

pub(super) fn questions(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("question") {
        let id = node.text("id");
        new_id(&node, library.question(&id).is_some(), &id);
        let kind = question_kind(&node);
        let calm = match node.opt_text("calm") {
            None if kind == QuestionKind::YesNo => Some(AnswerValue::No),
            None => None,
            Some(word) => calming(&node, &kind, &word),
        };
        let holds = [
            ("day", Holds::Day),
            ("week", Holds::Week),
            ("episode", Holds::Episode),
            ("always", Holds::Always),
        ];
        let question = Question {
            ask: node.text("ask"),
            help: node.opt_text("help"),
            group: node.text("group"),
            holds: node.word("holds", &holds),
            calm,
            kind,
            id,
        };
        // The rows of the evidence that it serves: for people who review the file.
        node.texts("for");
        node.done();
        library.add_question(question);
    }
}

fn question_kind(node: &Node<'_>) -> QuestionKind {
    match node.word("kind", &[("yes-no", 0), ("choice", 1), ("number", 2)]) {
        0 => QuestionKind::YesNo,
        1 => {
            let choices = node.texts("choices");
            if choices.len() < 2 {
                node.report(
                    Code::TooFew,
                    node.span_of("choices"),
                    "a choice needs two choices".to_owned(),
                    None,
                );
            }
            QuestionKind::Choice { choices, many: node.flag("many") }
        }
        _ => QuestionKind::Number { range: node.range("range"), unit: node.text("unit") },
    }
}

fn calming(node: &Node<'_>, kind: &QuestionKind, word: &str) -> Option<AnswerValue> {
    let answer = match kind {
        QuestionKind::YesNo if word == "yes" => Some(AnswerValue::Yes),
        QuestionKind::YesNo if word == "no" => Some(AnswerValue::No),
        QuestionKind::Choice { choices, .. } if choices.iter().any(|c| c == word) => {
            Some(AnswerValue::Choices(vec![word.to_owned()]))
        }
        _ => None,
    };
    if answer.is_none() {
        node.report(
            Code::UnknownChoice,
            node.span_of("calm"),
            format!("`{word}` does not answer this question"),
            None,
        );
    }
    answer
}

const URGENCIES: [(&str, Urgency); 4] = [
    ("emergency", Urgency::Emergency),
    ("urgent", Urgency::Urgent),
    ("routine", Urgency::Routine),
    ("self-care", Urgency::SelfCare),
];

pub(super) fn red_flags(root: &Node<'_>, library: &mut Library) {
    let nodes = root.nodes("rule");
    for node in &nodes {
        let mut rule = rule(node, library);
        rule_id(node, &rule, library);
        rule.title = node.text("title");
        rule.when = node.nodes("when").iter().map(|when| read_when(when, library)).collect();
        if rule.when.is_empty() {
            node.report(
                Code::MissingKey,
                node.span_of("when"),
                "no answer raises this flag".to_owned(),
                None,
            );
        }
        node.done();
        library.add_rule(rule);
    }
    for node in &nodes {
        if let Some(rule) = library.rule(&node.text("id")) {
            covers(node, rule, library);
        }
    }
}

pub(super) fn diary_flags(root: &Node<'_>, library: &mut Library) {
    for node in root.nodes("rule") {
        let mut rule = rule(&node, library);
        rule_id(&node, &rule, library);
        rule.title = node.text("title");
        rule.watch = node.node("watch").map(|watch| read_watch(&watch, library));
        covers(&node, &rule, library);
        node.done();
        library.add_rule(rule);
    }
}

/// The id of a rule is new. A milder rule under the id of another one is more
/// than a slip: it would take its place.
fn rule_id(node: &Node<'_>, rule: &Rule, library: &Library) {
    let taken = library.rule(&rule.id);
    if taken.is_some_and(|there| rule.urgency < there.urgency || (there.gate && !rule.gate)) {
        let message = format!("`{}` is there already, and says more than this", rule.id);
        node.report(Code::Weakens, node.span_of("id"), message, None);
    } else {
        new_id(node, taken.is_some(), &rule.id);
    }
}

fn read_watch(node: &Node<'_>, library: &Library) -> Watch {
    let kinds = [
        "no-fall",
        "flat",
        "unexplained",
        "burning",
        "often",
        "past-window",
        "week-rise",
        "mornings",
        "relapse",
        "answered-often",
    ];
    let times = || usize::try_from(node.count("times", 7)).unwrap_or(1);
    let watch = match node.word("kind", &kinds.map(|k| (k, k))) {
        "no-fall" => {
            Watch::NoFall { after_days: node.whole("after-days", 1, 365), floor: node.number("floor") }
        }
        "flat" => Watch::Flat { after_days: node.whole("after-days", 1, 365), floor: node.number("floor") },
        "unexplained" => Watch::Unexplained {
            value: node.number("value"),
            quiet: usize::try_from(node.count("quiet", 60)).unwrap_or(1),
            conditions: node.texts("conditions"),
        },
        "burning" => Watch::Burning { days: node.whole("days", 1, 365) },
        "often" => {
            let measure = node.text("measure");
            if !library.measures.contains_key(&measure) {
                let hint = did_you_mean(&measure, library.measures.keys().map(String::as_str));
                let message = format!("there is no measure `{measure}`");
                node.report(Code::UnknownId, node.span_of("measure"), message, hint);
            }
            Watch::Often { measure, value: node.number("value"), times: times() }
        }
        "past-window" => Watch::PastWindow,
        "week-rise" => Watch::WeekRise { value: node.number("value") },
        "mornings" => Watch::Mornings { times: times() },
        "relapse" => Watch::Relapse { value: node.number("value") },
        _ => {
            let question = node.text("question");
            if library.question(&question).is_none() {
                let hint = did_you_mean(&question, library.questions.iter().map(|q| q.id.as_str()));
                let message = format!("there is no question `{question}`");
                node.report(Code::UnknownId, node.span_of("question"), message, hint);
            }
            Watch::AnsweredOften { question, times: times() }
        }
    };
    node.done();
    watch
}

/// What covers a rule is known, and at least as urgent.
pub(super) fn covers(node: &Node<'_>, rule: &Rule, library: &Library) {
    for (cover, span) in node.spanned_texts("covered-by") {
        match library.rule(&cover) {
            None => {
                let hint = did_you_mean(&cover, library.rules.iter().map(|r| r.id.as_str()));
                node.report(Code::UnknownId, span, format!("there is no rule `{cover}`"), hint);
            }
            Some(cover) if cover.urgency < rule.urgency || (rule.gate && !cover.gate) => {
                let message = format!("`{}` says less than `{}` and cannot cover it", cover.id, rule.id);
                node.report(Code::Weakens, span, message, None);
            }
            Some(_) => {}
        }
    }
}

/// What every rule says, whether answers raise it or a program does.
pub(super) fn rule(node: &Node<'_>, library: &Library) -> Rule {
    let (why, source) = basis(node, library);
    let withhold = node.spanned_texts("withhold");
    for (tag, span) in &withhold {
        if !CARE_TAGS.contains(&tag.as_str()) {
            let hint = format!("one of: {}", CARE_TAGS.join(", "));
            node.report(
                Code::UnknownTag,
                span.clone(),
                format!("`{tag}` is no tag of a care item"),
                Some(hint),
            );
        }
    }
    Rule {
        id: node.text("id"),
        urgency: node.word("urgency", &URGENCIES),
        gate: node.flag("gate"),
        covered_by: node.texts("covered-by"),
        title: String::new(),
        can_be_a_sign_of: node.text("can-be-a-sign-of"),
        action: node.text("action"),
        do_not: node.texts("do-not"),
        bring: node.texts("bring"),
        withhold: withhold.into_iter().map(|(tag, _)| tag).collect(),
        when: Vec::new(),
        watch: None,
        rows: node.texts("rows"),
        why: why.into(),
        source: source.into(),
    }
}

fn read_when(node: &Node<'_>, library: &Library) -> When {
    let clauses = |key| read_clauses(node, key, library);
    let when = When { all: clauses("all"), any: clauses("any"), unless: clauses("unless") };
    if node.nodes("all").is_empty() && node.nodes("any").is_empty() {
        let message = "nothing makes this true".to_owned();
        node.report(
            Code::NeverTrue,
            node.span_of("all"),
            message,
            Some("name questions in `all` or `any`".to_owned()),
        );
    }
    contradictions(node, &when, library);
    node.done();
    when
}

/// Reports clauses that exclude each other.
fn contradictions(node: &Node<'_>, when: &When, library: &Library) {
    let report = |question: &str, key: &str| {
        let message = format!("this can never be true: it asks `{question}` for two things at once");
        let hint = Some("put the two into separate [[rule.when]] tables".to_owned());
        node.report(Code::NeverTrue, node.span_of(key), message, hint);
    };
    for (at, one) in when.all.iter().enumerate() {
        if when.unless.contains(one) {
            report(&one.question, "unless");
        }
        for other in &when.all[at + 1..] {
            if one.question == other.question
                && exclude(&one.wanted, &other.wanted, library.question(&one.question))
            {
                report(&one.question, "all");
            }
        }
    }
}

/// Whether no single answer can be both.
fn exclude(one: &Wanted, other: &Wanted, question: Option<&Question>) -> bool {
    let many = matches!(question.map(|q| &q.kind), Some(QuestionKind::Choice { many: true, .. }));
    match (one, other) {
        (Wanted::AnyOf(a), Wanted::AnyOf(b)) => !many && !a.iter().any(|choice| b.contains(choice)),
        (Wanted::Number(op_a, a), Wanted::Number(op_b, b)) => {
            let below = |op: &NumberOp| matches!(op, NumberOp::Below | NumberOp::AtMost);
            match (below(op_a), below(op_b)) {
                (true, false) => a < b,
                (false, true) => b < a,
                _ => false,
            }
        }
        _ => false,
    }
}

/// The clauses of a list.
pub(super) fn read_clauses(node: &Node<'_>, key: &'static str, library: &Library) -> Vec<Clause> {
    node.nodes(key).iter().filter_map(|clause| read_clause(clause, library)).collect()
}

pub(super) fn read_clause(node: &Node<'_>, library: &Library) -> Option<Clause> {
    let id = node.text("question");
    let Some(at) = library.position(&id) else {
        let hint = did_you_mean(&id, library.questions.iter().map(|q| q.id.as_str()));
        node.report(Code::UnknownId, node.span_of("question"), format!("there is no question `{id}`"), hint);
        return None;
    };
    let wanted = match &library.questions[at].kind {
        QuestionKind::YesNo => Wanted::Yes,
        QuestionKind::Choice { choices, .. } => {
            let is = node.spanned_texts("is");
            for (choice, span) in &is {
                if !choices.contains(choice) {
                    let hint = did_you_mean(choice, choices.iter().map(String::as_str));
                    node.report(
                        Code::UnknownChoice,
                        span.clone(),
                        format!("`{id}` has no choice `{choice}`"),
                        hint,
                    );
                }
            }
            if is.is_empty() {
                let message = format!("`{id}` takes choices: write `is = [...]`");
                node.report(Code::MissingKey, node.span_of("is"), message, None);
            }
            Wanted::AnyOf(is.into_iter().map(|(choice, _)| choice).collect())
        }
        QuestionKind::Number { range, .. } => {
            let ops = [
                ("<", NumberOp::Below),
                ("<=", NumberOp::AtMost),
                (">=", NumberOp::AtLeast),
                (">", NumberOp::Above),
            ];
            let (op, value) = (node.word("op", &ops), node.number("value"));
            if value < range.0 || value > range.1 {
                node.report(
                    Code::OutOfRange,
                    node.span_of("value"),
                    format!("`{id}` cannot be {value}"),
                    None,
                );
            }
            Wanted::Number(op, value)
        }
    };
    node.done();
    Some(Clause { question: id, at, wanted })
}
