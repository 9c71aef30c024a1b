//! A pair more in the query of somebody's address; nothing else in it changes.

/// Puts `name=value` behind what is there and before a fragment. Both must need no escaping.
#[must_use]
pub fn append(url: &str, name: &str, value: &str) -> String {
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, Some(fragment)),
        None => (url, None),
    };
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{address}{joint}{name}={value}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::append;

    #[test]
    fn the_pair_goes_behind_what_is_there_and_before_the_fragment() {
        for (url, expected) in [
            ("https://shop.cz/back", "https://shop.cz/back?id=7"),
            ("https://shop.cz", "https://shop.cz?id=7"),
            ("https://shop.cz/back?order=42", "https://shop.cz/back?order=42&id=7"),
            ("https://shop.cz/back?", "https://shop.cz/back?id=7"),
            ("https://shop.cz/back?a=1&", "https://shop.cz/back?a=1&id=7"),
            ("https://shop.cz/?b?", "https://shop.cz/?b?&id=7"),
            ("https://shop.cz/#/back", "https://shop.cz/?id=7#/back"),
            ("https://shop.cz/b?x=1#f?g", "https://shop.cz/b?x=1&id=7#f?g"),
        ] {
            assert_eq!(append(url, "id", "7"), expected);
        }
    }
}
