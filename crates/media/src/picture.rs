//! What was sent, unpacked within bounds and written anew.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, RgbaImage,
};

/// How many pixels a picture has at most.
const PIXELS: u64 = 40_000_000;
/// How wide or high it is at most.
const EDGE: u32 = 16_384;
/// How many bytes it takes unpacked at most: forty million pixels of four.
const UNPACKED: u64 = 4 * PIXELS;
/// How many bytes a decoder may take beside that.
const WORKING: u64 = 256 * 1024 * 1024;
/// Of 100.
const QUALITY: u8 = 85;

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is no JPEG, PNG, WebP or GIF.
    #[error("must be a JPEG, PNG, WebP or GIF picture")]
    NoPicture,
    /// It would take too much room.
    #[error("must not have more than 40 million pixels")]
    TooManyPixels,
    /// It begins like a picture and does not go on like one.
    #[error("is a broken picture")]
    Broken,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For everybody.
    Jpeg,
    /// Keeps what is transparent.
    Webp,
    /// Keeps what is transparent, for everybody.
    Png,
}

/// A picture that is ready to be kept.
#[derive(Clone, Debug)]
pub struct Rendition {
    /// For which size it was made: how many pixels it is wide and high at most.
    pub size: u32,
    /// How many pixels it is wide.
    pub width: u32,
    /// How many pixels it is high.
    pub height: u32,
    /// What it holds.
    pub form: Form,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Form {
    /// The end of the name of such a file.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Png => "png",
        }
    }

    /// The form whose files end in `extension`.
    pub fn of(extension: &str) -> Option<Self> {
        [Self::Jpeg, Self::Webp, Self::Png].into_iter().find(|form| form.extension() == extension)
    }
}

/// The middle of the picture in `bytes` as squares of these sizes, each in both forms. Of a moving picture the first.
pub(crate) fn squares(bytes: &[u8], sizes: &[u32]) -> Result<Vec<Rendition>, Refused> {
    let picture = unpacked(bytes)?;
    let mut done = Vec::new();
    for &size in sizes {
        let square = picture.resize_to_fill(size, size, FilterType::CatmullRom).to_rgba8();
        let kept = |form, bytes| Rendition { size, width: size, height: size, form, bytes };
        done.push(kept(Form::Jpeg, jpeg(&on_white(&square))?));
        done.push(kept(Form::Webp, webp(&square)?));
    }
    Ok(done)
}

