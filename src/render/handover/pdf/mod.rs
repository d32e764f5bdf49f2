//! The sheet as PDF: A4, one font, the same bytes for the same sheet.

mod font;
mod layout;

use chrono::{Datelike, Timelike};
use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, TextRenderingMode, UnicodeCmap};
use pdf_writer::{Content, Date, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::domain::day::At;

use super::chart::{Anchor, Ink, Shape};
use super::{Sheet, tidy};
use font::{BYTES, Font};
use layout::{PAPER, Sketch, pages};

const FONT: Name<'_> = Name(b"F");
const FONT_NAME: Name<'_> = Name(b"SINEWA+DejaVuSans");
const SYSTEM: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// How hard streams are pressed; the font is most of them.
const EFFORT: u8 = 9;

/// The numbers of the objects.
const CATALOG: i32 = 1;
const TREE: i32 = 2;
const INFO: i32 = 3;
const TYPE0: i32 = 4;
const CID: i32 = 5;
const DESCRIPTOR: i32 = 6;
const FILE: i32 = 7;
const TO_UNICODE: i32 = 8;
const FIRST_PAGE: i32 = 9;

/// The sheet as PDF, made at `at`. Nothing when the font that is built in
/// cannot be read, which would be a bug.
pub fn pdf(sheet: &Sheet, at: At) -> Option<Vec<u8>> {
    let font = Font::new()?;
    let pages = pages(&font, sheet);
    let mut pdf = Pdf::new();
    let mut ids = (FIRST_PAGE..).map(Ref::new);
    let mut kids = Vec::new();
    for sketch in &pages {
        let (page_id, content_id) = (ids.next()?, ids.next()?);
        kids.push(page_id);
        let mut page = pdf.page(page_id);
        page.parent(Ref::new(TREE)).media_box(Rect::new(0.0, 0.0, PAPER.0, PAPER.1)).contents(content_id);
        page.resources().fonts().pair(FONT, Ref::new(TYPE0));
        page.finish();
        let drawn = compress_to_vec_zlib(&drawn(&font, sketch), EFFORT);
        pdf.stream(content_id, &drawn).filter(Filter::FlateDecode);
    }
    let count = i32::try_from(kids.len()).ok()?;
    pdf.pages(Ref::new(TREE)).kids(kids).count(count);
    let mut catalog = pdf.catalog(Ref::new(CATALOG));
    catalog.pages(Ref::new(TREE)).lang(TextStr("en"));
    catalog.viewer_preferences().display_doc_title(true);
    catalog.finish();
    let title = tidy(&sheet.title);
    let mut info = pdf.document_info(Ref::new(INFO));
    info.title(TextStr(&title)).creator(TextStr("sinew")).creation_date(date(at));
    info.finish();
    write_font(&mut pdf, &font);
    Some(pdf.finish())
}

fn date(at: At) -> Date {
    let small = |n: u32| u8::try_from(n).unwrap_or_default();
    let local = at.naive_local();
    Date::new(u16::try_from(local.year()).unwrap_or_default())
        .month(small(local.month()))
        .day(small(local.day()))
        .hour(small(local.hour()))
        .minute(small(local.minute()))
        .second(small(local.second()))
}

/// The commands that draw a page, in the order of reading.
fn drawn(font: &Font, sketch: &Sketch) -> Vec<u8> {
    let mut content = Content::new();
    // PDF counts from the foot of the page.
    let up = |y: f32| PAPER.1 - y;
    for shape in sketch {
        match shape {
            Shape::Rect { x, y, w, h, ink } => {
                fill(&mut content, *ink);
                content.rect(*x, up(y + h), *w, *h).fill_nonzero();
            }
            Shape::Line { from, to, ink, dashed } => {
                let [r, g, b] = colour(*ink);
                content.set_stroke_rgb(r, g, b).set_line_width(if *ink == Ink::Alarm { 1.2 } else { 0.4 });
                content.set_dash_pattern(if *dashed { &[2.0, 1.5][..] } else { &[] }.iter().copied(), 0.0);
                content.move_to(from.0, up(from.1)).line_to(to.0, up(to.1)).stroke();
            }
            Shape::Label { x, y, text, anchor, ink, size, bold } => {
                let width = || font.width(text, *size);
                let x = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - width() / 2.0,
                    Anchor::End => x - width(),
                };
                fill(&mut content, *ink);
                content.begin_text().set_font(FONT, *size);
                if *bold {
                    // One font is enough: bold letters are drawn with an outline.
                    let [r, g, b] = colour(*ink);
                    content.set_stroke_rgb(r, g, b).set_line_width(size * 0.035);
                    content.set_dash_pattern([], 0.0);
                    content.set_text_rendering_mode(TextRenderingMode::FillStroke);
                } else {
                    content.set_text_rendering_mode(TextRenderingMode::Fill);
                }
                content.next_line(x, up(*y)).show(Str(&font.encode(text)));
                content.end_text();
            }
        }
    }
    content.finish().to_vec()
}

