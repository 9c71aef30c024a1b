//! Who there is: people by their names in lower case, programs by theirs as they are.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{OauthClient, Person};

#[derive(Debug, Default)]
pub(crate) struct Register {
    clients: HashMap<String, Arc<OauthClient>>,
    people: HashMap<String, Arc<Person>>,
}

impl Register {
    pub(crate) fn new(clients: Vec<OauthClient>, people: Vec<Person>) -> Self {
        let by_name = |client: OauthClient| (client.name.clone(), Arc::new(client));
        let by_user = |person: Person| (person.user_name.to_lowercase(), Arc::new(person));
        Self {
            clients: clients.into_iter().map(by_name).collect(),
            people: people.into_iter().map(by_user).collect(),
        }
    }

    pub(crate) fn client(&self, name: &str) -> Option<&Arc<OauthClient>> {
        self.clients.get(name)
    }

    pub(crate) fn person(&self, user_name: &str) -> Option<&Arc<Person>> {
        self.people.get(&user_name.to_lowercase())
    }
}
