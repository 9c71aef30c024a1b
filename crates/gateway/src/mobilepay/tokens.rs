//! The one token of a merchant: shown, made, exchanged (mobilepay.md §4, §11).
//!
//! A token is 32 random bytes in base64url. It leaves here once, towards its merchant, after the change that keeps its
//! hash is durable. Whoever may not have one learns nothing about why.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::{Issuing, MobilePayMerchant, PaymentId, SecretHash, Timestamp, TokenOnFile, Version};
use ipnet::IpNet;
use store::{Change, Claim, ClaimScope, CommitError, RecordKind, Signal, Topic};
use subtle::ConstantTimeEq;

use crate::error::Error;
use crate::gateway::Gateway;
use crate::import::record;
use crate::keyring::hex;

const TOKEN_BYTES: usize = 32;
const HINT_CHARACTERS: usize = 4;

impl Gateway {
    /// The merchant with this bioCode and token. Takes as long for an unknown merchant, and for one without a token, as
    /// for a wrong token.
    #[must_use]
    pub fn mobilepay_merchant(&self, bio_code: &str, token: &str) -> Option<Arc<MobilePayMerchant>> {
        let directory = self.directory();
        let merchant = directory.mobilepay().merchant_by_bio_code(bio_code);
        let given = self.mobilepay_token_hash(merchant.map_or(0, |merchant| merchant.id), token);
        let nobody = "0".repeat(64);
        let on_file = merchant.and_then(|merchant| merchant.token.as_ref());
        let kept = on_file.map_or(nobody.as_str(), |token| token.hash.0.as_str());
        let right = bool::from(kept.as_bytes().ct_eq(given.0.as_bytes()));
        merchant.filter(|_| right && on_file.is_some()).cloned()
    }

    /// A first token, for a merchant that has none while issuing is open for it; `None` for everybody else.
    pub async fn issue_mobilepay_token(
        &self,
        bio_code: &str,
        from: Option<IpAddr>,
    ) -> Result<Option<String>, Error> {
        let merchant = self.directory().mobilepay().merchant_by_bio_code(bio_code).cloned();
        let may = |merchant: &Arc<MobilePayMerchant>| {
            merchant.may_issue(self.clock.now()) && may_ask(merchant, from)
        };
        match merchant.filter(may) {
            Some(merchant) => self.new_token(&merchant).await,
            None => Ok(None),
        }
    }

    /// A new token in exchange for the present one, which is void from then on; `None` when it was not shown.
    pub async fn reset_mobilepay_token(
        &self,
        bio_code: &str,
        previous: &str,
    ) -> Result<Option<String>, Error> {
        match self.mobilepay_merchant(bio_code, previous) {
            Some(merchant) => self.new_token(&merchant).await,
            None => Ok(None),
        }
    }

    async fn new_token(&self, merchant: &MobilePayMerchant) -> Result<Option<String>, Error> {
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Error::Internal(error.to_string()))?;
        let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let now = self.clock.now();
        let next = MobilePayMerchant {
            token: Some(self.mobilepay_token_on_file(merchant.id, &token, now)),
            issuing: if merchant.issuing == Issuing::Once { Issuing::Closed } else { merchant.issuing },
            generation: merchant.generation.saturating_add(1),
            changed_at: now,
            ..merchant.clone()
        };
        let kept = record(RecordKind::MobilePayMerchant, next.id, next.merchant, &next);
        let change = Change {
            records: vec![kept.map_err(|error| Error::Internal(error.to_string()))?],
            claims: vec![generation_claim(&next)],
            signals: vec![Signal { topic: Topic::Directory, key: 0 }],
            ..Change::default()
        };
        match self.store.commit(change).await {
            Ok(()) => {}
            // Somebody else's request was faster; its token is the one.
            Err(CommitError::Claimed(_)) => return Ok(None),
            Err(other) => return Err(other.into()),
        }
        self.reload_directory().await?;
        let hint = next.token.as_ref().map(|token| token.hint.as_str());
        tracing::info!(bio_code = next.bio_code, hint, "an access token was made");
        Ok(Some(token))
    }

    pub(crate) fn mobilepay_token_on_file(&self, merchant: i64, token: &str, at: Timestamp) -> TokenOnFile {
        let skipped = token.chars().count().saturating_sub(HINT_CHARACTERS);
        let hint = token.chars().skip(skipped).collect();
        TokenOnFile { hash: self.mobilepay_token_hash(merchant, token), hint, since: at }
    }

    /// The hash of a token, bound to its merchant.
    pub(crate) fn mobilepay_token_hash(&self, merchant: i64, token: &str) -> SecretHash {
        SecretHash(hex(&self.mobilepay_tokens.mac(&[&merchant.to_be_bytes(), token.as_bytes()])))
    }
}

/// A merchant's generation can be made once.
fn generation_claim(merchant: &MobilePayMerchant) -> Claim {
    let mut key = b"mobilepay token".to_vec();
    key.extend_from_slice(&merchant.id.to_be_bytes());
    key.extend_from_slice(&merchant.generation.to_be_bytes());
    Claim {
        scope: ClaimScope::Name,
        key,
        owner: PaymentId::new(merchant.id),
        version: Version::new(0),
        fingerprint: vec![],
        at: merchant.changed_at,
    }
}

/// Whether a first token may be asked for from there.
fn may_ask(merchant: &MobilePayMerchant, from: Option<IpAddr>) -> bool {
    let within = |network: &String| {
        let network = network.parse::<IpNet>().or_else(|_| network.parse::<IpAddr>().map(IpNet::from));
        let from = from.map(|address| address.to_canonical());
        network.is_ok_and(|network| from.is_some_and(|address| network.contains(&address)))
    };
    merchant.issuing_networks.is_empty() || merchant.issuing_networks.iter().any(within)
}
