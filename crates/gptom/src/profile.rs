//! The words of the protocol as data (gptom.md §5, §12).
//!
//! The vendor's own names for members and states are published only in part, so none of them stands in code:
//! code says what is meant, the profile says how it is spelt. The built-in profile is a TOML file; an
//! operator's file is laid over it and may rename a member or a state, add a spelling or leave one out.
//!
//! What always holds: a profile that names something unknown, leaves a state without a word, or gives two members
//! of an answer one name is refused when the server starts.

use std::collections::BTreeMap;
use std::path::Path;

use domain::Minor;
use figment::Figment;
use figment::providers::{Format, Toml};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The profile that is built in, with its comments: what `polytill gptom-profile` prints.
pub const BUILT_IN: &str = include_str!("profile.toml");

/// What is meant, and the names it has.
pub(crate) type Names = BTreeMap<String, Vec<String>>;

/// How amounts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AmountUnit {
    Minor,
    Major,
}

/// The five states of a task (§6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskWord {
    Created,
    InProgress,
    Completed,
    Error,
    Cancelled,
}

impl TaskWord {
    pub const ALL: [Self; 5] =
        [Self::Created, Self::InProgress, Self::Completed, Self::Error, Self::Cancelled];
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub path_prefixes: Vec<String>,
    pub require_tid_on_reads: bool,
    pub amount_unit: AmountUnit,
    pub batch_amount_unit: AmountUnit,
    pub create_status: u16,
    pub decline_task_state: TaskWord,
    pub void_check_http_errors: bool,
    pub reference_max_len: usize,
    pub task_ttl_s: u32,
    pub in_progress_timeout_s: u32,
    pub void_window_days: u32,
    pub access_ttl_bound_s: u32,
    pub access_ttl_master_s: u32,
    pub refresh_ttl_days: u32,
    pub state_names: BTreeMap<TaskWord, String>,
    pub operations: Names,
    pub payment_methods: Names,
    pub request: Names,
    pub echo: Names,
    pub task: Names,
    pub transaction: Names,
    pub batch: Names,
}

/// The profile cannot be used, and why.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("{0}")]
    Unreadable(String),
    #[error("[{table}] {name} is not a member that this server knows")]
    Unknown { table: &'static str, name: String },
    #[error("[{table}] gives {name} two meanings")]
    Ambiguous { table: &'static str, name: String },
    #[error("{0}")]
    Senseless(&'static str),
}

impl Profile {
    /// The built-in profile with a file laid over it, if one is given.
    pub fn load(file: Option<&Path>) -> Result<Self, ProfileError> {
        let mut figment = Figment::from(Toml::string(BUILT_IN));
        if let Some(file) = file {
            figment = figment.merge(Toml::file_exact(file));
        }
        Self::checked(&figment)
    }

    /// The same with the text of a file.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        Self::checked(&Figment::from(Toml::string(BUILT_IN)).merge(Toml::string(text)))
    }

    fn checked(figment: &Figment) -> Result<Self, ProfileError> {
        let profile: Self = figment.extract().map_err(|error| ProfileError::Unreadable(error.to_string()))?;
        let known: Self = Figment::from(Toml::string(BUILT_IN))
            .extract()
            .map_err(|error| ProfileError::Unreadable(error.to_string()))?;
        for (table, ours, theirs) in [
            ("operations", &known.operations, &profile.operations),
            ("payment_methods", &known.payment_methods, &profile.payment_methods),
            ("request", &known.request, &profile.request),
            ("echo", &known.echo, &profile.echo),
            ("task", &known.task, &profile.task),
            ("transaction", &known.transaction, &profile.transaction),
            ("batch", &known.batch, &profile.batch),
        ] {
            if let Some(name) = theirs.keys().find(|name| !ours.contains_key(*name)) {
                return Err(ProfileError::Unknown { table, name: name.clone() });
            }
            if let Some(name) = twice(theirs) {
                return Err(ProfileError::Ambiguous { table, name });
            }
        }
        profile.sensible()?;
        Ok(profile)
    }

    fn sensible(&self) -> Result<(), ProfileError> {
        let words: Vec<&String> = self.state_names.values().collect();
        let distinct =
            words.iter().enumerate().all(|(place, word)| !words.iter().skip(place + 1).any(|w| w == word));
        let prefix =
            |prefix: &String| prefix.is_empty() || (prefix.starts_with('/') && !prefix.ends_with('/'));
        let claims = [
            (
                TaskWord::ALL.iter().all(|word| self.state_names.contains_key(word)),
                "every state needs a word",
            ),
            (distinct, "two states have the same word"),
            (matches!(self.create_status, 200 | 201), "create_status is 200 or 201"),
            (
                matches!(self.decline_task_state, TaskWord::Completed | TaskWord::Error),
                "decline_task_state is COMPLETED or ERROR",
            ),
            (!self.path_prefixes.is_empty(), "path_prefixes must not be empty"),
            (
                self.path_prefixes.iter().all(prefix),
                "a path prefix begins with a slash and does not end with one",
            ),
            ((1..=255).contains(&self.reference_max_len), "reference_max_len is 1 to 255"),
            ((10..=30 * 86_400).contains(&self.task_ttl_s), "task_ttl_s is 10 s to 30 days"),
            ((10..=86_400).contains(&self.in_progress_timeout_s), "in_progress_timeout_s is 10 s to a day"),
            ((1..=93).contains(&self.void_window_days), "void_window_days is 1 to 93"),
            (
                (60..=30 * 86_400).contains(&self.access_ttl_bound_s),
                "access_ttl_bound_s is a minute to 30 days",
            ),
            (
                (60..=30 * 86_400).contains(&self.access_ttl_master_s),
                "access_ttl_master_s is a minute to 30 days",
            ),
            ((1..=400).contains(&self.refresh_ttl_days), "refresh_ttl_days is 1 to 400"),
        ];
        match claims.into_iter().find(|(holds, _)| !holds) {
            Some((_, why)) => Err(ProfileError::Senseless(why)),
            None => Ok(()),
        }
    }

    /// The word for a state.
    #[must_use]
    pub fn word(&self, state: TaskWord) -> &str {
        self.state_names.get(&state).map_or("", String::as_str)
    }

    /// The state a client means by a word.
    #[must_use]
    pub fn state(&self, word: &str) -> Option<TaskWord> {
        self.state_names.iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).map(|(state, _)| *state)
    }

    /// An amount of a request or a transaction as it is written.
    pub(crate) fn amount(&self, minor: Minor) -> Value {
        in_unit(self.amount_unit, minor)
    }

    /// An amount of a batch as it is written.
    pub(crate) fn batch_amount(&self, minor: Minor) -> Value {
        in_unit(self.batch_amount_unit, minor)
    }

    /// What a request says under any of the names of a member; null counts as nothing.
    pub(crate) fn find<'a>(&self, request: &'a Map<String, Value>, member: &str) -> Option<&'a Value> {
        let names = self.request.get(member)?;
        names.iter().filter_map(|name| request.get(name)).find(|value| !value.is_null())
    }
}

