//! Pages: where everything stands, and what a screen reader is told about it. Lines, repeated titles and page numbers
//! are artifacts; everything else is in the tree of tags in reading order.

use std::num::NonZeroU16;

use krilla::color::luma;
use krilla::configure::validate::Accessibility;
use krilla::configure::{Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, SpanTag, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::lines::{COLUMNS, Line};
use super::typeface::{Run, Typeface, Weight};
use crate::amount::for_reading;
use crate::period::czech_moment;
use crate::text::clean;
use crate::writer::{Error, Head};

/// A4, landscape, in points.
const WIDTH: f32 = 842.0;
const HEIGHT: f32 = 595.0;
const MARGIN: f32 = 36.0;

const TITLE_SIZE: f32 = 18.0;
const HEAD_SIZE: f32 = 9.0;
const TEXT_SIZE: f32 = 8.0;
const FOOTER_SIZE: f32 = 7.0;
const ROW_HEIGHT: f32 = 14.0;
const HEAD_ROW_HEIGHT: f32 = 15.0;
const GAP: f32 = 6.0;
const BOTTOM: f32 = HEIGHT - MARGIN - 18.0;
const HEAD_NAME_WIDTH: f32 = 130.0;

const TITLE: &str = "Výpis z účtu";
const LANGUAGE: &str = "cs";

struct Column {
    title: &'static str,
    width: f32,
    align: Align,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    /// For amounts, which are made smaller rather than shortened.
    Right,
}

const fn column(title: &'static str, width: f32, align: Align) -> Column {
    Column { title, width, align }
}

/// The widths add up to the page without its margins.
const TABLE: [Column; COLUMNS] = [
    column("Datum a čas", 88.0, Align::Left),
    column("Typ", 86.0, Align::Left),
    column("ID platby", 80.0, Align::Left),
    column("Objednávka", 96.0, Align::Left),
    column("Protistrana a popis", 166.0, Align::Left),
    column("Částka", 88.0, Align::Right),
    column("Poplatek", 74.0, Align::Right),
    column("Zůstatek", 92.0, Align::Right),
];

const BLACK: u8 = 20;
const GREY: u8 = 90;
const RULE: u8 = 200;

pub(super) fn render(head: &Head, lines: &[Line], sums_of_days: bool) -> Result<Vec<u8>, Error> {
    let mut document = Document::new_with(SerializeSettings {
        configuration: accessible()?,
        enable_tagging: true,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(head));
    let book = Book { regular: Typeface::new(Weight::Regular)?, bold: Typeface::new(Weight::Bold)? };
    let facts = facts(head, sums_of_days);
    let table_y = first_row_y(facts.len());
    document.set_outline(outline(table_y));
    let pages = paginate(lines, table_y);
    let mut tree = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    let mut table = TagGroup::new(Tag::Table);
    for (number, page_lines) in pages.iter().enumerate() {
        let settings =
            PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Error::Pdf("no page".to_owned()))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let mut pen = Pen { book: &book, surface: &mut surface, y: MARGIN };
        if number == 0 {
            pen.title(&mut tree)?;
            pen.facts(&facts, &mut tree);
            pen.titles(Some(&mut table));
        } else {
            pen.titles(None);
        }
        for line in *page_lines {
            pen.line(line, &mut table);
        }
        pen.footer(head, number + 1, pages.len());
        surface.finish();
        page.finish();
    }
    tree.push(table);
    document.set_tag_tree(tree);
    document.finish().map_err(|error| Error::Pdf(format!("{error:?}")))
}

/// Two places to go to, both on the first page.
fn outline(table_y: f32) -> Outline {
    let mut outline = Outline::new();
    for (title, y) in [(TITLE, 0.0), ("Pohyby", table_y)] {
        let place = XyzDestination::new(0, Point::from_xy(0.0, y));
        outline.push_child(OutlineNode::new(title.to_owned(), place));
    }
    outline
}

fn accessible() -> Result<Configuration, Error> {
    ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| Error::Pdf(format!("{error:?}")))
}

fn metadata(head: &Head) -> Metadata {
    let at = &head.issued;
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let offset_minutes = at.offset().seconds() / 60;
    let created = DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(i8::try_from(offset_minutes / 60).unwrap_or_default())
        .utc_offset_minute(u8::try_from(offset_minutes.unsigned_abs() % 60).unwrap_or_default());
    Metadata::new()
        .title(format!("{TITLE} {} {}", clean(&head.statement.login), head.statement.period))
        .language(LANGUAGE.to_owned())
        .authors(vec![clean(&head.statement.provider)])
        .creation_date(created)
}

