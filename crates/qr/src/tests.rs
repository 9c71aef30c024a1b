//! What was written is read back by decoders that are not ours.

use domain::{BankAccount, Currency, Minor, Money};

use crate::{Error, Order, Standard};

fn account() -> BankAccount {
    BankAccount {
        name: "Květinářství U Dvou sester".to_owned(),
        iban: "CZ6508000000192000145399".to_owned(),
        bic: "GIBACZPX".to_owned(),
        local: None,
    }
}

fn order(account: &BankAccount, minor: i64, currency: Currency) -> Order<'_> {
    Order {
        account,
        money: Money::new(Minor::new(minor), currency),
        symbol: "3000000001",
        message: "Objednávka *42*",
        until: "20261121160700",
    }
}

/// Reads the picture as a scanner does.
fn scanned(width: usize, height: usize, grey: impl FnMut(usize, usize) -> u8) -> String {
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "codes in the picture");
    grids[0].decode().unwrap().1
}

fn scanned_png(file: &[u8]) -> String {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let (width, height) = (frame.width as usize, frame.height as usize);
    scanned(width, height, |x, y| pixels[y * frame.line_size + x])
}

/// Fills the rectangles of the second path.
fn scanned_svg(svg: &str) -> String {
    let side: usize = svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let mut dark = vec![false; side * side];
    let path = svg.split(" d=\"").nth(2).unwrap().split('"').next().unwrap();
    for run in path.split('M').skip(1) {
        let (place, run) = run.split_once('h').unwrap();
        let (x, y) = place.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let length: usize = run.split('v').next().unwrap().parse().unwrap();
        dark[y * side + x..y * side + x + length].fill(true);
    }
    scanned(side * 8, side * 8, |x, y| if dark[y / 8 * side + x / 8] { 0 } else { 255 })
}

#[test]
fn every_standard_is_read_back_from_both_pictures() {
    let account = account();
    for currency in [Currency::CZK, Currency::EUR, Currency::HUF] {
        for standard in Standard::of(currency) {
            let order = order(&account, 139_900, currency);
            let (text, picture) = (standard.text(&order).unwrap(), standard.picture(&order).unwrap());
            assert_eq!(scanned_png(&picture.png().unwrap()), text, "{standard:?}");
            assert_eq!(scanned_svg(&picture.svg()), text, "{standard:?}");
        }
    }
    assert!(Standard::of(Currency::USD).is_empty());
}

#[test]
fn the_texts_are_those_of_the_standards() {
    let account = account();
    assert_eq!(
        Standard::Spayd.text(&order(&account, 139_905, Currency::CZK)).unwrap(),
        "SPD*1.0*ACC:CZ6508000000192000145399+GIBACZPX*AM:1399.05*CC:CZK*RN:KV%C4%9ATIN%C3%81%C5%98STV%C3%8D U DVOU \
         SESTER*MSG:OBJEDN%C3%81VKA %2A42%2A*X-VS:3000000001"
    );
    assert_eq!(
        Standard::Sepa.text(&order(&account, 5, Currency::EUR)).unwrap(),
        "BCD\n002\n1\nSCT\nGIBACZPX\nKvětinářství U Dvou sester\nCZ6508000000192000145399\nEUR0.05\n\n\n\
         /VS3000000001 Objednávka *42*"
    );
    let forints = Standard::Mnb.text(&order(&account, 139_900, Currency::HUF)).unwrap();
    assert_eq!(forints.lines().count(), 17);
    assert_eq!(forints.lines().nth(6), Some("HUF1399"));
    assert_eq!(forints.lines().nth(7), Some("20261121160700+0"));
    assert!(matches!(Standard::Mnb.text(&order(&account, 139_901, Currency::HUF)), Err(Error::DoesNotFit)));
}

/// Five bits a letter, as a reader of the code would.
fn bytes_of(text: &str) -> Vec<u8> {
    let bits: Vec<u32> = text
        .chars()
        .flat_map(|c| (0..5).rev().map(move |shift| c.to_digit(32).unwrap() >> shift & 1))
        .collect();
    let whole = |bits: &[u32]| u8::try_from(bits.iter().fold(0, |byte, bit| byte << 1 | bit)).unwrap();
    bits.chunks_exact(8).map(whole).collect()
}

#[test]
fn pay_by_square_is_unpacked_by_another_lzma() {
    let account = account();
    let code = bytes_of(&Standard::PayBySquare.text(&order(&account, 139_950, Currency::EUR)).unwrap());
    assert_eq!(code[..2], [0, 0]);
    let length = u64::from(u16::from_le_bytes([code[2], code[3]]));
    let properties = lzma_rs::decompress::raw::LzmaProperties { lc: 3, lp: 0, pb: 2 };
    let parameters = lzma_rs::decompress::raw::LzmaParams::new(properties, 1 << 17, None);
    let mut decoder = lzma_rs::decompress::raw::LzmaDecoder::new(parameters, None).unwrap();
    let mut data = Vec::new();
    decoder.decompress(&mut std::io::Cursor::new(&code[4..]), &mut data).unwrap();
    assert_eq!(u64::try_from(data.len()).unwrap(), length);
    let fields = String::from_utf8(data[4..].to_vec()).unwrap();
    assert_eq!(
        fields,
        "\t1\t1\t1399.50\tEUR\t\t3000000001\t\t\t\tObjednávka *42*\t1\tCZ6508000000192000145399\tGIBACZPX\t0\t0"
    );
}
