//! A response type made ready for writing.

use crate::reply::Value;
use crate::types::{Alias, Field, Kind, ResponseType};
use crate::write::nothing;

/// The members of a type's answers.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) root: &'static str,
    /// Own fields in their order, then aliases.
    members: Vec<Member>,
    /// The same in ordinal order of their names.
    sorted: Vec<Member>,
    nothing: Vec<Value>,
}

/// One member, and where its value is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    pub(crate) field: Field,
    at: usize,
    /// The place within a nested object.
    within: Option<usize>,
}

static NULL: Value = Value::Null;
static EMPTY: Value = Value::List(vec![]);

impl Member {
    pub(crate) fn value<'a>(&self, values: &'a [Value]) -> &'a Value {
        let value = values.get(self.at).unwrap_or(&NULL);
        match (self.within, value) {
            (None, value) => value,
            (Some(place), Value::Object(members)) => members.get(place).unwrap_or(&NULL),
            // There is no object because the operation failed, and then lists are empty.
            (Some(_), _) => match self.field.kind {
                Kind::List => &EMPTY,
                Kind::Text | Kind::Object(_) => &NULL,
            },
        }
    }
}

/// What every answer has besides.
const COMMON: [&str; 2] = ["errors", "success"];

impl Layout {
    #[must_use]
    pub(crate) fn new(of: &ResponseType, aliases: bool) -> Self {
        let own = of.fields.iter().enumerate();
        let mut members: Vec<Member> =
            own.map(|(at, field)| Member { field: *field, at, within: None }).collect();
        for alias in of.aliases.iter().filter(|_| aliases) {
            for member in aliased(of, alias) {
                let name = member.field.name;
                if !COMMON.contains(&name) && members.iter().all(|known| known.field.name != name) {
                    members.push(member);
                }
            }
        }
        let mut sorted = members.clone();
        sorted.sort_by_key(|member| member.field.name);
        Self { root: of.root, members, sorted, nothing: nothing(of.fields) }
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(crate) fn sorted(&self) -> &[Member] {
        &self.sorted
    }

    pub(crate) fn nothing(&self) -> &[Value] {
        &self.nothing
    }
}

/// The members an alias stands for.
fn aliased(of: &ResponseType, alias: &Alias) -> Vec<Member> {
    let found = |wanted: &str| of.fields.iter().enumerate().find(|(_, field)| field.name == wanted);
    match alias {
        Alias::Named { name, of } => found(of)
            .map(|(at, field)| Member { field: Field { name, kind: field.kind }, at, within: None })
            .into_iter()
            .collect(),
        Alias::Members { of } => {
            let Some((at, Field { kind: Kind::Object(object), .. })) = found(of) else { return vec![] };
            let members = object.fields.iter().enumerate();
            members.map(|(place, field)| Member { field: *field, at, within: Some(place) }).collect()
        }
    }
}
