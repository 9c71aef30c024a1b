//! The kinds of file there are, and what the doors call them.

use crate::Encoding;
use crate::writer::Layout;
use crate::{abo, cells, comgate, csv, pdf, xls};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    CsvA,
    CsvB,
    CsvC,
    CsvD,
    CsvE,
    XlsA,
    XlsB,
    XlsC,
    AboA,
    AboB,
    PdfA,
    ComgateCsv(Encoding),
    ComgateAbo(AboVersion, Encoding),
}

/// How Comgate's ABO tells fees (comgate.md §11.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AboVersion {
    /// A line for each payment and one for its fee.
    V1,
    /// A line for each payment and one for all fees.
    V2,
}

const GOPAY: [(&str, Format); 11] = [
    ("CSV_A", Format::CsvA),
    ("CSV_B", Format::CsvB),
    ("CSV_C", Format::CsvC),
    ("CSV_D", Format::CsvD),
    ("CSV_E", Format::CsvE),
    ("XLS_A", Format::XlsA),
    ("XLS_B", Format::XlsB),
    ("XLS_C", Format::XlsC),
    ("ABO_A", Format::AboA),
    ("ABO_B", Format::AboB),
    ("PDF_A", Format::PdfA),
];

impl Format {
    /// The format GoPay calls so (gopay.md §12).
    #[must_use]
    pub fn of_gopay(name: &str) -> Option<Self> {
        GOPAY.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// What GoPay calls its formats, in the document's order.
    pub fn gopay_names() -> impl Iterator<Item = &'static str> {
        GOPAY.iter().map(|(name, _)| *name)
    }

    /// The ending of a file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::CsvA | Self::CsvB | Self::CsvC | Self::CsvD | Self::CsvE | Self::ComgateCsv(_) => "csv",
            Self::XlsA | Self::XlsB | Self::XlsC => "xls",
            Self::AboA | Self::AboB | Self::ComgateAbo(..) => "gpc",
            Self::PdfA => "pdf",
        }
    }

    /// Whether a file is written row by row. The other kind is a PDF, which exists only when it is complete.
    #[must_use]
    pub const fn streams(self) -> bool {
        !matches!(self, Self::PdfA)
    }

    pub(crate) fn layout(self) -> Box<dyn Layout + Send> {
        match self {
            Self::CsvA => Box::new(csv::Csv::new(&cells::CZECH_WITH_HEAD)),
            Self::CsvB => Box::new(csv::Csv::new(&cells::CZECH)),
            Self::CsvC => Box::new(csv::Csv::new(&cells::ENGLISH)),
            Self::CsvD => Box::new(csv::Csv::new(&cells::ENGLISH_WITH_DETAILS)),
            Self::CsvE => Box::new(csv::Csv::new(&cells::ENGLISH_WITH_PARAMETERS)),
            Self::XlsA => Box::new(xls::Xls::new(&cells::CZECH_WITH_HEAD)),
            Self::XlsB => Box::new(xls::Xls::new(&cells::CZECH)),
            Self::XlsC => Box::new(xls::Xls::new(&cells::ENGLISH_WITH_DETAILS)),
            Self::AboA => Box::new(abo::Abo::new(abo::Dialect::GoPayEdit, Encoding::Windows1250)),
            Self::AboB => Box::new(abo::Abo::new(abo::Dialect::GoPayInternal, Encoding::Windows1250)),
            Self::PdfA => Box::new(pdf::Pdf::default()),
            Self::ComgateCsv(encoding) => Box::new(comgate::Daily::new(encoding)),
            Self::ComgateAbo(version, encoding) => {
                Box::new(abo::Abo::new(abo::Dialect::Comgate(version), encoding))
            }
        }
    }
}