/// What is said about the account: names and values.
fn facts(head: &Head, sums_of_days: bool) -> Vec<(&'static str, String)> {
    let statement = &head.statement;
    let amount = |amount| format!("{} {}", for_reading(amount), statement.currency);
    let listed = if sums_of_days { " (součty po dnech)" } else { "" };
    vec![
        ("Obchodník", clean(&statement.owner)),
        ("GoID", clean(&statement.login)),
        ("Poskytovatel", clean(&statement.provider)),
        ("Účet", statement.account.to_string()),
        ("Číslo výpisu", statement.number.to_string()),
        ("Vytvořeno", czech_moment(&head.issued)),
        ("Období", statement.period.to_string()),
        ("Počáteční zůstatek", amount(statement.opening)),
        ("Připsáno", amount(head.totals.credits)),
        ("Odepsáno", amount(head.totals.debits.negated())),
        ("Konečný zůstatek", amount(head.closing)),
        ("Počet pohybů", format!("{}{listed}", head.totals.movements)),
    ]
}

/// Where the table's titles begin on the first page: below the title and two columns of facts.
fn first_row_y(facts: usize) -> f32 {
    let rows = u16::try_from(facts.div_ceil(2)).unwrap_or(u16::MAX);
    MARGIN + TITLE_SIZE + GAP * 2.0 + f32::from(rows) * HEAD_ROW_HEIGHT + GAP * 2.0
}

/// The lines of each page; there is a first page even when there are no lines.
fn paginate(lines: &[Line], first_y: f32) -> Vec<&[Line]> {
    let on_first = rows_below(first_y).min(lines.len());
    let (first, rest) = lines.split_at_checked(on_first).unwrap_or((lines, &[]));
    let mut pages = vec![first];
    pages.extend(rest.chunks(rows_below(MARGIN)));
    pages
}

/// How many rows fit below titles that begin there.
fn rows_below(y: f32) -> usize {
    let mut rows = 0;
    let mut used = y + ROW_HEIGHT * 2.0;
    while used <= BOTTOM {
        rows += 1;
        used += ROW_HEIGHT;
    }
    rows.max(1)
}

struct Book {
    regular: Typeface,
    bold: Typeface,
}

