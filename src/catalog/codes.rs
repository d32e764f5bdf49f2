//! The stable codes of mistakes in definition files: the one table of them.

/// Makes the codes from one table, so that none exists outside of it.
macro_rules! codes {
    ($($name:ident $id:literal $means:literal $mend:literal)*) => {
        /// A kind of mistake in a definition file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $means] $name,)*
        }

        impl Code {
            /// The stable id, as it stands in a message.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What it means.
            pub fn means(self) -> &'static str {
                match self { $(Self::$name => $means,)* }
            }

            /// How to mend it.
            pub fn mend(self) -> &'static str {
                match self { $(Self::$name => $mend,)* }
            }
        }

        const CODES: &[Code] = &[$(Code::$name,)*];
    };
}

/// All codes, in the order of the table.
pub fn codes() -> &'static [Code] {
    CODES
}

impl Code {
    /// Reads an id.
    pub fn of_id(id: &str) -> Option<Self> {
        codes().iter().copied().find(|code| code.id() == id)
    }
}

codes! {
    // The text.
    Unreadable "unreadable"
        "The file cannot be opened, or it is not text."
        "Check that the file may be read and is saved as UTF-8."
    Syntax "syntax"
        "The file is not valid TOML at this place."
        "Look at the mark and a little before it: most often a quotation mark, a bracket or an equals sign is missing."

    // Keys and values.
    MissingKey "missing-key"
        "Something that every such table has is not there."
        "Add the key. Nothing is assumed in its place."
    UnknownKey "unknown-key"
        "No such key is known here, so what it says would be lost."
        "Correct its spelling, move it to the table where it belongs, or take it out."
    WrongType "wrong-type"
        "The value is of another kind than the key takes: a text where a number belongs, or the like."
        "Write a value of the kind that the message names. Texts stand in quotation marks, numbers do not."
    UnknownWord "unknown-word"
        "The key takes one of a few words, and this is none of them."
        "Take one of the words that the hint names."
    Empty "empty"
        "A text is there and says nothing."
        "Say it in a sentence. A reason that nobody can read is no reason."
    OutOfRange "out-of-range"
        "The number, or the length of the text, lies outside what can be meant."
        "Stay within the bounds that the message names."
    TooFew "too-few"
        "A question to choose from has fewer than two choices."
        "Add choices, or make it a question of yes or no."

    // Names.
    BadId "bad-id"
        "An id has characters that ids do not have."
        "Write it in lower-case letters, digits and hyphens, such as `calf-raise`."
    DuplicateId "duplicate-id"
        "Two things bear one id, so that nobody can tell which is meant."
        "Give the second one an id of its own, or take it out."
    MissingId "missing-id"
        "The library lacks something that sinew itself speaks of by name."
        "Put it back under the id that the message names."
    UnknownId "unknown-id"
        "The file speaks of something that does not exist."
        "Correct the spelling, or take another one that the library has."
    UnknownTag "unknown-tag"
        "No safety rule knows this tag, so it would protect nobody."
        "Take one of the tags that exist."
    UnknownChoice "unknown-choice"
        "A question is asked for an answer that it does not have."
        "Take one of the choices of that question."
    NoSource "no-source"
        "A rule does not say where it comes from."
        "Name at least one key of `sources.toml` in `source`; `ours` where the number is your own."
    UnknownSource "unknown-source"
        "There is no source of this name."
        "Take a key of `sources.toml`."

    // Red flags and knowledge.
    Weakens "weakens"
        "This would make a built-in safety rule say less, or less soon."
        "Own rules only add. Give it an id of its own, and an urgency that is no lower."
    NeverTrue "never-true"
        "No answers make this true, so it would never be raised."
        "Name questions that can be answered so at the same time, or split it into several tables."
    NoAnswer "no-answer"
        "There are people for whom this topic says nothing."
        "Let its last case stand without any condition."

    // Criteria.
    NoSubject "no-subject"
        "It is not clear what is judged, or when."
        "Name exactly one of the keys that the hint lists."
    WrongDirection "wrong-direction"
        "The criterion asks for the worse side of its measure: the more it hurts, the sooner it is met."
        "Turn the comparison round."
    NeverMet "never-met"
        "No entry could ever satisfy this, so nobody would get on."
        "Take a value that the measure reaches, and a window that holds the readings asked for."
    AlwaysMet "always-met"
        "Every reading satisfies this, so it proves nothing."
        "Take a value that some readings fail, or take the criterion out."
    NoEffect "no-effect"
        "What stands here is read and changes nothing."
        "Take it out, or change what it goes with so that it counts."
    OldProof "old-proof"
        "A home test is taken as proof for longer than seven days."
        "Take a window of at most seven days."

    // Phases.
    NoExit "no-exit"
        "A phase can be left without showing anything, by everybody or by those with one of the goals."
        "Add a `[[phase.exit]]` that counts for every goal."
    DaysAlone "days-alone"
        "A phase is left by waiting alone. Days never advance anyone."
        "Add a criterion on readings, sessions or a clinician's word."
    FallingGate "falling-gate"
        "A later phase, or the full return, opens before what comes ahead of it."
        "Let the days rise from phase to phase."
    FallingStage "falling-stage"
        "A later phase belongs to an earlier stage of recovery."
        "Put the phases into the order police, stretching, strengthening, return, maintenance."
    FallingGrade "falling-grade"
        "A graver injury would be loaded sooner, or be allowed more pain, than a lighter one of the same condition."
        "Open its stages no earlier, and set its caps no higher, than the programs of the lower grades do."
    Unreachable "unreachable"
        "A phase opens only after the one before it counts as stalled, so nobody reaches it in time."
        "Let the phase open earlier, or the one before it stall later."
    NoStepBack "no-step-back"
        "Nothing ever takes this program a step back."
        "Name in `step-back` at least one brake that steps back, such as `sb-1`."

    // What is done.
    NoFrequency "no-frequency"
        "It is not clear how often an exercise is done."
        "Name exactly one of `per-day`, `per-week` and `every-days`."
    Twice "twice"
        "One phase holds the same exercise or care twice, and a session could count for either."
        "Make one of the two, or give them to different phases."
    NeverDue "never-due"
        "Its time never comes: what it waits for is not in the program, or its days are over before they begin."
        "Change the days, or the exercise that goes before it."
    BadDose "bad-dose"
        "This is not a dose, or not one of this exercise."
        "Write it as sets x repetitions x hold, such as `2x15`, `3x10x8s`, `2x25s`, `15min`, `3x20m`, and `rung2` for a ladder alone."
    DoseRange "dose-range"
        "A dose larger than anything that a program of rehabilitation asks for, most often a slip of the keyboard."
        "Stay within the bounds that the message names. They are ours: wide enough for every plan that we know."
    ShrinkingDose "shrinking-dose"
        "The dose that an exercise grows to is not larger than the one that it begins with."
        "Raise `grows-to`, lower `dose`, or take `grows-to` out. Both have the same parts."
    LongHold "long-hold"
        "A stretch is held for longer than 30 seconds."
        "Hold for 30 seconds at most, and rather more often."
    NotPrescribed "not-prescribed"
        "An exercise that only a clinician gives stands in the plan of everybody."
        "Add `prescribed = true`, so that it waits for that."
    AboveAmber "above-amber"
        "More pain is allowed than the phase itself allows at its amber limit."
        "Lower it to the amber limit of the phase, or below."
    Barred "barred"
        "A limit keeps this exercise or care out of this stage, or out of these days."
        "Move it to a later phase or day, or take another one. Limits hold for every program."
}
