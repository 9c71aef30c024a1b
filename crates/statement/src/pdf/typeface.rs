//! Glyphs and widths of the typeface. A statement has no ligatures and no right-to-left text, so each character is
//! one glyph beside the last; one that the typeface does not have becomes a question mark.

use std::borrow::Cow;

use dejavu::sans_condensed;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

use crate::writer::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

pub(super) struct Typeface {
    pub(super) font: Font,
    font_ref: FontRef<'static>,
}

/// A text ready to be drawn: its characters, their glyphs, and how wide it is at size 1.
pub(super) struct Run<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) glyphs: Vec<KrillaGlyph>,
    pub(super) width: f32,
}

impl Typeface {
    pub(super) fn new(weight: Weight) -> Result<Self, Error> {
        let bytes = match weight {
            Weight::Regular => sans_condensed::regular(),
            Weight::Bold => sans_condensed::bold(),
        };
        let unreadable = || Error::Pdf("the typeface cannot be read".to_owned());
        let font = Font::new(bytes.into(), 0).ok_or_else(unreadable)?;
        let font_ref = FontRef::new(bytes).map_err(|_| unreadable())?;
        Ok(Self { font, font_ref })
    }

    pub(super) fn run<'a>(&self, text: &'a str) -> Run<'a> {
        let letters = self.font_ref.charmap();
        let text = if text.chars().all(|letter| letters.map(letter).is_some()) {
            Cow::Borrowed(text)
        } else {
            let known = |letter| if letters.map(letter).is_some() { letter } else { '?' };
            Cow::Owned(text.chars().map(known).collect())
        };
        let metrics = self.font_ref.glyph_metrics(Size::new(1.0), LocationRef::default());
        let mut width = 0.0;
        let mut glyphs = Vec::with_capacity(text.len());
        for (start, letter) in text.char_indices() {
            let Some(glyph) = letters.map(letter) else { continue };
            let advance = metrics.advance_width(glyph).unwrap_or_default();
            width += advance;
            let range = start..start + letter.len_utf8();
            let id = GlyphId::new(glyph.to_u32());
            glyphs.push(KrillaGlyph::new(id, advance, 0.0, 0.0, 0.0, range, None));
        }
        Run { text, glyphs, width }
    }

    /// As much of the text as is no wider than that at size 1, with an ellipsis when it is not all of it.
    pub(super) fn shortened<'a>(&self, text: &'a str, width: f32) -> Run<'a> {
        let whole = self.run(text);
        if whole.width <= width {
            return whole;
        }
        let mut left = width - self.run("…").width;
        let fitting = whole.glyphs.iter().take_while(|glyph| {
            left -= glyph.x_advance;
            left >= 0.0
        });
        let mut shorter: String = whole.text.chars().take(fitting.count()).collect();
        shorter.truncate(shorter.trim_end().len());
        shorter.push('…');
        let run = self.run(&shorter);
        Run { text: Cow::Owned(run.text.into_owned()), glyphs: run.glyphs, width: run.width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_typeface_lacks_becomes_a_question_mark() {
        let face = Typeface::new(Weight::Regular).unwrap();
        assert_eq!(face.run("Žluťoučký Щ Ω € 日").text, "Žluťoučký Щ Ω € ?");
        assert!(face.run("WWW").width > face.run("iii").width);
    }

    #[test]
    fn a_long_text_ends_in_an_ellipsis() {
        let face = Typeface::new(Weight::Bold).unwrap();
        let run = face.shortened("a very long counterparty", 5.0);
        assert!(run.text.ends_with('…') && run.width <= 5.0, "{}", run.text);
        assert_eq!(face.shortened("short", 5.0).text, "short");
    }
}
