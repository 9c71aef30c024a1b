//! The picture of a point of sale's QR code, which anybody may fetch (mobilepay.md §8.4).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use domain::BeaconId;
use fast_qr::QRBuilder;
use fast_qr::qr::QRCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderValue, StatusCode};

use crate::door::Door;
use crate::read::pairs;

/// Light modules around the code.
const QUIET: usize = 4;
const USUAL_SIZE: usize = 300;
const SIZES: std::ops::RangeInclusive<usize> = 100..=1_000;

/// What a phone reads: the check-in at the point of sale with this beacon.
#[must_use]
pub fn content(beacon: &BeaconId) -> String {
    format!("mobilepaypos://pos?id={beacon}&source=qr").to_ascii_lowercase()
}

/// The path of the picture.
#[must_use]
pub fn path(beacon: &BeaconId) -> String {
    format!("/qr/{beacon}.png")
}

pub(crate) async fn picture(
    State(door): State<Arc<Door>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    match drawn(&door, &name, &query.unwrap_or_default()).await {
        Some(file) => answer(StatusCode::OK, "image/png", "public, max-age=300", file),
        None => {
            let text = "There is no such code.\n".as_bytes().to_vec();
            answer(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "no-store", text)
        }
    }
}

async fn drawn(door: &Door, name: &str, query: &str) -> Option<Vec<u8>> {
    let beacon: BeaconId = strip_suffix(name, ".png")?.parse().ok()?;
    let wanted = pairs(query.as_bytes()).ok()?;
    let size = match wanted.get("size") {
        None => USUAL_SIZE,
        Some(text) => text.parse().ok().filter(|size| SIZES.contains(size))?,
    };
    if !door.engine.knows_beacon(&beacon).await {
        return None;
    }
    let drawn = png(&content(&beacon), size);
    if drawn.is_none() {
        tracing::error!("a code could not be drawn");
    }
    drawn
}

fn strip_suffix<'a>(name: &'a str, suffix: &str) -> Option<&'a str> {
    let (head, tail) = name.split_at_checked(name.len().checked_sub(suffix.len())?)?;
    tail.eq_ignore_ascii_case(suffix).then_some(head)
}

/// A square of `size` pixels, one bit each: the code in the middle, as large as whole pixels allow.
fn png(text: &str, size: usize) -> Option<Vec<u8>> {
    let code = QRBuilder::new(text).ecl(fast_qr::ECL::M).build().ok()?;
    let scale = size / (code.size + 2 * QUIET);
    let margin = size.checked_sub(scale * code.size)? / 2;
    let module = |pixel: usize| pixel.checked_sub(margin)?.checked_div(scale);
    let mut rows = Vec::with_capacity(size * size.div_ceil(8));
    for y in 0..size {
        for start in (0..size).step_by(8) {
            let light = |x| x >= size || !is_dark(&code, module(x), module(y));
            rows.push((start..start + 8).fold(0_u8, |byte, x| byte << 1 | u8::from(light(x))));
        }
    }
    let side = u32::try_from(size).ok()?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&rows).ok()?;
    writer.finish().ok()?;
    Some(file)
}

fn is_dark(code: &QRCode, x: Option<usize>, y: Option<usize>) -> bool {
    let (Some(x), Some(y)) = (x, y) else { return false };
    let inside = x < code.size && y < code.size;
    inside && code.data.get(y * code.size + x).is_some_and(|module| module.value())
}

fn answer(status: StatusCode, kind: &'static str, caching: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The picture's pixels, one byte each.
    fn pixels(file: &[u8]) -> (usize, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(frame.width, frame.height);
        (usize::try_from(frame.width).unwrap(), pixels)
    }

    #[test]
    fn a_scanner_reads_what_was_meant_at_every_size() {
        let beacon: BeaconId = "0F8FAD5B-D9CB-469F-A165-70867728950E".parse().unwrap();
        let device: BeaconId = "100000000012345".parse().unwrap();
        let expected = "mobilepaypos://pos?id=0f8fad5b-d9cb-469f-a165-70867728950e&source=qr";
        assert_eq!(content(&beacon), expected);
        for size in [100, 101, 300] {
            for beacon in [&beacon, &device] {
                let (side, pixels) = pixels(&png(&content(beacon), size).unwrap());
                assert_eq!(side, size);
                let mut image =
                    rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| pixels[y * side + x]);
                let grids = image.detect_grids();
                let (_, read) = grids[0].decode().unwrap();
                assert_eq!(read, content(beacon), "{size}");
            }
        }
    }

    #[test]
    fn the_border_is_light_and_wide_enough() {
        let beacon: BeaconId = "0f8fad5b-d9cb-469f-a165-70867728950e".parse().unwrap();
        let code = QRBuilder::new(content(&beacon)).ecl(fast_qr::ECL::M).build().unwrap();
        for size in [100, 150, 300, 1_000] {
            let (side, pixels) = pixels(&png(&content(&beacon), size).unwrap());
            let scale = size / (code.size + 2 * QUIET);
            let light = |x: usize, y: usize| pixels[y * side + x] == 255;
            let border = QUIET * scale;
            for along in 0..side {
                for deep in 0..border {
                    assert!(light(along, deep) && light(deep, along), "{size}");
                    assert!(light(along, side - 1 - deep) && light(side - 1 - deep, along), "{size}");
                }
            }
        }
    }
}
