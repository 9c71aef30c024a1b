//! Pictures of the ways to pay and of the banks, drawn here: a coloured tile with a sign or a few letters. They are
//! nobody's trade marks, and a shop that shows them shows which way of paying is meant.
//!
//! Names are those of gopay.md §6.9: the instrument in lower case, a bank by its code, `@2x` for twice the size. A
//! picture is drawn when it is asked for, which takes less than sending it.

mod letters;

use domain::BankCode;

/// Size of a picture in pixels; twice that for the large one.
const WIDTH: usize = 64;
const HEIGHT: usize = 40;

type Colour = [u8; 3];

/// Dark enough for white letters.
const COLOURS: [Colour; 8] = [
    [29, 78, 216],
    [12, 99, 85],
    [124, 45, 18],
    [91, 33, 182],
    [157, 23, 77],
    [30, 64, 110],
    [63, 98, 18],
    [71, 85, 105],
];

/// What is on the tile.
#[derive(Clone, Copy)]
enum Sign {
    Card,
    Bank,
    Code,
    Letters,
}

/// Every instrument that has a picture, with its sign and its letters.
const INSTRUMENTS: [(&str, Sign, &str); 14] = [
    ("payment_card", Sign::Card, ""),
    ("bank_account", Sign::Bank, ""),
    ("gpay", Sign::Letters, "GPAY"),
    ("apple_pay", Sign::Letters, "APAY"),
    ("click_to_pay", Sign::Letters, "C2P"),
    ("gopay", Sign::Letters, "GO"),
    ("paypal", Sign::Letters, "PP"),
    ("twisto", Sign::Letters, "TW"),
    ("skippay", Sign::Letters, "SKIP"),
    ("mpayment", Sign::Letters, "M"),
    ("prsms", Sign::Letters, "SMS"),
    ("paysafecard", Sign::Letters, "PSC"),
    ("bitcoin", Sign::Letters, "BTC"),
    ("QRPAYMENT", Sign::Code, ""),
];

/// The picture with this file name.
#[must_use]
pub fn png(file: &str) -> Option<Vec<u8>> {
    let name = file.strip_suffix(".png")?;
    let (name, scale) = match name.strip_suffix("@2x") {
        Some(name) => (name, 2),
        None => (name, 1),
    };
    let (sign, letters) = match INSTRUMENTS.iter().find(|(own, ..)| *own == name) {
        Some((_, sign, letters)) => (*sign, *letters),
        None => {
            let bank = BankCode::new(name).ok()?.bank()?;
            if bank.is_pseudo() { (Sign::Bank, "") } else { (Sign::Letters, bank.code.get(..4)?) }
        }
    };
    let tile = Tile { sign, letters, colour: colour(name) };
    tile.png(scale)
}

/// The same for the same name.
fn colour(name: &str) -> Colour {
    let sum = name.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    COLOURS.get(sum % COLOURS.len()).copied().unwrap_or_default()
}

struct Tile<'a> {
    sign: Sign,
    letters: &'a str,
    colour: Colour,
}

/// Dots looked at along each side of a pixel, for smooth edges.
const SAMPLES: usize = 4;
/// Places of the drawing in one unit of the normal picture: whole numbers all the way.
const UNIT: usize = 8;

