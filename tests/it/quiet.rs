//! What the system sees of each command: no connection, and no file written outside of
//! its own folders. It needs strace; where that is missing, nothing is looked at.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::commands::Home;

const NOW: &str = "2026-03-04T20:00";

/// Calls that reach another process or machine.
const CONNECTIONS: &str = "socket,connect,bind,listen,accept,accept4,sendto,sendmsg,recvfrom,socketpair";

/// Calls that change files by name.
const CHANGES: &str = "openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,chmod,fchmodat,symlink,symlinkat,link,linkat,truncate";

fn commands(home: &Home) -> Vec<Vec<String>> {
    let lines = [
        "",
        "start calf-strain --grade 1 --side right",
        "log 3 stairs",
        "done ankle-pumps 2x15",
        "care ice 15m",
        "test",
        "session --plain",
        "today",
        "today --brief",
        "plan",
        "page",
        "page --output FOLDER/week.html",
        "next",
        "progress",
        "screen --none",
        "flags",
        "assess",
        "explain walking",
        "program list",
        "program check FOLDER/none.toml",
        "episodes",
        "history",
        "undo",
        "redo",
        "pause flu",
        "resume",
        "import FOLDER/diary.csv",
        "export json",
        "export csv",
        "export ics",
        "export fhir",
        "export json --output FOLDER/all.json",
        "backup",
        "restore",
        "doctor",
        "config units metric",
        "erase 2 --confirm no",
        "demo",
        "--help",
        "--version",
    ];
    let folder = home.path("");
    let folder = folder.trim_end_matches('/');
    lines
        .iter()
        .map(|line| line.split_whitespace().map(|word| word.replace("FOLDER", folder)).collect())
        .collect()
}

#[test]
fn no_command_opens_a_connection_or_writes_elsewhere() {
    if Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    let home = Home::new();
    home.start();
    fs::write(
        home.path("diary.csv"),
        "day,time,kind,item,side,value,unit,note\n2026-03-03,08:00,note,,,,,words\n",
    )
    .unwrap();
    let trace = home.path("trace");
    let mut wrong = BTreeSet::new();
    let mut looked = 0;
    for args in commands(&home) {
        let mut command = Command::new("strace");
        let own = home.command(NOW, &[]);
        command
            .args(["-f", "-qq", "-o", &trace, "-e", &format!("trace={CONNECTIONS},{CHANGES}")])
            .arg(env!("CARGO_BIN_EXE_sinew"))
            .args(&args)
            .env_clear()
            .envs(own.get_envs().filter_map(|(key, value)| Some((key, value?))))
            .stdin(std::process::Stdio::null());
        command.output().unwrap();
        let text = fs::read_to_string(&trace).unwrap();
        looked += text.lines().count();
        for line in text.lines() {
            let call = line.split_once(' ').map_or(line, |(_, call)| call).trim_start();
            let name = call.split('(').next().unwrap_or_default();
            let connects = CONNECTIONS.split(',').any(|connection| connection == name);
            let changes = CHANGES.split(',').any(|change| change == name)
                && !(name.starts_with("open")
                    && !call.contains("O_WRONLY")
                    && !call.contains("O_RDWR")
                    && !call.contains("O_CREAT"));
            let inside = call.contains(home.path("").trim_end_matches('/')) || call.contains("/dev/");
            if connects || (changes && !inside) {
                wrong.insert(format!("sinew {}: {call}", args.join(" ")));
            }
        }
    }
    assert!(looked > 200, "strace saw {looked} calls only");
    assert_eq!(wrong, BTreeSet::new());
}
