//! Every type in both formats: full, with nothing in it, and failed; with aliases and without.

use super::*;
use crate::types::{ObjectType, RESPONSES, ResponseType};

/// Values that show which field they are in.
fn filled(fields: &[Field]) -> Vec<Value> {
    let of = |field: &Field| match field.kind {
        Kind::Text => Value::from(format!("{}!", field.name)),
        Kind::List => Value::List(vec!["a".to_owned(), "<b> & \"c\"".to_owned()]),
        Kind::Object(ObjectType { fields, .. }) => Value::Object(filled(fields)),
    };
    fields.iter().map(of).collect()
}

/// The deepest values that may be missing are.
fn sparse(fields: &[Field]) -> Vec<Value> {
    let of = |field: &Field| match field.kind {
        Kind::Text | Kind::List => Value::Null,
        Kind::Object(ObjectType { fields, .. }) => Value::Object(sparse(fields)),
    };
    fields.iter().map(of).collect()
}

fn shortened(text: &str) -> String {
    use crate::types::{NS_ARR, NS_I, NS_MP, NS_VM};
    [(NS_VM, "VM"), (NS_MP, "MP"), (NS_ARR, "ARR"), (NS_I, "I")]
        .into_iter()
        .fold(text.to_owned(), |text, (long, short)| {
            text.replace(&format!("\"{long}\""), &format!("\"{short}\""))
        })
}

fn written(of: &ResponseType, aliases: bool) -> String {
    let layout = Layout::new(of, aliases);
    let (full, bare) = (Reply(filled(of.fields)), Reply(sparse(of.fields)));
    assert!(full.fits(of.fields) && bare.fits(of.fields));
    let outcomes = [Ok(&full), Ok(&bare), Err([Problem::AmountMissing, Problem::PaymentUnknown].as_slice())];
    let lines = outcomes.into_iter().flat_map(|outcome| {
        [Format::Json, Format::Xml].map(|format| shortened(&answer(&layout, format, outcome)))
    });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn every_type_is_written_as_the_table_says() {
    let all: String = RESPONSES.iter().map(|of| written(of, false) + "\n").collect();
    insta::assert_snapshot!("types", all);
}

#[test]
fn reconstructed_types_repeat_themselves_when_told_to() {
    let aliased = RESPONSES.iter().filter(|of| !of.aliases.is_empty());
    let all: String = aliased.map(|of| written(of, true) + "\n").collect();
    insta::assert_snapshot!("aliases", all);
}

#[test]
fn the_examples_of_the_interface_are_met_to_the_byte() {
    let layout = Layout::new(&crate::types::PAYMENT_START, true);
    let reply = Reply::text("3f0c");
    let problems = [Problem::PaymentActive];
    let xml = |inner: &str| {
        format!(
            "<PaymentStartViewModel xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xmlns=\"http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_ViewModels.ViewModels\">\
             {inner}</PaymentStartViewModel>"
        )
    };
    let arrays = "xmlns:d2p1=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"";
    assert_eq!(
        answer(&layout, Format::Xml, Ok(&reply)),
        xml(&format!("<errors {arrays} /><success>true</success><paymentId>3f0c</paymentId>"))
    );
    assert_eq!(
        answer(&layout, Format::Json, Ok(&reply)),
        r#"{"paymentId":"3f0c","success":true,"errors":[]}"#
    );
    let failure = "A payment is already active on this point of sale (1301)";
    assert_eq!(
        answer(&layout, Format::Xml, Err(&problems)),
        xml(&format!(
            "<errors {arrays}><d2p1:string>{failure}</d2p1:string></errors><success>false</success>\
             <paymentId i:nil=\"true\" />"
        ))
    );
    assert_eq!(
        answer(&layout, Format::Json, Err(&problems)),
        format!(r#"{{"paymentId":null,"success":false,"errors":["{failure}"]}}"#)
    );
}

#[test]
fn texts_are_escaped() {
    let layout = Layout::new(&crate::types::PAYMENT, true);
    let reply = Reply::text("\" \\ / < > & ' \r\n\t\u{1}\u{85}\u{2028}æ€\u{1F600}");
    let json = answer(&layout, Format::Json, Ok(&reply));
    assert!(json.starts_with(r#"{"message":"\" \\ / < > & ' \r\n\t\u0001\u0085\u2028æ€😀","#), "{json}");
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(Value::Text(read["message"].as_str().unwrap().to_owned().into()), reply.0[0]);
    let xml = answer(&layout, Format::Xml, Ok(&reply));
    let expected = "<message>\" \\ / &lt; &gt; &amp; ' &#xD;\n\t\u{FFFD}\u{85}\u{2028}æ€😀</message>";
    assert!(xml.contains(expected), "{xml}");
    assert!(answer(&layout, Format::Xml, Ok(&Reply::text(""))).contains("<message />"));
    assert_eq!(error(Format::Xml, "a<b"), "<Error><Message>a&lt;b</Message></Error>");
    assert_eq!(error(Format::Json, "a\"b"), r#"{"Message":"a\"b"}"#);
}
