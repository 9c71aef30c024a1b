//! Which terminal a call concerns (gptom.md §3.4).
//!
//! The TID may be in the body, the query or a header, under several names. A token that is bound to a terminal
//! needs none and takes no other; a master account's token always needs one. A terminal of somebody else and one
//! that does not exist are the same to a caller.

use serde_json::{Map, Value};

use crate::profile::Profile;

/// Names in the query and of headers. Body names are in the profile.
const QUERY: [&str; 3] = ["tid", "TID", "terminalId"];
const HEADERS: [&str; 3] = ["x-tid", "tid", "x-terminal-id"];

/// A TID is a short text of letters and digits; leading zeros count.
const LONGEST: usize = 32;

/// What a token says about terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound<'a> {
    To(&'a str),
    /// A master account: every terminal of the company.
    Company,
}

/// Why a call concerns no terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTid {
    /// 400: none is named, and the token has none.
    Missing,
    /// 400: two different ones are named, or one that cannot be a TID.
    Ambiguous,
    /// 403: the token is bound to another.
    NotPermitted,
}

/// Every TID a call names, from all places where one may be.
pub(crate) fn named(
    profile: &Profile,
    body: Option<&Map<String, Value>>,
    query: &[(String, String)],
    headers: &http::HeaderMap,
) -> Vec<String> {
    let names = profile.request.get("tid");
    let in_body = body.into_iter().flat_map(|body| {
        names.into_iter().flatten().filter_map(|name| body.get(name)).filter_map(|value| match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        })
    });
    let in_query =
        query.iter().filter(|(name, _)| QUERY.contains(&name.as_str())).map(|(_, value)| value.clone());
    let in_headers = HEADERS
        .iter()
        .filter_map(|name| headers.get(*name))
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let all = in_body.chain(in_query).chain(in_headers);
    all.map(|tid| tid.trim().to_owned()).filter(|tid| !tid.is_empty()).collect()
}

/// The one terminal that is meant.
pub(crate) fn resolve(bound: Bound<'_>, named: &[String]) -> Result<String, NoTid> {
    let first = named.first();
    if named.iter().any(|tid| Some(tid) != first || !plausible(tid)) {
        return Err(NoTid::Ambiguous);
    }
    match (bound, first) {
        (Bound::To(own), None) => Ok(own.to_owned()),
        (Bound::To(own), Some(tid)) if tid == own => Ok(tid.clone()),
        (Bound::To(_), Some(_)) => Err(NoTid::NotPermitted),
        (Bound::Company, Some(tid)) => Ok(tid.clone()),
        (Bound::Company, None) => Err(NoTid::Missing),
    }
}

fn plausible(tid: &str) -> bool {
    tid.len() <= LONGEST && tid.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_place_is_looked_at() {
        let profile = Profile::load(None).unwrap();
        let body = json!({"TID": 10012345, "terminalId": " 0042 ", "Tid": null, "amount": 1});
        let mut headers = http::HeaderMap::new();
        headers.insert("X-TID", "7".parse().unwrap());
        let query = vec![("tid".to_owned(), "8".to_owned()), ("state".to_owned(), "x".to_owned())];
        assert_eq!(named(&profile, body.as_object(), &query, &headers), ["10012345", "0042", "8", "7"]);
        assert_eq!(named(&profile, None, &[], &http::HeaderMap::new()), Vec::<String>::new());
    }

    #[test]
    fn the_rules() {
        let (own, company) = (Bound::To("1"), Bound::Company);
        for (bound, named, expected) in [
            (own, vec![], Ok("1")),
            (own, vec!["1"], Ok("1")),
            (own, vec!["1", "1"], Ok("1")),
            (own, vec!["2"], Err(NoTid::NotPermitted)),
            (own, vec!["1", "2"], Err(NoTid::Ambiguous)),
            (company, vec![], Err(NoTid::Missing)),
            (company, vec!["2"], Ok("2")),
            (company, vec!["2", "02"], Err(NoTid::Ambiguous)),
            (company, vec!["../x"], Err(NoTid::Ambiguous)),
        ] {
            let named: Vec<String> = named.into_iter().map(str::to_owned).collect();
            assert_eq!(resolve(bound, &named), expected.map(str::to_owned), "{bound:?} {named:?}");
        }
    }
}