impl Book {
    fn face(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// How a text is drawn.
#[derive(Clone, Copy)]
struct Style {
    weight: Weight,
    size: f32,
    grey: u8,
    align: Align,
}

/// Draws from the top of a page to its bottom.
struct Pen<'a, 'b> {
    book: &'a Book,
    surface: &'a mut Surface<'b>,
    y: f32,
}

impl Pen<'_, '_> {
    fn title(&mut self, tree: &mut TagTree) -> Result<(), Error> {
        let level = NonZeroU16::new(1).ok_or_else(|| Error::Pdf("no heading".to_owned()))?;
        let mut heading = TagGroup::new(Tag::Hn(level, Some(TITLE.to_owned())));
        let style = Style { weight: Weight::Bold, size: TITLE_SIZE, grey: BLACK, align: Align::Left };
        self.y += TITLE_SIZE;
        self.tagged(TITLE, MARGIN, WIDTH - 2.0 * MARGIN, style, &mut heading);
        self.y += GAP * 2.0;
        tree.push(heading);
        Ok(())
    }

    /// The facts in two columns, the first half on the left: a table of names and values to a screen reader.
    fn facts(&mut self, facts: &[(&'static str, String)], tree: &mut TagTree) {
        let name = Style { weight: Weight::Regular, size: HEAD_SIZE, grey: GREY, align: Align::Left };
        let value = Style { weight: Weight::Bold, size: HEAD_SIZE, grey: BLACK, align: Align::Left };
        let half = (WIDTH - 2.0 * MARGIN) / 2.0;
        let mut table = TagGroup::new(Tag::Table);
        let top = self.y;
        let mut bottom = top;
        for (facts, left) in facts.chunks(facts.len().div_ceil(2).max(1)).zip([MARGIN, MARGIN + half]) {
            self.y = top;
            for (title, text) in facts {
                self.y += HEAD_ROW_HEIGHT;
                let mut row = TagGroup::new(Tag::TR);
                let mut header = TagGroup::new(Tag::TH(TableHeaderScope::Row));
                self.tagged(title, left, HEAD_NAME_WIDTH, name, &mut header);
                row.push(header);
                row.push(self.cell(Tag::TD, text, left + HEAD_NAME_WIDTH, half - HEAD_NAME_WIDTH, value));
                table.push(row);
            }
            bottom = bottom.max(self.y);
        }
        self.y = bottom + GAP * 2.0;
        tree.push(table);
    }

    /// The titles of the columns; said once, and only shown on the pages that follow.
    fn titles(&mut self, table: Option<&mut TagGroup>) {
        self.y += ROW_HEIGHT;
        let mut row = TagGroup::new(Tag::TR);
        let mut left = MARGIN;
        let is_first = table.is_some();
        for column in &TABLE {
            let style = Style { weight: Weight::Bold, size: TEXT_SIZE, grey: BLACK, align: column.align };
            if is_first {
                let tag = Tag::TH(TableHeaderScope::Column);
                row.push(self.cell(tag, column.title, left, column.width, style));
            } else {
                self.artifact(ArtifactType::Header, column.title, left, column.width, style);
            }
            left += column.width;
        }
        if let Some(table) = table {
            table.push(row);
        }
        self.rule(GREY);
    }

    fn line(&mut self, line: &Line, table: &mut TagGroup) {
        self.y += ROW_HEIGHT;
        let mut row = TagGroup::new(Tag::TR);
        let mut left = MARGIN;
        for (column, text) in TABLE.iter().zip(&line.0) {
            let style = Style { weight: Weight::Regular, size: TEXT_SIZE, grey: BLACK, align: column.align };
            row.push(self.cell(Tag::TD, text, left, column.width, style));
            left += column.width;
        }
        table.push(row);
        self.rule(RULE);
    }

    fn footer(&mut self, head: &Head, page: usize, pages: usize) {
        self.y = HEIGHT - MARGIN;
        let width = WIDTH - 2.0 * MARGIN;
        let style = Style { weight: Weight::Regular, size: FOOTER_SIZE, grey: GREY, align: Align::Left };
        let statement = &head.statement;
        let whose = format!("{TITLE} · {} · {}", clean(&statement.login), statement.period);
        self.artifact(ArtifactType::Footer, &whose, MARGIN, width, style);
        let right = Style { align: Align::Right, ..style };
        self.artifact(ArtifactType::Footer, &format!("Strana {page} z {pages}"), MARGIN, width, right);
    }

    fn cell(&mut self, tag: impl Into<TagKind>, text: &str, left: f32, width: f32, style: Style) -> TagGroup {
        let mut cell = TagGroup::new(tag);
        self.tagged(text, left, width, style, &mut cell);
        cell
    }

    /// Draws a text as a part of the group. What does not fit is drawn shortened and still said whole.
    fn tagged(&mut self, text: &str, left: f32, width: f32, style: Style, group: &mut TagGroup) {
        let (run, size) = self.fitted(text, width, style);
        let actual = (run.text != text).then_some(text);
        let span = SpanTag::empty().with_actual_text(actual);
        group.push(self.surface.start_tagged(ContentTag::Span(span)));
        self.draw(&run, left, width, size, style);
        self.surface.end_tagged();
    }

    fn artifact(&mut self, kind: ArtifactType, text: &str, left: f32, width: f32, style: Style) {
        let (run, size) = self.fitted(text, width, style);
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        self.draw(&run, left, width, size, style);
        self.surface.end_tagged();
    }

    fn fitted<'t>(&self, text: &'t str, width: f32, style: Style) -> (Run<'t>, f32) {
        let face = self.book.face(style.weight);
        let inner = width - GAP;
        match style.align {
            Align::Left => (face.shortened(text, inner / style.size), style.size),
            Align::Right => {
                let run = face.run(text);
                let size = if run.width * style.size > inner { inner / run.width } else { style.size };
                (run, size)
            }
        }
    }

    fn draw(&mut self, run: &Run<'_>, left: f32, width: f32, size: f32, style: Style) {
        if run.glyphs.is_empty() {
            return;
        }
        let x = match style.align {
            Align::Left => left,
            Align::Right => left + width - run.width * size,
        };
        self.surface.set_fill(Some(fill(style.grey)));
        let font = self.book.face(style.weight).font.clone();
        self.surface.draw_glyphs(Point::from_xy(x, self.y), &run.glyphs, font, &run.text, size, false);
    }

    /// A hairline below the row.
    fn rule(&mut self, grey: u8) {
        let Some(line) = Rect::from_xywh(MARGIN, self.y + 4.0, WIDTH - 2.0 * MARGIN, 0.4) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(line);
        let Some(path) = path.finish() else { return };
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        self.surface.set_fill(Some(fill(grey)));
        self.surface.draw_path(&path);
        self.surface.end_tagged();
    }
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), ..Fill::default() }
}
