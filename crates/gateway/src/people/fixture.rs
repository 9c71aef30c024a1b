//! People and programs as an operator writes them down: with secrets in the clear, which are hashed on the way in.

use std::fmt;

use domain::{Grant, MerchantId, OauthClient, PasswordHash, Person, SecretHash, Tid};
use serde::Deserialize;
use store::{Record, RecordKind};

use super::logins::hash;
use crate::gateway::Gateway;
use crate::import::{ImportError, record};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthClientFixture {
    pub id: i64,
    pub name: String,
    pub secret: String,
    #[serde(default)]
    pub merchant: Option<MerchantId>,
    #[serde(default = "both")]
    pub grants: Vec<Grant>,
}

fn both() -> Vec<Grant> {
    vec![Grant::Password, Grant::RefreshToken]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFixture {
    pub id: i64,
    pub user_name: String,
    pub password: String,
    pub merchant: MerchantId,
    #[serde(default)]
    pub terminals: Vec<Tid>,
    #[serde(default)]
    pub master: bool,
    #[serde(default = "yes")]
    pub active: bool,
}

const fn yes() -> bool {
    true
}

impl fmt::Debug for OauthClientFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OauthClientFixture({})", self.name)
    }
}

impl fmt::Debug for PersonFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonFixture({})", self.user_name)
    }
}

impl Gateway {
    pub(crate) fn people_records(
        &self,
        clients: &[OauthClientFixture],
        people: &[PersonFixture],
    ) -> Result<Vec<Record>, ImportError> {
        let mut records = Vec::new();
        for client in clients {
            let kept = OauthClient {
                id: client.id,
                name: client.name.clone(),
                merchant: client.merchant,
                secret: SecretHash(self.people.secret_hash(client.id, &client.secret)),
                grants: client.grants.clone(),
            };
            let merchant = client.merchant.unwrap_or(MerchantId::new(0));
            records.push(record(RecordKind::GpTomClient, client.id, merchant, &kept)?);
        }
        for person in people {
            let kept = Person {
                id: person.id,
                user_name: person.user_name.clone(),
                merchant: person.merchant,
                password: PasswordHash(hash(&person.password)?),
                terminals: person.terminals.clone(),
                master: person.master,
                active: person.active,
            };
            records.push(record(RecordKind::GpTomUser, person.id, person.merchant, &kept)?);
        }
        Ok(records)
    }
}
