//! A picture made smaller, whole and in its shape, once for each place where the shop shows it.

use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::{DynamicImage, RgbaImage};

use crate::picture::{Form, Refused, Rendition, jpeg, on_white, refusal, unpacked, webp};

/// A picture that is so many times too large is made smaller roughly first: what is in between would take more memory than
/// the picture.
const ROUGHLY: u32 = 2;

/// The picture in `bytes` once for each of `edges`: neither wider nor higher than that, in its own shape, and no larger than
/// it is. Each as WebP and as PNG if something shows through it, else as JPEG.
pub(crate) fn fitted(bytes: &[u8], edges: &[u32]) -> Result<Vec<Rendition>, Refused> {
    let mut edges = edges.to_vec();
    edges.sort_unstable_by(|one, other| other.cmp(one));
    let Some(largest) = edges.first() else { return Ok(Vec::new()) };
    let mut picture = roughly(unpacked(bytes)?, *largest);
    let form = if is_opaque(&picture) { Form::Jpeg } else { Form::Png };
    let mut done = Vec::new();
    for edge in edges {
        picture = shrunk(picture, edge);
        let (width, height) = picture.dimensions();
        let kept = |form, bytes| Rendition { size: edge, width, height, form, bytes };
        done.push(kept(Form::Webp, webp(&picture)?));
        done.push(match form {
            Form::Png => kept(form, png(&picture)?),
            Form::Jpeg | Form::Webp => kept(Form::Jpeg, jpeg(&on_white(&picture))?),
        });
    }
    Ok(done)
}

fn roughly(picture: DynamicImage, edge: u32) -> RgbaImage {
    let most = edge.saturating_mul(ROUGHLY);
    if picture.width().max(picture.height()) > most {
        picture.thumbnail(most, most).into_rgba8()
    } else {
        picture.into_rgba8()
    }
}

fn shrunk(picture: RgbaImage, edge: u32) -> RgbaImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= edge {
        return picture;
    }
    // No side of a very long picture becomes nothing.
    let side = |side: u32| {
        let exact = u64::from(side) * u64::from(edge) / u64::from(longest.max(1));
        u32::try_from(exact).unwrap_or(edge).max(1)
    };
    imageops::resize(&picture, side(width), side(height), FilterType::CatmullRom)
}

fn is_opaque(picture: &RgbaImage) -> bool {
    picture.pixels().all(|pixel| pixel.0[3] == u8::MAX)
}

fn png(picture: &RgbaImage) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let written = picture.write_with_encoder(PngEncoder::new(&mut bytes));
    written.map(|()| bytes).map_err(|error| refusal(&error))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, Rgba};

    use super::*;

    fn file(picture: RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let picture = DynamicImage::ImageRgba8(picture);
        let picture = if format == ImageFormat::Jpeg { picture.into_rgb8().into() } else { picture };
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn plain(width: u32, height: u32, alpha: u8) -> RgbaImage {
        RgbaImage::from_pixel(width, height, Rgba([200, 30, 30, alpha]))
    }

    fn facts(done: &[Rendition]) -> Vec<(u32, Form, u32, u32)> {
        done.iter().map(|one| (one.size, one.form, one.width, one.height)).collect()
    }

    #[test]
    fn a_picture_keeps_its_shape_and_is_never_made_larger() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let done = fitted(&file(plain(90, 60, 255), format), &[30, 60, 200]).unwrap();
            let expected = [
                (200, Form::Webp, 90, 60),
                (200, Form::Jpeg, 90, 60),
                (60, Form::Webp, 60, 40),
                (60, Form::Jpeg, 60, 40),
                (30, Form::Webp, 30, 20),
                (30, Form::Jpeg, 30, 20),
            ];
            assert_eq!(facts(&done), expected, "{format:?}");
            for one in done {
                let read = image::load_from_memory(&one.bytes).unwrap().into_rgb8();
                assert_eq!(read.dimensions(), (one.width, one.height));
                let [red, green, _] = read.get_pixel(5, 5).0;
                assert!(red > 190 && green < 45, "{format:?} {:?}", one.form);
            }
        }
    }

    #[test]
    fn what_shows_through_is_kept_as_png() {
        let done = fitted(&file(plain(40, 20, 100), ImageFormat::Png), &[10, 20]).unwrap();
        assert_eq!(facts(&done)[1], (20, Form::Png, 20, 10));
        for one in done {
            assert_eq!(image::load_from_memory(&one.bytes).unwrap().into_rgba8().get_pixel(3, 3).0[3], 100);
        }
    }

    #[test]
    fn a_line_stays_a_line() {
        let done = fitted(&file(plain(1_000, 1, 255), ImageFormat::Png), &[10]).unwrap();
        assert_eq!(facts(&done)[0], (10, Form::Webp, 10, 1));
        assert_eq!(facts(&fitted(&file(plain(1, 30, 255), ImageFormat::Png), &[10]).unwrap())[0].3, 10);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert_eq!(fitted(b"<svg/>", &[10]).unwrap_err(), Refused::NoPicture);
        let whole = file(plain(40, 40, 255), ImageFormat::Png);
        assert_eq!(fitted(&whole[..40], &[10]).unwrap_err(), Refused::Broken);
    }
}
