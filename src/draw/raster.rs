//! From SVG to PNG.
//!
//! Pixels are the same on every machine: no font and no file is asked for, and the PNG is written by one encoder with one
//! setting.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use foldhash::fast::FixedState;
use png::{BitDepth, ColorType, Compression, Encoder, Filter};
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use crate::base::quiet::quietly;

/// How a PNG is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// At once; with a palette where that holds all colours, which makes it several times as quick and small.
    Quick,
    /// As small as it gets, which takes longer; with a palette as well.
    Small,
    /// As small as it gets, with four bytes a pixel, as ICO files want it.
    Whole,
}

/// A drawing, ready to become pixels.
pub struct Drawing(Tree);

/// Pixels.
pub struct Pixels(Pixmap);

impl Drawing {
    /// Reads an SVG.
    ///
    /// # Errors
    /// Says what is wrong with it, and in a second line what to do.
    pub fn read(svg: &str) -> Result<Self, String> {
        if svg.contains("<text") || svg.contains("<image") {
            let what = if svg.contains("<text") { "<text>" } else { "<image>" };
            return Err(format!(
                "`{what}` cannot be drawn\ndraw with shapes and paths; `text_paths` makes paths of a text"
            ));
        }
        let options = Options {
            image_href_resolver: ImageHrefResolver {
                resolve_data: Box::new(|_, _, _| None),
                resolve_string: Box::new(|_, _| None),
            },
            ..Options::default()
        };
        let read = quietly(|| catch_unwind(AssertUnwindSafe(|| Tree::from_str(svg, &options))));
        match read {
            Ok(Ok(tree)) => Ok(Self(tree)),
            Ok(Err(error)) => Err(format!("this is no SVG that can be drawn: {error}\ncorrect the drawing")),
            Err(_) => Err("this SVG cannot be drawn\nmake the drawing simpler".to_owned()),
        }
    }

    /// Paints it into the middle of a canvas, as large as goes into a part of that, on a colour or on nothing. `part` is
    /// between 0 and 1.
    ///
    /// # Errors
    /// It cannot be painted.
    pub fn paint(
        &self,
        width: u32,
        height: u32,
        part: f32,
        ground: Option<[u8; 3]>,
    ) -> Result<Pixels, String> {
        let failed = || "this SVG cannot be drawn\nmake the drawing simpler".to_owned();
        let mut pixels = Pixmap::new(width, height).ok_or_else(failed)?;
        if let Some([red, green, blue]) = ground {
            pixels.fill(resvg::tiny_skia::Color::from_rgba8(red, green, blue, 255));
        }
        let size = self.0.size();
        #[expect(clippy::cast_precision_loss, reason = "pictures have a few thousand pixels")]
        let (across, down) = (width as f32, height as f32);
        let scale = (across / size.width()).min(down / size.height()) * part;
        let (left, top) = (across - size.width() * scale, down - size.height() * scale);
        let place = Transform::from_row(scale, 0.0, 0.0, scale, left / 2.0, top / 2.0);
        quietly(|| catch_unwind(AssertUnwindSafe(|| resvg::render(&self.0, place, &mut pixels.as_mut()))))
            .map_err(|_| failed())?;
        Ok(Pixels(pixels))
    }
}

impl Pixels {
    /// The colour of a point, if nothing shines through it.
    #[must_use]
    pub fn solid(&self, x: u32, y: u32) -> Option<[u8; 3]> {
        let pixel = self.0.pixel(x, y).filter(|pixel| pixel.alpha() == u8::MAX)?;
        Some([pixel.red(), pixel.green(), pixel.blue()])
    }

    /// As PNG.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn png(&self, form: Form) -> Result<Vec<u8>, String> {
        let (width, height) = (self.0.width(), self.0.height());
        let indexed = if form == Form::Whole { None } else { indexed(&self.0) };
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(match form {
            Form::Quick => Compression::Fast,
            Form::Small | Form::Whole => Compression::Balanced,
        });
        let data: Vec<u8> = match indexed {
            Some((colours, places)) => {
                encoder.set_color(ColorType::Indexed);
                // The quick compression is made for runs of nothing, which is what is left of what goes on downwards.
                encoder.set_filter(Filter::Up);
                encoder
                    .set_palette(colours.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect::<Vec<u8>>());
                if colours.iter().any(|[.., alpha]| *alpha < u8::MAX) {
                    encoder.set_trns(colours.iter().map(|[.., alpha]| *alpha).collect::<Vec<u8>>());
                }
                places
            }
            None if form != Form::Whole && self.0.pixels().iter().all(|pixel| pixel.alpha() == u8::MAX) => {
                encoder.set_color(ColorType::Rgb);
                self.0.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect()
            }
            None => {
                encoder.set_color(ColorType::Rgba);
                self.0.pixels().iter().flat_map(|pixel| plain(*pixel)).collect()
            }
        };
        let written = encoder.write_header().and_then(|mut writer| {
            writer.write_image_data(&data)?;
            writer.finish()
        });
        written.map(|()| bytes).map_err(|error| format!("the picture cannot be written: {error}"))
    }
}

