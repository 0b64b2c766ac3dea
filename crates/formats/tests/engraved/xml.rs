//! A file of MusicXML as a tree, for tests: only what they look at.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::Read;
use std::path::Path;

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    /// The root of a document.
    pub fn parse(text: &str) -> Node {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Node::default()];
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Start(start) => open.push(Node::of(&start)),
                Event::Empty(start) => open.last_mut().unwrap().children.push(Node::of(&start)),
                Event::End(_) => {
                    let closed = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(closed);
                }
                Event::Text(text) => open.last_mut().unwrap().text.push_str(text.xml10_content().trim()),
                Event::GeneralRef(name) => {
                    let name: &str = &name.xml10_content();
                    let letter = match name {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        other => panic!("&{other};"),
                    };
                    open.last_mut().unwrap().text.push_str(letter);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        open.pop().unwrap().children.pop().expect("a root")
    }

    fn of(start: &BytesStart) -> Node {
        let attributes = start.attributes().map(|attribute| attribute.expect("an attribute"));
        let attributes = attributes.map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.to_string()));
        Node { name: start.name().as_ref().to_owned(), attributes: attributes.collect(), ..Node::default() }
    }

    /// Children of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The number that a child says.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.child(name)?.text.parse::<f64>().ok().map(|number| number.round() as i64)
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The document in a compressed file.
pub fn unpack(path: &Path) -> String {
    let file = std::fs::File::open(path).expect("a score");
    let mut archive = zip::ZipArchive::new(file).expect("a ZIP archive");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let name = names.iter().find(|name| name.ends_with("xml") && !name.starts_with("META-INF")).expect("a document");
    let mut text = String::new();
    archive.by_name(name).expect("an entry").read_to_string(&mut text).expect("text");
    text
}
