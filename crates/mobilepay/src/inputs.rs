//! What was sent, as names and texts: the same from a query, a form, JSON or XML (mobilepay.md §2.2–2.4).
//!
//! Always true: values are trimmed, an empty one is not there, names are found in any case, and of a name that comes
//! twice the first counts. `Debug` shows names only, because a value may be a token.

use std::fmt;

/// More names than any operation has several times over.
pub const MAX_INPUTS: usize = 200;

/// The inputs of one request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Inputs(Vec<(String, String)>);

impl Inputs {
    /// The value that was sent under this name, unless it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Takes a value, unless there are too many already.
    pub(crate) fn push(&mut self, name: impl Into<String>, value: &str) {
        if self.0.len() < MAX_INPUTS {
            self.0.push((name.into(), value.trim().to_owned()));
        }
    }
}

impl<N: Into<String>, V: AsRef<str>> FromIterator<(N, V)> for Inputs {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut inputs = Self::default();
        for (name, value) in pairs {
            inputs.push(name, value.as_ref());
        }
        inputs
    }
}

impl fmt::Debug for Inputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_counts_in_any_case_and_nothing_is_nothing() {
        let inputs: Inputs =
            [("OrderID", " 17 "), ("orderid", "18"), ("amount", "  "), ("AMOUNT", "5")].into_iter().collect();
        assert_eq!(inputs.get("orderId"), Some("17"));
        assert_eq!(inputs.get("amount"), None);
        assert_eq!(inputs.get("posId"), None);
    }

    #[test]
    fn values_do_not_show() {
        let inputs: Inputs = [("accessToken", "s3cret")].into_iter().collect();
        assert_eq!(format!("{inputs:?}"), r#"["accessToken"]"#);
    }
}
