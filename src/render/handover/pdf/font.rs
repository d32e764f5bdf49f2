//! The font of the PDF: which glyph a letter has, and how wide a text is.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ttf_parser::{Face, GlyphId};

/// `DejaVu` Sans, cut to Latin, Greek and Cyrillic; its licence lies beside it.
pub(super) const BYTES: &[u8] = include_bytes!("fonts/DejaVuSans-cut.ttf");

/// Stands visibly for a letter that the font does not have.
const MISSING: char = '\u{fffd}';

/// The font, and which of its glyphs were used.
pub(super) struct Font {
    pub(super) face: Face<'static>,
    /// What each glyph that was used stands for.
    pub(super) used: RefCell<BTreeMap<u16, char>>,
}

impl Font {
    /// The font; nothing when its file is damaged, which a test rules out.
    pub(super) fn new() -> Option<Self> {
        Some(Self { face: Face::parse(BYTES, 0).ok()?, used: RefCell::default() })
    }

    /// A length of the font, in thousandths of its size.
    pub(super) fn thousandths(&self, units: impl Into<f32>) -> f32 {
        units.into() * 1000.0 / f32::from(self.face.units_per_em())
    }

    /// The glyph of a letter, or of what stands for it.
    fn glyph(&self, letter: char) -> (u16, char) {
        let of = |c: char| self.face.glyph_index(c).map(|GlyphId(glyph)| (glyph, c));
        of(letter).or_else(|| of(MISSING)).unwrap_or((0, MISSING))
    }

    /// How wide a glyph is, in thousandths of its size.
    pub(super) fn advance(&self, glyph: u16) -> f32 {
        self.thousandths(self.face.glyph_hor_advance(GlyphId(glyph)).unwrap_or_default())
    }

    /// How wide a text is.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(self.glyph(c).0)).sum::<f32>() * size / 1000.0
    }

    /// A text as the glyphs that draw it.
    pub(super) fn encode(&self, text: &str) -> Vec<u8> {
        let mut used = self.used.borrow_mut();
        let glyphs = text.chars().map(|c| self.glyph(c));
        glyphs
            .flat_map(|(glyph, stands_for)| {
                used.insert(glyph, stands_for);
                glyph.to_be_bytes()
            })
            .collect()
    }

    /// Whether a letter of the text cannot be drawn.
    pub(super) fn lacks(&self, text: &str) -> bool {
        text.chars().any(|c| self.face.glyph_index(c).is_none())
    }

    /// Breaks a text into lines of a width; a word that is wider is cut.
    pub(super) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let (mut line, mut taken) = (String::new(), 0.0);
        let space = self.width(" ", size);
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            for piece in self.pieces(word, size, width) {
                let wide = self.width(&piece, size);
                if line.is_empty() {
                    (line, taken) = (piece, wide);
                } else if taken + space + wide > width {
                    lines.push(std::mem::replace(&mut line, piece));
                    taken = wide;
                } else {
                    line.push(' ');
                    line.push_str(&piece);
                    taken += space + wide;
                }
            }
        }
        lines.push(line);
        lines
    }

    /// A word, in pieces that fit a line.
    fn pieces(&self, word: &str, size: f32, width: f32) -> Vec<String> {
        if self.width(word, size) <= width {
            return vec![word.to_owned()];
        }
        let (mut pieces, mut last, mut taken) = (Vec::new(), String::new(), 0.0);
        for c in word.chars() {
            let wide = self.width(c.encode_utf8(&mut [0; 4]), size);
            if !last.is_empty() && taken + wide > width {
                pieces.push(std::mem::take(&mut last));
                taken = 0.0;
            }
            last.push(c);
            taken += wide;
        }
        pieces.push(last);
        pieces
    }
}
