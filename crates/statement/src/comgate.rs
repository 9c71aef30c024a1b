//! Comgate's daily CSV (comgate.md §11.2): every value in quotes, semicolons, decimal commas, a first line of names
//! and a last one of sums. The payout itself is no line: it is what the last column comes to.

use domain::Minor;

use crate::amount::Decimal;
use crate::csv::quote;
use crate::text::{clean, guarded};
use crate::writer::{Error, Head, Layout, Row};
use crate::{Encoding, Kind};

const COLUMNS: [&str; 8] = [
    "Merchant",
    "ID ComGate",
    "Metoda",
    "Potvrzená částka",
    "Převedená částka",
    "Produkt",
    "Variabilní symbol převodu",
    "ID od klienta",
];

const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(crate) struct Daily {
    encoding: Encoding,
    confirmed: Minor,
    transferred: Minor,
}

impl Daily {
    pub(crate) const fn new(encoding: Encoding) -> Self {
        Self { encoding, confirmed: Minor::ZERO, transferred: Minor::ZERO }
    }

    fn write(&self, cells: [&str; 8], out: &mut Vec<u8>) {
        let mut line = String::new();
        for cell in cells {
            if !line.is_empty() {
                line.push(';');
            }
            quote(cell, &mut line);
        }
        line.push_str("\r\n");
        self.encoding.write(&line, out);
    }

    fn text(&self, raw: &str) -> String {
        guarded(&self.encoding.fit(&clean(raw)))
    }
}

impl Layout for Daily {
    fn begin(&mut self, _head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.encoding == Encoding::Utf8 {
            self.encoding.write(BYTE_ORDER_MARK, out);
        }
        self.write(COLUMNS, out);
        Ok(())
    }

    fn row(&mut self, head: &Head, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let movement = row.movement;
        // A fee of its own takes from the transfer, and nobody has paid it.
        let confirmed = match movement.kind {
            Kind::Payout => return Ok(()),
            Kind::Fee => Minor::ZERO,
            Kind::Payment | Kind::RecurrentPayment | Kind::Refund | Kind::Reversal | Kind::Correction => {
                movement.gross
            }
        };
        self.confirmed = self.confirmed.plus(confirmed);
        self.transferred = self.transferred.plus(movement.net());
        let symbol = head.statement.transfer.map(|symbol| symbol.to_string()).unwrap_or_default();
        self.write(
            [
                &self.text(&head.statement.login),
                &self.text(&movement.payment),
                &self.text(&movement.method),
                &Decimal::Comma.spell(confirmed),
                &Decimal::Comma.spell(movement.net()),
                &self.text(&movement.description),
                &symbol,
                &self.text(&movement.order),
            ],
            out,
        );
        Ok(())
    }

    fn end(&mut self, _head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        let (confirmed, transferred) =
            (Decimal::Comma.spell(self.confirmed), Decimal::Comma.spell(self.transferred));
        self.write(["suma", "", "", &confirmed, &transferred, "", "", ""], out);
        Ok(())
    }
}
