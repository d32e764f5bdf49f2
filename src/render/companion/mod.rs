//! The page for a phone: one file that needs no network, no server and no other
//! file. It carries the plan and the rules' actions as data, and judges nothing.
//!
//! What is open when it is written stands in its markup, so that a reader who
//! runs no script sees it as well; everything else is put there by the script,
//! as text.

mod data;

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::domain::companion::Companion;
use crate::domain::entry::EntryId;
use crate::domain::library::Library;
use crate::domain::situation::Situation;
use crate::domain::units::Units;

use super::page::{action, clean};

/// The script, in the order in which its parts build on each other.
const SCRIPT: &str = concat!(
    include_str!("kept.js"),
    include_str!("guide.js"),
    include_str!("day.js"),
    include_str!("ask.js"),
    include_str!("page.js")
);
const STYLE: &str = include_str!("page.css");

/// What a page is made from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What the rules and the exercises say.
    pub library: &'a Library,
    /// Where the episode stands.
    pub situation: &'a Situation,
    /// What goes along.
    pub companion: &'a Companion,
    /// What is on record already.
    pub known: &'a [EntryId],
    /// Whom to call in an emergency.
    pub number: &'a str,
    /// In which units a weight is asked for.
    pub units: Units,
}

/// The whole page.
pub fn page(source: &Source<'_>) -> String {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let (alarm, head) = (alarm(source.situation), head(source));
    let data = embedded(&data::document(source));
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>sinew: the days ahead</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{alarm}<section id="raised" class="alarm" role="alert" aria-label="What to do first" tabindex="-1" hidden></section>
{head}<div id="head"></div>
<noscript><p class="warn">This page shows its exercises only in a browser that runs its script. Some previews of files do not: open it in a browser.</p></noscript>
<p id="live" class="unseen" aria-live="polite"></p>
<section id="exercises"></section>
<section id="care"></section>
<section id="words"></section>
<section id="checkin"></section>
<section id="questions"></section>
<section id="entered"></section>
<section id="handover"></section>
</main>
<script type="application/json" id="data">{data}</script>
<script>{SCRIPT}</script>
</body>
</html>
"#
    )
}

/// The warnings that are open, the action first.
fn alarm(s: &Situation) -> String {
    let open = data::stopping(s);
    if open.is_empty() {
        return String::new();
    }
    let mut text = "<section class=\"alarm\">\n".to_owned();
    for flag in open {
        let line = |class: &str, words: &str| format!("<p{class}>{}</p>\n", escaped(words));
        text.push_str("<div class=\"rule\">\n");
        text.push_str(&line(" class=\"action\"", &action(flag)));
        text.push_str(&line("", &format!("This can be a sign of {}.", flag.rule.can_be_a_sign_of)));
        if !flag.rule.do_not.is_empty() {
            let items: Vec<String> =
                flag.rule.do_not.iter().map(|d| format!("<li>{}</li>\n", escaped(d))).collect();
            let _ = write!(text, "<ul>\n{}</ul>\n", items.concat());
        }
        if !flag.rule.bring.is_empty() {
            text.push_str(&line("", &format!("Take along: {}", flag.rule.bring.join(" "))));
        }
        text.push_str("</div>\n");
    }
    text.push_str("<p>Open until a clinician's outcome is on record in sinew.</p>\n</section>\n");
    text
}

/// Whose page it is, where the plan stands, and for which days it was made.
fn head(source: &Source<'_>) -> String {
    let mut text = String::new();
    for (tag, words) in data::opening(source) {
        let _ = writeln!(text, "<{tag}>{}</{tag}>", escaped(&words));
    }
    text
}

/// A text within markup.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_ascii() => safe.push(c),
            c => {
                let _ = write!(safe, "&#{};", u32::from(c));
            }
        }
    }
    safe
}

/// JSON within an element of script: nothing in it can end that element, or begin
/// a comment. What is not ASCII is written by its number.
fn embedded(json: &serde_json::Value) -> String {
    let mut safe = String::new();
    for c in json.to_string().chars() {
        if c.is_ascii() && !matches!(c, '<' | '>' | '&') {
            safe.push(c);
        } else {
            // These stand in strings alone.
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        }
    }
    safe
}

/// The hash by which a browser knows what it may run.
fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text)))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            (0..3).fold(0, |bits, at| bits << 8 | usize::from(three.get(at).copied().unwrap_or_default()));
        for at in 0..4 {
            let known = at <= three.len();
            text.push(if known { char::from(LETTERS[bits >> (18 - 6 * at) & 63]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn the_vectors_of_the_standard() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