pub(crate) fn unpacked(bytes: &[u8]) -> Result<DynamicImage, Refused> {
    let format = image::guess_format(bytes).map_err(|_unknown| Refused::NoPicture)?;
    if ![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif].contains(&format) {
        return Err(Refused::NoPicture);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(EDGE);
    limits.max_image_height = Some(EDGE);
    limits.max_alloc = Some(WORKING);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS || decoder.total_bytes() > UNPACKED {
        return Err(Refused::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(|error| refusal(&error))?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

pub(crate) fn refusal(error: &image::ImageError) -> Refused {
    match error {
        image::ImageError::Limits(_) => Refused::TooManyPixels,
        _ => Refused::Broken,
    }
}

/// JPEG knows nothing transparent: it stands on white.
pub(crate) fn on_white(square: &RgbaImage) -> RgbImage {
    let blended = |over: u8, alpha: u8| {
        let (over, alpha) = (u16::from(over), u16::from(alpha));
        u8::try_from((over * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    RgbImage::from_fn(square.width(), square.height(), |x, y| {
        let [red, green, blue, alpha] = square.get_pixel(x, y).0;
        Rgb([red, green, blue].map(|over| blended(over, alpha)))
    })
}

pub(crate) fn jpeg(square: &RgbImage) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(square);
    written.map(|()| bytes).map_err(|error| refusal(&error))
}

pub(crate) fn webp(square: &RgbaImage) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let (width, height) = square.dimensions();
    let written = WebPEncoder::new_lossless(&mut bytes).encode(square, width, height, ExtendedColorType::Rgba8);
    written.map(|()| bytes).map_err(|error| refusal(&error))
}

#[cfg(test)]
mod tests {
    use image::{GenericImageView, Rgba};

    use super::*;

    /// Red on the left, blue on the right.
    fn flag(width: u32, height: u32) -> DynamicImage {
        let colour = |x, _| if x < width / 2 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 255]) };
        DynamicImage::ImageRgba8(RgbaImage::from_fn(width, height, colour))
    }

    fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        match format {
            ImageFormat::Jpeg => DynamicImage::ImageRgb8(picture.to_rgb8()).write_to(&mut bytes, format).unwrap(),
            _ => picture.write_to(&mut bytes, format).unwrap(),
        }
        bytes.into_inner()
    }

    /// A segment with EXIF: turned by a quarter, and a word where a place would be.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
        tiff.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
        tiff.extend_from_slice(&[0x25, 0x88, 4, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        tiff.extend_from_slice(b"\0\0\0\0GPS 19.0760N");
        let length = u16::try_from(tiff.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xFF, 0xE1], &length, &tiff, &jpeg[2..]].concat()
    }

    fn crc(bytes: &[u8]) -> [u8; 4] {
        let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        let sum = bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step));
        (!sum).to_be_bytes()
    }

    /// The head of a PNG of so many pixels of one bit, which packs a hundred million into nothing.
    fn one_bit_png(width: u32, height: u32) -> Vec<u8> {
        let head = [b"IHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
        let data = [b"IDAT".as_slice(), &[0x78, 0x9C, 0x63, 0, 0]].concat();
        let chunk =
            |chunk: &[u8]| [&u32::try_from(chunk.len() - 4).unwrap().to_be_bytes(), chunk, &crc(chunk)].concat();
        [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(&head), &chunk(&data)].concat()
    }

    fn contains(bytes: &[u8], word: &[u8]) -> bool {
        bytes.windows(word.len()).any(|window| window == word)
    }

    #[test]
    fn every_kind_of_picture_becomes_squares_in_two_forms() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let done = squares(&file(&flag(80, 40), format), &[16, 64]).unwrap();
            let facts: Vec<_> = done.iter().map(|one| (one.size, one.form)).collect();
            assert_eq!(facts, [(16, Form::Jpeg), (16, Form::Webp), (64, Form::Jpeg), (64, Form::Webp)], "{format:?}");
            for one in done {
                let read = image::load_from_memory(&one.bytes).unwrap();
                assert_eq!(read.dimensions(), (one.size, one.size));
                let [red, _, blue, _] = read.get_pixel(1, 8).0;
                assert!(red > 200 && blue < 60, "{format:?} {:?}: {red} {blue}", one.form);
            }
        }
    }

    #[test]
    fn where_a_picture_was_taken_is_gone_and_it_stands_upright() {
        let sent = with_exif(&file(&flag(64, 64), ImageFormat::Jpeg));
        assert!(contains(&sent, b"Exif") && contains(&sent, b"GPS"));
        for one in squares(&sent, &[32]).unwrap() {
            assert!(!contains(&one.bytes, b"Exif") && !contains(&one.bytes, b"GPS") && !contains(&one.bytes, b"EXIF"));
            let read = image::load_from_memory(&one.bytes).unwrap();
            let (top, bottom) = (read.get_pixel(16, 2).0, read.get_pixel(16, 29).0);
            assert!(top[0] > 200 && bottom[2] > 200, "turned by a quarter: {top:?} {bottom:?}");
        }
    }

    #[test]
    fn what_hides_behind_a_picture_is_not_kept() {
        let script = b"<script>alert(1)</script>PK\x03\x04";
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif] {
            let sent = [file(&flag(16, 16), format).as_slice(), script].concat();
            for one in squares(&sent, &[16]).unwrap() {
                assert!(!contains(&one.bytes, b"<script>") && !contains(&one.bytes, b"PK\x03\x04"), "{format:?}");
            }
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
        let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        for sent in [b"".as_slice(), b"x", b"<html>", svg, bmp, b"PK\x03\x04", b"%PDF-1.7", b"<?php echo 1;"] {
            assert_eq!(squares(sent, &[16]).unwrap_err(), Refused::NoPicture, "{sent:?}");
        }
    }

    #[test]
    fn a_picture_that_would_fill_the_memory_is_never_unpacked() {
        assert_eq!(squares(&one_bit_png(10_000, 10_000), &[16]).unwrap_err(), Refused::TooManyPixels);
        assert_eq!(squares(&one_bit_png(20_000, 1), &[16]).unwrap_err(), Refused::TooManyPixels);
        assert_eq!(squares(&one_bit_png(u32::MAX / 2, 2), &[16]).unwrap_err(), Refused::TooManyPixels);
        let gif =
            b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0\x3b";
        assert_eq!(squares(gif, &[16]).unwrap_err(), Refused::TooManyPixels);
    }

    #[test]
    fn a_picture_that_ends_early_is_refused_or_written_anew_and_breaks_nothing() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let whole = file(&flag(40, 40), format);
            for length in 0..whole.len() {
                let answer = squares(&whole[..length], &[16]);
                assert!(
                    answer.is_ok() || matches!(answer, Err(Refused::Broken | Refused::NoPicture)),
                    "{format:?} {length}"
                );
            }
        }
        assert_eq!(squares(&one_bit_png(100, 100), &[16]).unwrap_err(), Refused::Broken);
    }

    #[test]
    fn what_is_transparent_is_white_where_nothing_can_be() {
        let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])));
        let done = squares(&file(&clear, ImageFormat::Png), &[8]).unwrap();
        let pixel = |one: &Rendition| image::load_from_memory(&one.bytes).unwrap().get_pixel(4, 4).0;
        assert_eq!((pixel(&done[0]), pixel(&done[1])[3]), ([255, 255, 255, 255], 0));
    }
}