fn fill(content: &mut Content, ink: Ink) {
    let [r, g, b] = colour(ink);
    content.set_fill_rgb(r, g, b);
}

/// Paper has one look, and prints well without colour.
fn colour(ink: Ink) -> [f32; 3] {
    match ink {
        Ink::Band => [0.93, 0.945, 0.96],
        Ink::Grid => [0.72, 0.74, 0.77],
        Ink::Value => [0.12, 0.37, 0.60],
        Ink::Other => [0.42, 0.45, 0.50],
        Ink::Amber => [0.60, 0.36, 0.0],
        Ink::Red => [0.69, 0.09, 0.09],
        Ink::Flag => [0.42, 0.12, 0.54],
        Ink::Text => [0.0, 0.0, 0.0],
        Ink::Faint => [0.30, 0.32, 0.36],
        Ink::Paper => [1.0, 1.0, 1.0],
        Ink::Alarm => [0.55, 0.07, 0.07],
    }
}

fn write_font(pdf: &mut Pdf, font: &Font) {
    pdf.type0_font(Ref::new(TYPE0))
        .base_font(FONT_NAME)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(Ref::new(CID))
        .to_unicode(Ref::new(TO_UNICODE));
    let used = font.used.borrow();
    let mut cid = pdf.cid_font(Ref::new(CID));
    cid.subtype(CidFontType::Type2).base_font(FONT_NAME).system_info(SYSTEM);
    cid.font_descriptor(Ref::new(DESCRIPTOR)).default_width(0.0);
    cid.cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for glyph in used.keys() {
        widths.consecutive(*glyph, [font.advance(*glyph)]);
    }
    widths.finish();
    cid.finish();
    let face = &font.face;
    let bounds = face.global_bounding_box();
    let of = |units: i16| font.thousandths(units);
    pdf.font_descriptor(Ref::new(DESCRIPTOR))
        .name(FONT_NAME)
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(Rect::new(of(bounds.x_min), of(bounds.y_min), of(bounds.x_max), of(bounds.y_max)))
        .italic_angle(0.0)
        .ascent(of(face.ascender()))
        .descent(of(face.descender()))
        .cap_height(of(face.capital_height().unwrap_or(face.ascender())))
        .stem_v(80.0)
        .font_file2(Ref::new(FILE));
    let pressed = compress_to_vec_zlib(BYTES, EFFORT);
    let length = i32::try_from(BYTES.len()).unwrap_or(i32::MAX);
    let mut file = pdf.stream(Ref::new(FILE), &pressed);
    file.filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
    file.finish();
    let mut map: UnicodeCmap<u16> = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
    for (glyph, stands_for) in used.iter() {
        map.pair(*glyph, *stands_for);
    }
    let map = compress_to_vec_zlib(&map.finish(), EFFORT);
    pdf.stream(Ref::new(TO_UNICODE), &map).filter(Filter::FlateDecode);
}
