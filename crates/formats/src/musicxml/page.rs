//! XML as it is written.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An attribute.
pub(super) type Attribute<'a> = (&'a str, &'a str);

/// A document in the making. Writing into memory cannot fail, so that nothing here does.
pub(super) struct Page {
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

impl Page {
    /// For people: each element on a line of its own.
    pub fn new() -> Page {
        Page::of(Writer::new_with_indent(Vec::new(), b' ', 1))
    }

    /// For programs: as short as can be.
    pub fn compact() -> Page {
        Page::of(Writer::new(Vec::new()))
    }

    fn of(writer: Writer<Vec<u8>>) -> Page {
        let mut page = Page { writer, open: Vec::new() };
        page.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        page
    }

    /// What is written so far.
    pub fn written(&self) -> &[u8] {
        self.writer.get_ref()
    }

    /// The document type.
    pub fn doctype(&mut self, text: &str) {
        self.put(Event::DocType(BytesText::from_escaped(text)));
    }

    /// Begins an element.
    pub fn open(&mut self, name: &'static str, attributes: &[Attribute]) {
        self.put(Event::Start(start(name, attributes)));
        self.open.push(name);
    }

    /// Ends the element that was begun last.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.put(Event::End(BytesEnd::new(name)));
        }
    }

    /// An element without content.
    pub fn empty(&mut self, name: &'static str, attributes: &[Attribute]) {
        self.put(Event::Empty(start(name, attributes)));
    }

    /// An element that holds text.
    pub fn text(&mut self, name: &'static str, attributes: &[Attribute], text: &str) {
        let text: String = text.chars().filter(|&letter| is_character(letter)).collect();
        self.put(Event::Start(start(name, attributes)));
        self.put(Event::Text(BytesText::new(&text)));
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// An element that holds a number.
    pub fn number(&mut self, name: &'static str, number: impl std::fmt::Display) {
        self.text(name, &[], &number.to_string());
    }

    /// The whole document.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        let mut text = String::from_utf8_lossy(&self.writer.into_inner()).into_owned();
        text.push('\n');
        text
    }

    fn put(&mut self, event: Event) {
        let written = self.writer.write_event(event);
        debug_assert!(written.is_ok(), "memory takes everything");
    }
}

fn start<'a>(name: &'static str, attributes: &[Attribute<'a>]) -> BytesStart<'a> {
    BytesStart::new(name).with_attributes(attributes.iter().copied())
}

/// Whether a letter may stand in a document at all (XML 1.0, production 2).
fn is_character(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_xml_is_escaped_and_what_it_cannot_hold_is_left_out() {
        let mut page = Page::new();
        page.open("a", &[("b", "\"<&\"")]);
        page.text("c", &[], "<script> & \u{1}\u{fffe}é");
        let text = page.finish();
        assert!(text.contains("<a b=\"&quot;&lt;&amp;&quot;\">"), "{text}");
        assert!(text.contains("<c>&lt;script&gt; &amp; é</c>"), "{text}");
        assert!(text.ends_with("</a>\n"));
    }
}
