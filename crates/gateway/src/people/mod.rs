//! People and the programs that ask for tokens on their behalf: who they are, and whether they say the truth.
//!
//! A door whose protocol knows people asks [`Gateway::oauth_client`] and [`Gateway::person`]; what it puts into a token
//! and how that looks is its own business, the signature is made here. Deliberately absent: OAuth's words.

mod fixture;
mod logins;
mod register;

use std::sync::Arc;

use domain::{OauthClient, Person, Span};
use subtle::ConstantTimeEq;

use crate::error::Error;
use crate::gateway::Gateway;
use crate::keyring::{Key, Keyring, Purpose, hex};

pub use fixture::{OauthClientFixture, PersonFixture};
pub(crate) use register::Register;

use logins::{Login, Logins};

/// An e-mail address has no more, and a password that somebody types neither.
const LONGEST_NAME: usize = 254;
const LONGEST_PASSWORD: usize = 1_024;

/// What came of a person's login.
#[derive(Debug, Clone)]
pub enum PersonLogin {
    In(Arc<Person>),
    /// Nobody has this name and this password, or not any more.
    Wrong,
    /// Too many failures under this name.
    Locked {
        wait: Span,
    },
}

/// Keys and memory of logins.
pub(crate) struct People {
    logins: Logins,
    secrets: Key,
    tokens: Key,
}

impl People {
    pub(crate) fn new(keyring: &Keyring) -> Result<Self, Error> {
        Ok(Self {
            logins: Logins::new(keyring.key(Purpose::PeoplesLogins))?,
            secrets: keyring.key(Purpose::OauthSecrets),
            tokens: keyring.key(Purpose::PeoplesTokens),
        })
    }

    /// The hash of a program's secret, bound to the program.
    fn secret_hash(&self, id: i64, secret: &str) -> String {
        hex(&self.secrets.mac(&[&id.to_be_bytes(), secret.as_bytes()]))
    }
}

impl Gateway {
    /// The program with this name and secret. Takes as long for an unknown name as for a wrong secret.
    #[must_use]
    pub fn oauth_client(&self, name: &str, secret: &str) -> Option<Arc<OauthClient>> {
        let directory = self.directory();
        let client = directory.people().client(name);
        let given = self.people.secret_hash(client.map_or(0, |client| client.id), secret);
        let kept = client.map_or("", |client| client.secret.0.as_str());
        bool::from(given.as_bytes().ct_eq(kept.as_bytes())).then(|| client.cloned()).flatten()
    }

    /// Lets a person in who knows the password and is active.
    pub async fn person(&self, user_name: &str, password: &str) -> Result<PersonLogin, Error> {
        // Nobody has such a name, and it is not worth remembering that it failed.
        if user_name.len() > LONGEST_NAME || password.len() > LONGEST_PASSWORD {
            return Ok(PersonLogin::Wrong);
        }
        // Who failed is told apart as people are: in any case of letters.
        let user_name = &user_name.to_lowercase();
        let directory = self.directory();
        let person = directory.people().person(user_name);
        let now = self.clock.now();
        let hash = person.map(|person| person.password.0.as_str());
        Ok(match self.people.logins.check(user_name, password, hash, now).await? {
            Login::Right => match person.filter(|person| person.active) {
                Some(person) => PersonLogin::In(Arc::clone(person)),
                None => PersonLogin::Wrong,
            },
            Login::Wrong => PersonLogin::Wrong,
            Login::Locked { until } => PersonLogin::Locked { wait: until.since(now) },
        })
    }

    /// A person by name, for a token that was given out before.
    #[must_use]
    pub fn person_named(&self, user_name: &str) -> Option<Arc<Person>> {
        self.directory().people().person(user_name).filter(|person| person.active).cloned()
    }

    /// This server's signature under a token for people.
    #[must_use]
    pub fn sign_for_people(&self, text: &[u8]) -> [u8; 32] {
        self.people.tokens.mac(&[text])
    }
}