impl Tile<'_> {
    fn png(&self, scale: usize) -> Option<Vec<u8>> {
        let (width, height) = (WIDTH * scale, HEIGHT * scale);
        let mut pixels = Vec::with_capacity(width * height * 4);
        for y in 0..height {
            for x in 0..width {
                pixels.extend(self.pixel(x, y, scale)?);
            }
        }
        let mut file = Vec::new();
        let (width, height) = (u32::try_from(width).ok()?, u32::try_from(height).ok()?);
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Rgba);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&pixels).ok()?;
        writer.finish().ok()?;
        Some(file)
    }

    /// How much of the pixel is tile and how much of that is sign.
    fn pixel(&self, x: usize, y: usize, scale: usize) -> Option<[u8; 4]> {
        let step = UNIT / (SAMPLES * scale);
        let (mut tile, mut sign) = (0, 0);
        for dy in 0..SAMPLES {
            for dx in 0..SAMPLES {
                let (px, py) = ((x * SAMPLES + dx) * step, (y * SAMPLES + dy) * step);
                if in_rounded(px, py, [0, 0, WIDTH * UNIT, HEIGHT * UNIT], 7 * UNIT) {
                    tile += 1;
                    sign += usize::from(self.has_sign(px, py));
                }
            }
        }
        let all = SAMPLES * SAMPLES;
        let mixed = |part: u8| {
            let part = usize::from(part);
            let ink = part + ((255 - part) * sign).checked_div(tile).unwrap_or(0);
            u8::try_from(ink).ok()
        };
        let [red, green, blue] = self.colour;
        Some([mixed(red)?, mixed(green)?, mixed(blue)?, u8::try_from(255 * tile / all).ok()?])
    }

    fn has_sign(&self, x: usize, y: usize) -> bool {
        let within = |[left, top, right, bottom]: [usize; 4]| {
            (left * UNIT..right * UNIT).contains(&x) && (top * UNIT..bottom * UNIT).contains(&y)
        };
        match self.sign {
            Sign::Card => {
                let card = [17 * UNIT, 10 * UNIT, 47 * UNIT, 30 * UNIT];
                in_rounded(x, y, card, 3 * UNIT) && !within([17, 14, 47, 18]) && !within([21, 23, 30, 26])
            }
            Sign::Bank => {
                let columns = [20, 27, 34, 41].iter().any(|left| within([*left, 18, left + 4, 27]));
                let roof = (8 * UNIT..16 * UNIT).contains(&y)
                    && x.abs_diff(32 * UNIT + UNIT / 2) < (y - 8 * UNIT) * 2 + UNIT;
                columns || roof || within([17, 29, 48, 32])
            }
            Sign::Code => {
                let corner = |left: usize, top: usize| {
                    within([left, top, left + 9, top + 9]) && !within([left + 2, top + 2, left + 7, top + 7])
                        || within([left + 3, top + 3, left + 6, top + 6])
                };
                corner(21, 9)
                    || corner(34, 9)
                    || corner(21, 22)
                    || within([34, 22, 38, 26])
                    || within([39, 27, 43, 31])
            }
            Sign::Letters => self.has_letter(x, y),
        }
    }

    fn has_letter(&self, x: usize, y: usize) -> bool {
        let count = self.letters.chars().count();
        let dot = if count > 3 { 2 } else { 3 } * UNIT;
        let (width, height) = ((count * (letters::WIDTH + 1)).saturating_sub(1) * dot, letters::HEIGHT * dot);
        let (left, top) =
            ((WIDTH * UNIT).saturating_sub(width) / 2, (HEIGHT * UNIT).saturating_sub(height) / 2);
        let (Some(x), Some(y)) = (x.checked_sub(left), y.checked_sub(top)) else { return false };
        let (column, row) = (x / dot, y / dot);
        let letter = self.letters.chars().nth(column / (letters::WIDTH + 1));
        letter.is_some_and(|letter| letters::has_dot(letter, column % (letters::WIDTH + 1), row))
    }
}

fn in_rounded(x: usize, y: usize, [left, top, right, bottom]: [usize; 4], radius: usize) -> bool {
    if !(left..right).contains(&x) || !(top..bottom).contains(&y) {
        return false;
    }
    let dx = x.abs_diff(x.clamp(left + radius, right - radius));
    let dy = y.abs_diff(y.clamp(top + radius, bottom - radius));
    dx * dx + dy * dy <= radius * radius
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(file: &str) -> (u32, u32) {
        let picture = png(file).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert!(pixels.chunks(4).any(|pixel| pixel == [255, 255, 255, 255]), "{file} has no sign");
        assert_eq!(pixels[..4], [pixels[0], pixels[1], pixels[2], 0], "{file} has round corners");
        (frame.width, frame.height)
    }

    #[test]
    fn every_way_to_pay_and_every_bank_has_a_picture_in_two_sizes() {
        let names = INSTRUMENTS.iter().map(|(name, ..)| *name);
        for name in names.chain(domain::BANKS.iter().map(|bank| bank.code)) {
            assert_eq!(size(&format!("{name}.png")), (64, 40));
            assert_eq!(size(&format!("{name}@2x.png")), (128, 80));
        }
    }

    #[test]
    fn there_are_no_others() {
        for file in ["", ".png", "nobody.png", "FIOBCZPP", "FIOBCZPP@3x.png", "../payment_card.png"] {
            assert!(png(file).is_none(), "{file}");
        }
    }
}