fn in_unit(unit: AmountUnit, minor: Minor) -> Value {
    match unit {
        AmountUnit::Minor => minor.get().into(),
        AmountUnit::Major => decimal(minor),
    }
}

/// Hundredths as a decimal number, made from its digits: no arithmetic but with integers.
pub(crate) fn decimal(minor: Minor) -> Value {
    let (sign, hundredths) = (if minor.get() < 0 { "-" } else { "" }, minor.get().unsigned_abs());
    if hundredths % 100 == 0 {
        return (minor.get() / 100).into();
    }
    let text = format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100);
    text.parse::<serde_json::Number>().map_or(Value::Null, Value::Number)
}

/// What a word means in one of the tables of words, in any case.
pub(crate) fn meaning<'a>(words: &'a Names, word: &str) -> Option<&'a str> {
    words
        .iter()
        .find(|(_, spellings)| spellings.iter().any(|spelling| spelling.eq_ignore_ascii_case(word)))
        .map(|(meaning, _)| meaning.as_str())
}

/// Writes an answer: its members in the order they are given, each under all of its names.
pub(crate) fn write(names: &Names, members: Vec<(&'static str, Value)>) -> Value {
    let mut object = Map::new();
    for (member, value) in members {
        for name in names.get(member).into_iter().flatten() {
            object.insert(name.clone(), value.clone());
        }
    }
    Value::Object(object)
}

/// A name that stands for two members.
fn twice(names: &Names) -> Option<String> {
    let mut seen = std::collections::BTreeSet::new();
    names.values().flatten().find(|name| !seen.insert(name.as_str())).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_and_a_state_are_renamed_without_code() {
        let profile = Profile::parse(
            "[state_names]\nCREATED = \"NEW\"\n[task]\nstate = [\"taskState\"]\n[request]\namount = [\"castka\"]",
        )
        .unwrap();
        assert_eq!(profile.word(TaskWord::Created), "NEW");
        assert_eq!(profile.word(TaskWord::Error), "ERROR");
        assert_eq!(profile.state("new"), Some(TaskWord::Created));
        assert_eq!(profile.state("CREATED"), None);
        let written = write(&profile.task, vec![("taskId", json!("7")), ("state", json!("NEW"))]);
        assert_eq!(written, json!({"taskId": "7", "id": "7", "taskState": "NEW"}));
        let request = json!({"amount": 1, "castka": 2});
        assert_eq!(profile.find(request.as_object().unwrap(), "amount"), Some(&json!(2)));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, why) in [
            ("[task]\nstait = [\"x\"]", "[task] stait is not a member that this server knows"),
            ("[task]\nstate = [\"tid\"]", "[task] gives tid two meanings"),
            ("[state_names]\nERROR = \"COMPLETED\"", "two states have the same word"),
            ("create_status = 204", "create_status is 200 or 201"),
            ("path_prefixes = [\"cloud/\"]", "a path prefix begins with a slash and does not end with one"),
            ("void_window_days = 94", "void_window_days is 1 to 93"),
        ] {
            assert_eq!(Profile::parse(text).unwrap_err().to_string(), why, "{text}");
        }
        assert!(Profile::parse("colour = \"red\"").is_err());
    }

    #[test]
    fn decimals_have_no_more_digits_than_they_need() {
        for (minor, text) in [
            (9_550, "95.5"),
            (9_505, "95.05"),
            (9_500, "95"),
            (0, "0"),
            (-5, "-0.05"),
            (9_999_999_999_999, "99999999999.99"),
        ] {
            assert_eq!(decimal(Minor::new(minor)).to_string(), text);
        }
    }

    #[test]
    fn operations_and_means_of_payment_have_no_word_in_common() {
        let profile = Profile::load(None).unwrap();
        for word in profile.operations.values().flatten() {
            assert_eq!(meaning(&profile.payment_methods, word), None, "{word}");
        }
        assert_eq!(meaning(&profile.operations, "storno"), Some("VOID"));
    }
}
