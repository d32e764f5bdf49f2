//! The examples below each command's help. A test reads and runs every line.

macro_rules! examples {
    ($($name:ident: $($line:literal)+;)*) => {
        $(pub(super) const $name: &str = concat!("Examples:" $(, "\n  ", $line)+);)*
    };
}

examples! {
    START:
        "sinew start hamstring-strain --grade 1 --side left --onset \"3 days ago\""
        "sinew start sciatica --side right --manner gradual --goal daily-life";
    LOG:
        "sinew log 3 \"stairs were fine\" --walking 2 --morning 1 --limp no"
        "sinew log --symptom one-leg-swollen"
        "sinew log 5 --at \"yesterday 18:30\"";
    DONE:
        "sinew done heel-press 3x10x8s --pain 1"
        "sinew done ankle-pumps 2x15 walk 10min"
        "sinew done heel-press --skipped \"no time\"";
    CARE:
        "sinew care"
        "sinew care ice 15m"
        "sinew care analgesic --at \"this morning\"";
    TEST:
        "sinew test"
        "sinew test walk-no-limp 10min";
    TODAY:
        "sinew today --full"
        "sinew today --brief"
        "sinew today --as-of yesterday";
    PLAN:
        "sinew plan --days 14";
    PAGE:
        "sinew page --output week.html"
        "sinew page --days 3 --output days.html";
    NEXT:
        "sinew next --full"
        "sinew next --accept"
        "sinew next --exit-code --json";
    PROGRESS:
        "sinew progress --weeks 2"
        "sinew progress --measure pain-morning";
    REPORT:
        "sinew report"
        "sinew report -o report.pdf --question \"May I run on Friday?\""
        "sinew report -o report.html --since 2026-03-02";
    SCREEN:
        "sinew screen --none"
        "sinew screen --answer fever=no --answer one-leg-swollen=no"
        "sinew screen --answers answers.json --exit-code";
    FLAGS:
        "sinew flags"
        "sinew flags --exit-code --json";
    CLEAR:
        "sinew clear rf-07 --by \"the clinic\" --role doctor --outcome cleared";
    ASSESS:
        "sinew assess"
        "sinew assess --answers answers.json";
    EXPLAIN:
        "sinew explain walking"
        "sinew explain rf-07"
        "sinew explain hamstring-strain-2.p1.pain-rest";
    PROGRAM:
        "sinew program list"
        "sinew program show calf-strain-1";
    PROGRAM_LIST:
        "sinew program list --json";
    PROGRAM_SHOW:
        "sinew program show hamstring-strain-2"
        "sinew program show ./my-knee.toml";
    PROGRAM_CHECK:
        "sinew program check my-knee.toml";
    PROGRAM_NEW:
        "sinew program new my-knee --to my-knee.toml"
        "sinew program new my-calf --from calf-strain-1";
    PROGRAM_DIFF:
        "sinew program diff hamstring-strain-1 hamstring-strain-2";
    PROGRAM_SCHEMA:
        "sinew program schema";
    PROGRAM_UPDATE:
        "sinew program update --yes";
    EPISODES:
        "sinew episodes";
    HISTORY:
        "sinew history --days 3"
        "sinew history --all --json";
    UNDO:
        "sinew undo"
        "sinew undo 5f2c --why \"typed for the wrong day\"";
    REDO:
        "sinew redo"
        "sinew redo 5f2c";
    CORRECT:
        "sinew correct last pain-worst=1 --why \"typed 7 for 1\""
        "sinew correct 5f2c at=\"yesterday 18:30\" --why \"entered late\"";
    PAUSE:
        "sinew pause a cold";
    RESUME:
        "sinew resume";
    REGRADE:
        "sinew regrade 2 --why \"kneeling up hurts\""
        "sinew regrade 1 --by physiotherapist --why \"strength is equal\"";
    ONSET:
        "sinew onset \"4 days ago\" --why \"counted from the wrong Monday\"";
    EXPORT:
        "sinew export json --output everything.json";
    EXPORT_FHIR:
        "sinew export fhir --output episode.json"
        "sinew export fhir --episode 1";
    EXPORT_ICS:
        "sinew export ics --output sinew.ics"
        "sinew export ics --days 7 --output sinew.ics --force";
    EXPORT_JSON:
        "sinew export json --output everything.json"
        "sinew export json --episode 1";
    EXPORT_CSV:
        "sinew export csv"
        "sinew export csv --output diary.csv";
    IMPORT:
        "sinew import everything.json"
        "sinew import diary.csv --dry-run"
        "sinew import tracker.csv --column day=Date --column pain-worst=Pain";
    CONFIG:
        "sinew config"
        "sinew config rollover-hour 6"
        "sinew config alias.ok \"log 0 --limp no\"";
    BACKUP:
        "sinew backup"
        "sinew backup --encrypt --output /media/stick/sinew.age";
    RESTORE:
        "sinew restore";
    DOCTOR:
        "sinew doctor"
        "sinew doctor --json";
    ERASE:
        "sinew erase 1 --confirm \"hamstring strain, left\""
        "sinew erase --backups --confirm backups"
        "sinew erase --all --backups --confirm everything";
    DEMO:
        "sinew demo";
}

/// How a guided session is led, before its examples.
pub(super) const SESSION: &str = "\
Enter goes on: it begins a set, says that it is done, ends a rest. While a timer
runs, p pauses. x says that the pain is above the limit: the exercise is over,
and how much it hurt is asked. s skips with a reason, b does a set again, q or
Ctrl-C leaves. Each set is saved when you say that it is done; sinew session
goes on where it was left. With --plain, in a pipe and below 60x20 it runs line
by line: a letter and Enter for each key.

Examples:
  sinew session
  sinew session --plain";
