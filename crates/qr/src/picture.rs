//! A text as a picture of modules, as SVG or PNG, with the quiet border that scanners ask for.

use std::fmt::Write as _;

use fast_qr::QRBuilder;
use fast_qr::qr::QRCode;

use crate::Error;

/// Light modules around the code.
const BORDER: usize = 4;
/// Pixels of a module in a PNG: large enough to be printed.
const SCALE: usize = 8;

/// The code's modules.
pub struct Picture {
    code: QRCode,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture").field("size", &self.code.size).finish_non_exhaustive()
    }
}

impl Picture {
    /// A text as a code that survives a scratch (error correction level M).
    pub fn of(text: &str) -> Result<Self, Error> {
        let code = QRBuilder::new(text).ecl(fast_qr::ECL::M).build().map_err(|_| Error::DoesNotFit)?;
        Ok(Self { code })
    }

    /// Modules along a side, border included.
    #[must_use]
    pub fn side(&self) -> usize {
        self.code.size.saturating_add(2 * BORDER)
    }

    /// Whether the module is dark; the border is light.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let (Some(x), Some(y)) = (x.checked_sub(BORDER), y.checked_sub(BORDER)) else { return false };
        let size = self.code.size;
        x < size && y < size && self.code.data.get(y * size + x).is_some_and(|module| module.value())
    }

    /// One path of horizontal runs on a white ground: dark modes must not turn it round.
    #[must_use]
    pub fn svg(&self) -> String {
        let side = self.side();
        let mut path = String::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let run = (x..side).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    // Writing to a String cannot fail.
                    let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{px}\" height=\"{px}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" \
             d=\"{path}\"/></svg>",
            px = side * SCALE
        )
    }

    /// One bit a pixel.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        let pixels = self.side() * SCALE;
        let side = u32::try_from(pixels).map_err(|_| Error::Drawing)?;
        let mut rows = Vec::with_capacity(pixels * pixels.div_ceil(8));
        for y in 0..pixels {
            for start in (0..pixels).step_by(8) {
                rows.push((start..start + 8).fold(0_u8, |byte, x| {
                    byte << 1 | u8::from(x >= pixels || !self.is_dark(x / SCALE, y / SCALE))
                }));
            }
        }
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, side, side);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(|_| Error::Drawing)?;
        writer.write_image_data(&rows).map_err(|_| Error::Drawing)?;
        writer.finish().map_err(|_| Error::Drawing)?;
        Ok(file)
    }
}
