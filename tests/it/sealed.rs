//! Backups and exports behind a passphrase.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::Value;

use crate::commands::Home;

const NOW: &str = "2026-03-03T20:00";
const WORDS: &str = "a word that only the diary knows";
const PASSPHRASE: &str = "otter lamp quiet";

fn run(home: &Home, passphrase: &str, args: &[&str]) -> Output {
    home.command(NOW, args).env("SINEW_PASSPHRASE", passphrase).output().unwrap()
}

fn refused(home: &Home, passphrase: &str, args: &[&str]) -> String {
    let output = run(home, passphrase, args);
    assert_eq!(output.status.code(), Some(1), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

#[test]
fn a_sealed_backup_opens_with_its_passphrase_alone() {
    let home = Home::new();
    home.start();
    home.ok(NOW, &["log", "3", WORDS]);
    let before = home.ok(NOW, &["history", "--all", "--json"]);
    assert!(holds(&fs::read(home.path("diary.db")).unwrap(), WORDS), "the words are there to be found");

    let file = home.path("sealed.age");
    let made = json(&run(&home, PASSPHRASE, &["backup", "--encrypt", "--output", &file, "--json"]));
    assert_eq!(
        (made["backup"]["file"].as_str(), made["backup"]["entries"].as_i64()),
        (Some(&*file), Some(3))
    );
    let bytes = fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n-> scrypt ") && !holds(&bytes, WORDS));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let beside = fs::read_dir(home.path("diary.db.backups")).unwrap();
    let names: Vec<_> = beside.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names, ["daily-2026-03-03.db"], "nothing unsealed is left");

    home.ok(NOW, &["log", "9"]);
    let restore = ["restore", &file, "--yes", "--json"];
    assert_eq!(
        refused(&home, "otter lamp loud", &restore),
        "error: the passphrase is another one\nhint: nothing was changed; try again\n"
    );
    assert_ne!(home.ok(NOW, &["history", "--all", "--json"]), before);
    assert_eq!(json(&run(&home, PASSPHRASE, &restore))["store"]["entries"], 3);
    assert_eq!(home.ok(NOW, &["history", "--all", "--json"]), before);
}

#[test]
fn a_sealed_export_is_taken_in_again() {
    let home = Home::new();
    home.start();
    home.ok(NOW, &["log", "3", WORDS]);
    let file = home.path("sealed.age");
    assert!(run(&home, PASSPHRASE, &["export", "json", "--encrypt", "--output", &file]).status.success());
    let sealed = fs::read(&file).unwrap();
    assert!(!holds(&sealed, WORDS));

    let other = Home::new();
    let done = json(&run(&other, PASSPHRASE, &["import", &file, "--json"]));
    assert_eq!(done["new"], 3);
    assert!(other.ok(NOW, &["history", "--all", "--json"]).contains(WORDS));

    let cut = home.path("cut.age");
    fs::write(&cut, &sealed[..sealed.len() - 1]).unwrap();
    assert_eq!(
        refused(&other, PASSPHRASE, &["import", &cut]),
        "error: the sealed file cannot be opened: it was cut off, or changed\n\
         hint: nothing was changed; take another copy of it\n"
    );
}

#[test]
fn what_is_no_passphrase_is_refused_before_anything_is_written() {
    let home = Home::new();
    home.start();
    let backup = ["backup", "--encrypt"];
    let short = refused(&home, "short", &backup);
    assert!(short.starts_with("error: a passphrase has 8 characters or more\n"), "{short}");
    let none = refused(&home, "", &backup);
    assert_eq!(none, "error: no passphrase was given\nhint: run it in a terminal, or set SINEW_PASSPHRASE\n");
    assert!(!fs::exists(home.path("diary.db.backups")).unwrap());
    fs::write(home.path("there.age"), "in the way").unwrap();
    let there = refused(&home, PASSPHRASE, &["backup", "--encrypt", "--output", &home.path("there.age")]);
    assert!(there.starts_with("error: there is a file at "), "{there}");
}

#[test]
fn hostile_sealed_files_are_named_and_cost_little() {
    let home = Home::new();
    home.start();
    // A head of megabytes would take minutes to read.
    let long =
        [&b"age-encryption.org/v1\n-> scrypt "[..], &vec![b'A'; 8 << 20], b" 10\nAAAA\n--- AAAA\n"].concat();
    let cases: [&[u8]; 6] = [
        &long,
        b"age-encryption.org/v1\n",
        b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\nAAAA\n--- AAAA\n",
        b"age-encryption.org/v1\n-> X25519 AAAA\nAAAA\n--- AAAA\n",
        b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 200\nAAAA\n--- AAAA\n",
        b"age-encryption.org/v9\n",
    ];
    for (n, bytes) in cases.into_iter().enumerate() {
        let file = home.path(&format!("{n}.age"));
        fs::write(&file, bytes).unwrap();
        let said = refused(&home, PASSPHRASE, &["import", &file]);
        assert_eq!(said.matches("error:").count(), 1, "{said}");
    }
}

#[test]
fn a_file_that_is_sealed_with_a_key_is_named() {
    let key = age::x25519::Identity::generate().to_public();
    let recipients = std::iter::once(&key as &dyn age::Recipient);
    let mut sealed = Vec::new();
    let encryptor = age::Encryptor::with_recipients(recipients).unwrap();
    let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
    std::io::Write::write_all(&mut writer, b"{}").unwrap();
    writer.finish().unwrap();
    let error = sinew::app::sealed::open(&sealed, "otter lamp quiet").unwrap_err().to_string();
    assert!(error.contains("sealed with a key and not with a passphrase"), "{error}");
}
