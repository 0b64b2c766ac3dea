//! An XML file as a tree, within limits. Entities that a file declares are refused, whatever they say, and nothing is
//! ever fetched: a document type is skipped.

use crate::Error;
use crate::written::{Kind, Report};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;

/// Elements within elements: MusicXML has a dozen.
const MOST_DEEP: usize = 64;
/// Elements of a file.
const MOST_ELEMENTS: usize = 10_000_000;
/// Bytes of one tag with its attributes, or of one text.
const MOST_BYTES: usize = 65_535;

/// One element; its children follow it.
#[derive(Debug)]
struct Node<'a> {
    /// What stands between the angle brackets.
    tag: &'a str,
    /// How long its name is.
    name: u16,
    /// Its text in [`Tree::text`].
    text: (u32, u32),
    /// The first node behind it and all that is in it.
    end: u32,
}

/// A document.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    source: &'a str,
    nodes: Vec<Node<'a>>,
    text: String,
}

impl<'a> Tree<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// [`Error::Xml`], [`Error::Entities`] or [`Error::Limit`], with the line.
    pub fn parse(source: &'a str, report: &mut Report) -> Result<Tree<'a>, Error> {
        let source = source.trim_start_matches('\u{feff}');
        let mut reader = Reader::from_str(source);
        reader.config_mut().allow_dangling_amp = true;
        let mut tree = Tree { source, nodes: Vec::new(), text: String::new() };
        let mut open: Vec<usize> = Vec::new();
        loop {
            let from = reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|error| {
                let (line, column) = place(source, reader.error_position() as usize);
                Error::Xml { line, column, reason: error.to_string() }
            })?;
            let to = reader.buffer_position() as usize;
            match event {
                Event::Start(_) => {
                    let index = tree.begin(from, to, open.len(), open.is_empty())?;
                    open.push(index);
                }
                Event::Empty(_) => drop(tree.begin(from, to, open.len(), open.is_empty())?),
                Event::End(_) => {
                    if let Some(index) = open.pop() {
                        tree.nodes[index].end = tree.nodes.len() as u32;
                    }
                }
                Event::Text(text) => tree.say(open.last(), &text.xml10_content(), from)?,
                Event::CData(text) => tree.say(open.last(), &text.xml10_content(), from)?,
                Event::GeneralRef(name) => {
                    let known = name.resolve_char_ref().ok().flatten();
                    let said: Cow<str> = match (known, &*name.xml10_content()) {
                        (Some(letter), _) => letter.to_string().into(),
                        (None, "amp") => "&".into(),
                        (None, "lt") => "<".into(),
                        (None, "gt") => ">".into(),
                        (None, "quot") => "\"".into(),
                        (None, "apos") => "'".into(),
                        (None, other) => {
                            report.add(Kind::UnknownEntity, || format!("line {}", place(source, from).0));
                            format!("&{other};").into()
                        }
                    };
                    tree.say(open.last(), &said, from)?;
                }
                Event::DocType(kind) if kind.contains("<!ENTITY") => {
                    return Err(Error::Entities { line: place(source, from).0 });
                }
                Event::Eof => break,
                Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        let (line, column) = place(source, source.len());
        match open.last() {
            Some(&last) => {
                let reason = format!("the file ends within <{}>", tree.element(last).name());
                Err(Error::Xml { line, column, reason })
            }
            None if tree.nodes.is_empty() => Err(Error::Xml { line, column, reason: "there is no element".into() }),
            None => Ok(tree),
        }
    }

    fn begin(&mut self, from: usize, to: usize, deep: usize, root: bool) -> Result<usize, Error> {
        let source: &'a str = self.source;
        let line = || place(source, from).0;
        let limit = |what, value: usize, limit: usize| {
            Err(Error::Limit { what, value: value as u64, limit: limit as u64, line: line() })
        };
        let tag = source.get(from..to).unwrap_or_default();
        let tag = tag.strip_prefix('<').unwrap_or(tag);
        let tag = tag.strip_suffix("/>").or(tag.strip_suffix('>')).unwrap_or(tag);
        if tag.len() > MOST_BYTES {
            return limit("bytes of a tag with its attributes", tag.len(), MOST_BYTES);
        }
        if deep >= MOST_DEEP {
            return limit("elements within each other", deep + 1, MOST_DEEP);
        }
        if self.nodes.len() >= MOST_ELEMENTS {
            return limit("elements", self.nodes.len() + 1, MOST_ELEMENTS);
        }
        if root && !self.nodes.is_empty() {
            let (line, column) = place(source, from);
            return Err(Error::Xml { line, column, reason: "there is something after the document".into() });
        }
        let name = tag.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(tag.len()) as u16;
        let at = self.text.len() as u32;
        let index = self.nodes.len();
        self.nodes.push(Node { tag, name, text: (at, at), end: index as u32 + 1 });
        Ok(index)
    }

    /// Adds text to an element that has no other elements so far; what stands between elements means nothing.
    fn say(&mut self, open: Option<&usize>, text: &str, from: usize) -> Result<(), Error> {
        let Some(&index) = open.filter(|index| **index + 1 == self.nodes.len()) else { return Ok(()) };
        let (start, end) = self.nodes[index].text;
        if start == end && text.trim_ascii().is_empty() {
            return Ok(());
        }
        self.text.push_str(text);
        let length = self.text.len() - start as usize;
        if length > MOST_BYTES {
            let (value, limit) = (length as u64, MOST_BYTES as u64);
            return Err(Error::Limit { what: "bytes of a text", value, limit, line: place(self.source, from).0 });
        }
        self.nodes[index].text = (start, self.text.len() as u32);
        Ok(())
    }

    fn element(&self, index: usize) -> Element<'_> {
        Element { tree: self, index }
    }

    /// The outermost element.
    pub fn root(&self) -> Element<'_> {
        self.element(0)
    }

    /// Every element of a name, in the order of the file.
    pub fn everywhere<'t>(&'t self, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        (0..self.nodes.len()).map(|index| self.element(index)).filter(move |element| element.name() == name)
    }
}

