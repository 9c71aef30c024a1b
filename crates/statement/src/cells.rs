//! The tables of GoPay's CSV and XLS statements: which columns there are, what they are called and what stands in
//! them. The column lists are ours, since none is published (gopay.md §12).

use domain::Minor;
use jiff::Zoned;

use crate::amount::Decimal;
use crate::period::{czech_date, czech_moment};
use crate::text::{clean, guarded};
use crate::writer::{Head, Row};

/// A table: its language, whether lines about the account stand above it, and its columns.
pub(crate) struct Table {
    pub(crate) language: Language,
    pub(crate) with_head: bool,
    columns: &'static [&'static [Column]],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Czech,
    English,
}

/// What a cell holds; how it is spelled is the file's matter, whether it is safe is not.
pub(crate) enum Cell {
    Text(String),
    Amount(Minor),
    Moment(Zoned),
}

struct Column {
    czech: &'static str,
    english: &'static str,
    cell: fn(&Head, &Row<'_>, Language) -> Cell,
}

const fn column(
    czech: &'static str,
    english: &'static str,
    cell: fn(&Head, &Row<'_>, Language) -> Cell,
) -> Column {
    Column { czech, english, cell }
}

const COMMON: &[Column] = &[
    column("Datum a čas", "Date and time", |_, row, _| Cell::Moment(row.at.clone())),
    column("ID pohybu", "Movement ID", |_, row, _| text(&row.movement.id.to_string())),
    column("Typ", "Type", |_, row, language| {
        text(match language {
            Language::Czech => row.movement.kind.czech(),
            Language::English => row.movement.kind.code(),
        })
    }),
    column("ID platby", "Payment ID", |_, row, _| text(&row.movement.payment)),
    column("Číslo objednávky", "Order number", |_, row, _| text(&row.movement.order)),
    column("Platební metoda", "Payment method", |_, row, _| text(&row.movement.method)),
    column("Protistrana", "Counterparty", |_, row, _| text(&row.movement.counterparty)),
    column("Částka", "Amount", |_, row, _| Cell::Amount(row.movement.gross)),
    column("Poplatek", "Fee", |_, row, _| Cell::Amount(row.movement.fee)),
    column("Zůstatek", "Balance", |_, row, _| Cell::Amount(row.balance)),
    column("Měna", "Currency", |head, _, _| text(head.statement.currency.code())),
    column("Popis", "Description", |_, row, _| text(&row.movement.description)),
];

const DETAILS: &[Column] = &[
    column("ID nadřazené platby", "Parent payment ID", |_, row, _| text(&row.movement.parent)),
    column("Karta nebo účet", "Card or account", |_, row, _| {
        text(&[row.movement.card_brand.as_str(), row.movement.instrument.as_str()].join(" "))
    }),
    column("E-mail plátce", "Payer e-mail", |_, row, _| text(&row.movement.payer_email)),
    column("Čistá částka", "Net amount", |_, row, _| Cell::Amount(row.movement.net())),
];

const PARAMETERS: &[Column] = &[
    column("Parametr 1", "Parameter 1", |_, row, _| parameter(row, 0)),
    column("Parametr 2", "Parameter 2", |_, row, _| parameter(row, 1)),
    column("Parametr 3", "Parameter 3", |_, row, _| parameter(row, 2)),
    column("Parametr 4", "Parameter 4", |_, row, _| parameter(row, 3)),
];

pub(crate) static CZECH_WITH_HEAD: Table =
    Table { language: Language::Czech, with_head: true, columns: &[COMMON] };
pub(crate) static CZECH: Table = Table { language: Language::Czech, with_head: false, columns: &[COMMON] };
pub(crate) static ENGLISH: Table =
    Table { language: Language::English, with_head: false, columns: &[COMMON] };
pub(crate) static ENGLISH_WITH_DETAILS: Table =
    Table { language: Language::English, with_head: false, columns: &[COMMON, DETAILS] };
pub(crate) static ENGLISH_WITH_PARAMETERS: Table =
    Table { language: Language::English, with_head: false, columns: &[COMMON, DETAILS, PARAMETERS] };

impl Table {
    pub(crate) fn titles(&self) -> impl Iterator<Item = &'static str> {
        let language = self.language;
        self.columns.iter().flat_map(|group| group.iter()).map(move |column| match language {
            Language::Czech => column.czech,
            Language::English => column.english,
        })
    }

    pub(crate) fn cells<'a>(&'a self, head: &'a Head, row: &'a Row<'_>) -> impl Iterator<Item = Cell> + 'a {
        let columns = self.columns.iter().flat_map(|group| group.iter());
        columns.map(|column| (column.cell)(head, row, self.language))
    }
}

/// The lines about the account that stand above a table.
pub(crate) fn head_lines(head: &Head) -> [(&'static str, Cell); 8] {
    let Head { statement, closing, issued, .. } = head;
    let period = format!("{} - {}", czech_date(statement.period.from()), czech_date(statement.period.to()));
    [
        ("Obchodník", text(&statement.owner)),
        ("GoID", text(&statement.login)),
        ("Poskytovatel", text(&statement.provider)),
        ("Vytvořeno", Cell::Moment(issued.clone())),
        ("Období", text(&period)),
        ("Měna", text(statement.currency.code())),
        ("Počáteční zůstatek", Cell::Amount(statement.opening)),
        ("Konečný zůstatek", Cell::Amount(*closing)),
    ]
}

impl Cell {
    /// As it stands in a text file.
    pub(crate) fn spell(self, language: Language) -> String {
        match (self, language) {
            (Self::Text(text), _) => text,
            (Self::Amount(amount), Language::Czech) => Decimal::Comma.spell(amount),
            (Self::Amount(amount), Language::English) => Decimal::Point.spell(amount),
            (Self::Moment(at), Language::Czech) => czech_moment(&at),
            (Self::Moment(at), Language::English) => at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        }
    }
}

fn text(raw: &str) -> Cell {
    Cell::Text(guarded(&clean(raw)))
}

fn parameter(row: &Row<'_>, place: usize) -> Cell {
    let parameter = row.movement.parameters.get(place);
    text(&parameter.map(|(name, value)| format!("{name}={value}")).unwrap_or_default())
}
