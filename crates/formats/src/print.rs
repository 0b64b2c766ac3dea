//! Engraved pages as one PDF, vectors throughout and text as text in a font that comes with the program; or as pictures.

use crate::Error;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, TextStr};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use std::collections::HashMap;
use std::sync::Arc;
use svg2pdf::usvg::fontdb::Database;
use svg2pdf::usvg::{Options, Tree};
use svg2pdf::{ConversionOptions, to_chunk};

/// The most pages that are printed at once.
pub const MAX_PAGES: usize = 1_000;

/// A picture has so many dots across or down at most.
const MOST_DOTS: f32 = 20_000.0;

/// PDF counts 72 points to the inch, SVG 96 pixels.
const POINTS: f32 = 72.0 / 96.0;

/// Tinos has the widths of Times, with which pages are engraved.
const FONTS: [&[u8]; 3] = [
    include_bytes!("../fonts/Tinos-Regular.ttf"),
    include_bytes!("../fonts/Tinos-Italic.ttf"),
    include_bytes!("../fonts/Tinos-Bold.ttf"),
];

/// A PDF of pages that are SVG documents with a width and a height each.
///
/// # Errors
/// [`Error::Page`] with the page that cannot be drawn; [`Error::Pages`] if there is none, or more than [`MAX_PAGES`].
pub fn pdf(pages: &[String], title: &str) -> Result<Vec<u8>, Error> {
    if pages.is_empty() || pages.len() > MAX_PAGES {
        return Err(Error::Pages { count: pages.len(), limit: MAX_PAGES });
    }
    let options = options();
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.document_info(info).title(TextStr(title)).creator(TextStr("Diabelli"));
    let mut leaves = Vec::with_capacity(pages.len());
    for (number, page) in (1..).zip(pages) {
        let page = Tree::from_str(page, &options).map_err(|error| Error::page(number, error))?;
        leaves.push(add(&mut pdf, &mut next, tree, &page).map_err(|error| Error::page(number, error))?);
    }
    pdf.pages(tree).count(i32::try_from(leaves.len()).unwrap_or(i32::MAX)).kids(leaves);
    Ok(pdf.finish())
}

/// A page as a PNG picture on white, with so many dots to the inch.
///
/// # Errors
/// [`Error::Page`] with its `number` if it cannot be drawn, or would be larger than 20,000 dots either way.
pub fn png(page: &str, number: usize, dots: f32) -> Result<Vec<u8>, Error> {
    let tree = Tree::from_str(page, &options()).map_err(|error| Error::page(number, error))?;
    let scale = dots / 96.0;
    let size = [tree.size().width(), tree.size().height()].map(|side| (side * scale).round());
    if size.iter().any(|side| !(1.0..=MOST_DOTS).contains(side)) {
        return Err(Error::page(number, format!("{} by {} dots are no size of a picture", size[0], size[1])));
    }
    let no_room = || Error::page(number, "there is no room for the picture");
    let mut picture = Pixmap::new(size[0] as u32, size[1] as u32).ok_or_else(no_room)?;
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| Error::page(number, error))
}

fn options() -> Options<'static> {
    let mut fonts = Database::new();
    for font in FONTS {
        fonts.load_font_data(font.to_vec());
    }
    // Whatever a page asks for is written in it.
    for family in [Database::set_serif_family::<&str>, Database::set_sans_serif_family] {
        family(&mut fonts, "Tinos");
    }
    Options { fontdb: Arc::new(fonts), font_family: "Tinos".into(), ..Options::default() }
}

/// Adds a page; answers its object.
fn add(pdf: &mut Pdf, next: &mut Ref, parent: Ref, drawn: &Tree) -> Result<Ref, svg2pdf::ConversionError> {
    let (chunk, drawing) = to_chunk(drawn, ConversionOptions::default())?;
    let mut numbers = HashMap::new();
    let chunk = chunk.renumber(|old| *numbers.entry(old).or_insert_with(|| next.bump()));
    let drawing = numbers.get(&drawing).copied().unwrap_or(drawing);
    let (leaf, contents) = (next.bump(), next.bump());
    let (width, height) = (drawn.size().width() * POINTS, drawn.size().height() * POINTS);
    let mut page = pdf.page(leaf);
    page.media_box(Rect::new(0.0, 0.0, width, height)).parent(parent).contents(contents);
    page.resources().x_objects().pair(Name(b"P"), drawing);
    page.finish();
    let mut content = Content::new();
    // The drawing fills a square of one point.
    content.transform([width, 0.0, 0.0, height, 0.0, 0.0]).x_object(Name(b"P"));
    pdf.stream(contents, &content.finish());
    pdf.extend(&chunk);
    Ok(leaf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        let notes = r#"<g id="h"><path d="M0 0h9v5h-9z"/></g>"#;
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="210mm" height="297mm" viewBox="0 0 210 297"><defs>{notes}</defs><use xlink:href="#h" transform="translate(40, 40)"/><text x="20" y="20" font-family="Times, serif" font-size="9">{text}</text></svg>"##
        )
    }

    fn count(pdf: &[u8], what: &str) -> usize {
        pdf.windows(what.len()).filter(|at| *at == what.as_bytes()).count()
    }

    #[test]
    fn pages_keep_their_size_and_text_its_font() {
        let pdf = pdf(&[page("Waltz"), page("Dvořák = 168")], "Waltz").unwrap();
        assert!(pdf.starts_with(b"%PDF-1.") && pdf.ends_with(b"%%EOF"));
        assert_eq!(count(&pdf, "/Type /Page\n"), 2);
        assert_eq!(count(&pdf, "/MediaBox [0 0 595.27"), 2, "A4");
        assert!(count(&pdf, "Tinos") > 0, "text stays text");
    }

    #[test]
    fn pictures_are_as_fine_as_is_asked() {
        let picture = png(&page("Waltz"), 1, 150.0).unwrap();
        let picture = Pixmap::decode_png(&picture).unwrap();
        assert_eq!((picture.width(), picture.height()), (1240, 1754));
        let dark = |x: u32, y: u32| picture.pixel(x, y).unwrap().red() < 40;
        let dot = |mm: f32| (mm * 150.0 / 25.4) as u32;
        assert!(dark(dot(44.0), dot(42.0)), "the note is drawn");
        assert!(!dark(dot(100.0), dot(200.0)), "paper is white");
        let text = (dot(20.0)..dot(40.0)).any(|x| (dot(13.0)..dot(21.0)).any(|y| dark(x, y)));
        assert!(text, "text is drawn in the font that comes with the program");
        assert!(png(&page(""), 7, 9_000.0).unwrap_err().to_string().starts_with("page 7 cannot be drawn"));
        assert!(png("<svg", 2, 96.0).is_err());
    }

    #[test]
    fn what_is_no_page_says_which() {
        let error = pdf(&[page(""), "<svg".into()], "").unwrap_err();
        assert!(error.to_string().starts_with("page 2 cannot be drawn"), "{error}");
        assert!(matches!(pdf(&[], ""), Err(Error::Pages { count: 0, .. })));
    }
}