/// Line and column of a byte, both from 1.
pub(crate) fn place(source: &str, at: usize) -> (usize, usize) {
    let before = &source.as_bytes()[..at.min(source.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column =
        before.iter().rev().take_while(|byte| **byte != b'\n').filter(|byte| **byte & 0xc0 != 0x80).count() + 1;
    (line, column)
}

/// An element of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'t> {
    tree: &'t Tree<'t>,
    index: usize,
}

impl<'t> Element<'t> {
    fn node(self) -> &'t Node<'t> {
        &self.tree.nodes[self.index]
    }

    pub fn name(self) -> &'t str {
        let node = self.node();
        &node.tag[..usize::from(node.name)]
    }

    /// Its text, without the blanks around it.
    pub fn text(self) -> &'t str {
        let (from, to) = self.node().text;
        self.tree.text[from as usize..to as usize].trim()
    }

    /// What an attribute says.
    pub fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        let node = self.node();
        if !node.tag.contains(name) {
            return None;
        }
        let start = BytesStart::from_content(node.tag, usize::from(node.name));
        let mut attributes = start.attributes();
        let found = attributes.with_checks(false).flatten().find(|attribute| attribute.key.0 == name)?;
        let value = found.normalized_value(XmlVersion::Explicit1_0);
        Some(value.map_or_else(|_| found.value.to_string(), Cow::into_owned).into())
    }

    /// Whether an attribute says this.
    pub fn says(self, name: &str, value: &str) -> bool {
        self.attribute(name).is_some_and(|said| said == value)
    }

    /// What is directly within it.
    pub fn children(self) -> impl Iterator<Item = Element<'t>> {
        let (tree, end) = (self.tree, self.node().end as usize);
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            let child = (at < end).then_some(Element { tree, index: at })?;
            at = child.node().end as usize;
            Some(child)
        })
    }

    /// Children of a name.
    pub fn all(self, name: &'t str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first child of a name.
    pub fn child(self, name: &str) -> Option<Element<'t>> {
        self.children().find(|child| child.name() == name)
    }

    /// The text of the first child of a name; may be empty.
    pub fn said(self, name: &str) -> Option<&'t str> {
        self.child(name).map(Element::text)
    }

    /// The number that the first child of a name says.
    pub fn number(self, name: &str) -> Option<f64> {
        self.said(name).and_then(number)
    }

    /// In which line of the file it begins.
    pub fn line(self) -> usize {
        let at = (self.node().tag.as_ptr() as usize).saturating_sub(self.tree.source.as_ptr() as usize);
        place(self.tree.source, at).0
    }
}

/// A finite number.
pub(super) fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Tree<'_>, Error> {
        Tree::parse(text, &mut Report::default())
    }

    #[test]
    fn a_tree_has_what_the_file_says() {
        let tree = parse("<?xml version='1.0'?><!DOCTYPE a SYSTEM 'x.dtd'>\n<a b='1 &lt; 2'><c> x &amp; &#233;<d/></c><c/><e>2.5</e></a>").unwrap();
        let root = tree.root();
        assert_eq!((root.name(), root.attribute("b").as_deref(), root.line()), ("a", Some("1 < 2"), 2));
        assert_eq!(root.all("c").map(Element::text).collect::<Vec<_>>(), ["x & é", ""]);
        assert_eq!((root.number("e"), root.child("d").is_none()), (Some(2.5), true));
        assert_eq!(root.children().map(Element::name).collect::<Vec<_>>(), ["c", "c", "e"]);
    }

    #[test]
    fn what_is_broken_says_where() {
        let place = |text| match parse(text) {
            Err(Error::Xml { line, column, .. }) => (line, column),
            other => panic!("{other:?}"),
        };
        assert_eq!(place("<a>\n <b>"), (2, 5));
        assert_eq!(place("<a>\n</b>"), (2, 1));
        assert_eq!(place(""), (1, 1));
        assert_eq!(place("<a/>\n<b/>"), (2, 1));
    }

    #[test]
    fn bombs_are_refused() {
        let laughs = "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]><a>&c;</a>";
        assert!(matches!(parse(laughs), Err(Error::Entities { line: 1 })));
        assert!(matches!(parse(&"<a>".repeat(100_000)), Err(Error::Limit { limit: 64, .. })));
        let long = format!("<a b='{}'/>", "x".repeat(70_000));
        assert!(matches!(parse(&long), Err(Error::Limit { limit: 65_535, .. })));
        let long = format!("<a>{}</a>", "x".repeat(70_000));
        assert!(matches!(parse(&long), Err(Error::Limit { limit: 65_535, .. })));
    }
}
