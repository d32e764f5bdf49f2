//! Red flags over answers alone.

use sinew::catalog::Catalog;
use sinew::domain::answers::calm_answers;
use sinew::domain::library::{Urgency, Wanted};
use sinew::domain::question::{AnswerValue, Answers, Standing};
use sinew::domain::screening::{judge, raised_by};

fn said(value: AnswerValue) -> Standing {
    Standing { value, entry: None, at: None }
}

#[test]
fn every_way_to_raise_a_rule_raises_it() {
    let library = Catalog::builtin_library().unwrap();
    let mut checked = 0;
    for rule in &library.rules {
        for when in &rule.when {
            let first_any = when.any.first();
            let mut answers = Answers::new();
            for clause in when.all.iter().chain(first_any) {
                let value = match &clause.wanted {
                    Wanted::Yes => AnswerValue::Yes,
                    Wanted::AnyOf(choices) => AnswerValue::Choices(vec![choices[0].clone()]),
                    Wanted::Number(op, limit) => {
                        use sinew::domain::library::NumberOp::{Above, AtLeast, AtMost, Below};
                        AnswerValue::Number(match op {
                            Below => limit - 1.0,
                            Above => limit + 1.0,
                            AtMost | AtLeast => *limit,
                        })
                    }
                };
                // Two clauses about one question want both of its choices.
                match (answers.get_mut(&clause.question).map(|s| &mut s.value), value) {
                    (Some(AnswerValue::Choices(chosen)), AnswerValue::Choices(more)) => chosen.extend(more),
                    (_, value) => {
                        answers.insert(clause.question.clone(), said(value));
                    }
                }
            }
            assert!(raised_by(rule, &answers).is_some(), "{} is not raised by {answers:?}", rule.id);
            let raised = judge(&library, &answers);
            assert!(raised[0].rule.urgency >= rule.urgency, "the most urgent flag comes first");
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} ways were looked at");
}

#[test]
fn nothing_is_raised_by_calm_answers_or_by_silence() {
    let library = Catalog::builtin_library().unwrap();
    assert!(judge(&library, &Answers::new()).is_empty());
    let calm: Answers = calm_answers(&library).into_iter().map(|a| (a.question, said(a.value))).collect();
    let raised: Vec<String> = judge(&library, &calm).into_iter().map(|f| f.rule.id.clone()).collect();
    assert!(raised.is_empty(), "{raised:?}");
}

#[test]
fn unknown_raises_nothing_and_calms_nothing() {
    let library = Catalog::builtin_library().unwrap();
    let unknown: Answers =
        library.questions.iter().map(|q| (q.id.clone(), said(AnswerValue::Unknown))).collect();
    assert!(judge(&library, &unknown).is_empty());

    let mut answers = Answers::new();
    answers.insert("one-leg-swollen".into(), said(AnswerValue::Yes));
    for explained in [AnswerValue::Unknown, AnswerValue::No] {
        answers.insert("injury-explains-it".into(), said(explained));
        assert_eq!(judge(&library, &answers)[0].rule.urgency, Urgency::Emergency);
    }
}

#[test]
fn the_signs_of_the_emergency_rows_are_emergencies_by_themselves() {
    let library = Catalog::builtin_library().unwrap();
    for sign in [
        "bladder-trouble",
        "bowel-trouble",
        "saddle-numb",
        "sexual-feeling-changed",
        "both-legs-shooting-pain",
        "both-legs-numb",
        "both-legs-weak",
        "weakness-severe",
        "weakness-sudden",
        "cannot-lift-foot",
        "cannot-move-leg",
        "weakness-growing",
        "numbness-growing",
        "breathless-suddenly",
        "chest-pain",
        "coughing-blood",
        "fainted",
        "one-leg-swollen",
        "leg-cold",
        "leg-pale",
        "muscle-rock-hard",
        "four-steps-impossible-now",
        "deformity",
    ] {
        let mut answers = Answers::new();
        answers.insert(sign.into(), said(AnswerValue::Yes));
        let raised = judge(&library, &answers);
        assert_eq!(raised.first().map(|f| f.rule.urgency), Some(Urgency::Emergency), "{sign}");
    }
    for sign in ["pop-at-injury", "weakness-mild", "tingling-one-leg", "fever"] {
        let mut answers = Answers::new();
        answers.insert(sign.into(), said(AnswerValue::Yes));
        assert!(judge(&library, &answers)[0].rule.urgency >= Urgency::Urgent, "{sign}");
    }
}

#[test]
fn every_action_says_what_to_do_and_nobody_is_diagnosed() {
    let library = Catalog::builtin_library().unwrap();
    for rule in &library.rules {
        let texts: [&str; 4] = [&rule.action, &rule.can_be_a_sign_of, &rule.why, &rule.title];
        for text in rule.do_not.iter().map(String::as_str).chain(texts) {
            assert!(
                !text.contains('!') && !text.to_lowercase().contains("you have a"),
                "{}: {text}",
                rule.id
            );
        }
        if rule.urgency == Urgency::Emergency {
            assert!(
                rule.action.contains("now") || rule.action.contains("Call"),
                "{}: {}",
                rule.id,
                rule.action
            );
        }
    }
}
