//! PAY by square 1.0: a list of fields parted by tabs, with its checksum, compressed, and written in 32 characters
//! that a small picture holds.

use crate::texts::decimal;
use crate::{Error, Order, lzma};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";

pub(crate) fn text(order: &Order<'_>) -> Result<String, Error> {
    let fields = fields(order);
    let mut data = crc32(fields.as_bytes()).to_le_bytes().to_vec();
    data.extend(fields.as_bytes());
    let length = u16::try_from(data.len()).map_err(|_| Error::DoesNotFit)?;
    // Kind and version of the code, both the first.
    let mut code = vec![0, 0];
    code.extend(length.to_le_bytes());
    code.extend(lzma::compress(&data));
    Ok(base32(&code))
}

/// One payment order to one account, with a symbol and a message.
fn fields(order: &Order<'_>) -> String {
    let plain = |text: &str| -> String {
        text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    [
        "",
        "1",
        "1",
        &decimal(order),
        order.money.currency.code(),
        "",
        order.symbol,
        "",
        "",
        "",
        &plain(order.message),
        "1",
        &order.account.iban,
        &order.account.bic,
        "0",
        "0",
    ]
    .join("\t")
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// Five bits a character, the highest first, the last filled up with zeros.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(8).div_ceil(5));
    let (mut held, mut bits) = (0_u32, 0_u32);
    let letter = |value: u32| {
        let place = usize::try_from(value & 31).unwrap_or_default();
        ALPHABET.get(place).map_or('0', |letter| char::from(*letter))
    };
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xFFFF;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(letter(held >> bits));
        }
    }
    if bits > 0 {
        text.push(letter(held << (5 - bits)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_and_letters_are_the_standard_ones() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(base32(b"foobar"), "CPNMUOJ1E8");
        assert_eq!(base32(b"f"), "CO");
    }
}