/// Bytes of pixels that are compared at once.
const RUN: usize = 64;

/// The colours in the order in which they appear, and for each pixel which it is; `None` if there are too many.
fn indexed(pixels: &Pixmap) -> Option<(Vec<[u8; 4]>, Vec<u8>)> {
    let mut known: HashMap<[u8; 4], u8, FixedState> = HashMap::default();
    let mut colours = Vec::new();
    let mut places: Vec<u8> = Vec::with_capacity(pixels.pixels().len());
    // Most of a drawing is flat: a run of one colour costs one comparison.
    let mut flat = [0; RUN];
    let mut last = None;
    for (at, run) in pixels.data().chunks(RUN).enumerate() {
        let own = &pixels.pixels()[at * RUN / 4..][..run.len() / 4];
        if let Some(place) = last.filter(|_| *run == flat[..run.len()]) {
            places.resize(places.len() + own.len(), place);
            continue;
        }
        let mut before = [0; 4];
        last = None;
        for (&pixel, bytes) in own.iter().zip(run.as_chunks::<4>().0) {
            let place = match last {
                Some(place) if before == *bytes => place,
                _ => match known.get(bytes) {
                    Some(&place) => place,
                    None => {
                        let next = u8::try_from(colours.len()).ok()?;
                        colours.push(plain(pixel));
                        known.insert(*bytes, next);
                        next
                    }
                },
            };
            (before, last) = (*bytes, Some(place));
            places.push(place);
        }
        flat.as_chunks_mut::<4>().0.fill(before);
    }
    Some((colours, places))
}

/// Red, green, blue and alpha, each for itself, as PNG has them.
fn plain(pixel: PremultipliedColorU8) -> [u8; 4] {
    let colour = pixel.demultiply();
    [colour.red(), colour.green(), colour.blue(), colour.alpha()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inside: &str) -> String {
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\">{inside}</svg>")
    }

    fn decoded(bytes: &[u8]) -> (png::OutputInfo, Vec<u8>) {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        (info, data)
    }

    #[test]
    fn a_drawing_stands_in_the_middle_of_its_canvas() {
        let drawing = Drawing::read(&svg("<rect width='40' height='20' fill='#006f8a'/>")).unwrap();
        let pixels = drawing.paint(80, 80, 1.0, None).unwrap();
        assert_eq!(pixels.solid(40, 40), Some([0, 0x6f, 0x8a]));
        assert_eq!(pixels.solid(40, 10), None, "nothing is above it");
        let pixels = drawing.paint(80, 80, 0.5, Some([255, 255, 255])).unwrap();
        assert_eq!((pixels.solid(10, 40), pixels.solid(30, 40)), (Some([255; 3]), Some([0, 0x6f, 0x8a])));
    }

    #[test]
    fn few_colours_and_many_are_written_as_they_are() {
        let flat = Drawing::read(&svg("<circle cx='20' cy='10' r='9' fill='#fec50c'/>")).unwrap();
        let gradient = svg(
            "<linearGradient id='a'><stop stop-color='#f00'/><stop offset='.5' stop-color='#0f0'/>\
             <stop offset='1' stop-color='#00f'/></linearGradient><rect width='40' height='20' fill='url(#a)'/>",
        );
        let gradient = Drawing::read(&gradient).unwrap();
        for (drawing, ground) in
            [(&flat, None), (&flat, Some([0; 3])), (&gradient, None), (&gradient, Some([9; 3]))]
        {
            let pixels = drawing.paint(1200, 700, 1.0, ground).unwrap();
            for form in [Form::Quick, Form::Small, Form::Whole] {
                let (info, data) = decoded(&pixels.png(form).unwrap());
                assert_eq!((info.width, info.height), (1200, 700));
                let channels = data.len() / (1200 * 700);
                assert!(channels == 3 || channels == 4, "{channels}");
                for (pixel, shown) in pixels.0.pixels().iter().zip(data.chunks_exact(channels)) {
                    assert_eq!(plain(*pixel)[..channels], *shown);
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_told() {
        for (bad, why) in [
            ("", "no SVG"),
            ("<svg", "no SVG"),
            (&*svg("<text>a</text>"), "<text>"),
            (&*svg("<image href='/etc/passwd.svg'/>"), "<image>"),
        ] {
            let told = Drawing::read(bad).err().unwrap();
            assert!(told.contains(why) && told.lines().count() == 2, "{told}");
        }
    }
}
