//! The keys that shops sign their reports with, and the signatures.
//!
//! A key is kept sealed under the keyring, bound to its shop. Operators import one; a sandbox makes one of its own when it
//! is first needed.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{Receipt, Shop, ShopId};
use parking_lot::Mutex;
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs8::EncodePrivateKey;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use store::{Change, Record, RecordKind};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::gateway::Gateway;
use crate::import::ImportError;
use crate::keyring::Key;
use crate::recurrences::LocalCalendar;
use crate::vault;

const BITS: usize = 2_048;

/// A key as a file of fixtures has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EetKeyFixture {
    pub shop: ShopId,
    /// An RSA key of 2048 bits or more, PKCS #8 in PEM.
    pub key: Zeroizing<String>,
}

impl fmt::Debug for EetKeyFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EetKeyFixture({})", self.shop)
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptKey {
    shop: ShopId,
    sealed: String,
}

/// The keys that were used, opened.
pub(crate) struct SigningKeys {
    keyring: Key,
    opened: Mutex<HashMap<ShopId, Arc<RsaKeyPair>>>,
}

impl SigningKeys {
    pub(crate) fn new(keyring: Key) -> Self {
        Self { keyring, opened: Mutex::default() }
    }

    /// Reads them anew when they are needed: the directory has changed.
    pub(crate) fn forget(&self) {
        self.opened.lock().clear();
    }

    fn record(&self, shop: &Shop, der: &[u8]) -> Result<Record, Error> {
        let sealed = vault::seal_beside(&self.keyring, b"eet key", shop.id.get(), der);
        let sealed = sealed.map_err(|_| Error::Internal("a key could not be sealed".to_owned()))?;
        let body = serde_json::to_string(&KeptKey { shop: shop.id, sealed })
            .map_err(|error| Error::Internal(error.to_string()))?;
        let (kind, id, merchant) = (RecordKind::EetCertificate, shop.id.get(), shop.merchant);
        Ok(Record { kind, id, merchant, body })
    }
}

impl Gateway {
    /// The key of a shop; in a sandbox one is made if there is none.
    async fn signing_key(&self, shop: &Shop) -> Result<Option<Arc<RsaKeyPair>>, Error> {
        if let Some(key) = self.signing_keys.opened.lock().get(&shop.id) {
            return Ok(Some(Arc::clone(key)));
        }
        let records = self.store.records(RecordKind::EetCertificate).await?;
        let der = match records.iter().find(|record| record.id == shop.id.get()) {
            Some(record) => self.open_key(shop.id, &record.body)?,
            None if self.sandbox.is_some() => self.new_key(shop).await?,
            None => return Ok(None),
        };
        let key = RsaKeyPair::from_pkcs8(&der).map_err(|error| Error::Internal(error.to_string()))?;
        let key = Arc::new(key);
        self.signing_keys.opened.lock().insert(shop.id, Arc::clone(&key));
        Ok(Some(key))
    }

    fn open_key(&self, shop: ShopId, body: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let kept: KeptKey = serde_json::from_str(body).map_err(|error| Error::Internal(error.to_string()))?;
        vault::open_beside(&self.signing_keys.keyring, b"eet key", shop.get(), &kept.sealed)
            .map_err(|_| Error::Internal(format!("the key of shop {shop} does not open")))
    }

    async fn new_key(&self, shop: &Shop) -> Result<Zeroizing<Vec<u8>>, Error> {
        let made = tokio::task::spawn_blocking(|| {
            let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, BITS).map_err(|e| e.to_string())?;
            key.to_pkcs8_der().map(|der| Zeroizing::new(der.as_bytes().to_vec())).map_err(|e| e.to_string())
        });
        let der = made.await.map_err(|error| Error::Internal(error.to_string()))?.map_err(Error::Internal)?;
        let records = vec![self.signing_keys.record(shop, &der)?];
        self.store.commit(Change { records, ..Change::default() }).await?;
        tracing::info!(shop = %shop.id, "made a test key for reports of sales");
        Ok(der)
    }

    pub(crate) fn eet_key_records(
        &self,
        keys: &[EetKeyFixture],
        shop: impl Fn(ShopId) -> Option<Shop>,
    ) -> Result<Vec<Record>, ImportError> {
        let refused = |shop, why| ImportError::Record(format!("the EET key of shop {shop} {why}"));
        let mut records = Vec::new();
        for fixture in keys {
            let shop = shop(fixture.shop).ok_or_else(|| refused(fixture.shop, "belongs to no shop"))?;
            let der = PrivatePkcs8KeyDer::from_pem_slice(fixture.key.as_bytes())
                .map_err(|_| refused(shop.id, "is no PKCS #8 key in PEM"))?;
            let der = der.secret_pkcs8_der();
            RsaKeyPair::from_pkcs8(der)
                .map_err(|_| refused(shop.id, "is no RSA key of 2048 bits or more"))?;
            let record = self.signing_keys.record(&shop, der);
            records.push(record.map_err(|_| refused(shop.id, "cannot be sealed"))?);
        }
        Ok(records)
    }

    /// Signs a receipt if it is not signed yet. False without a key.
    pub(super) async fn sign(&self, shop: &Shop, receipt: &mut Receipt) -> Result<bool, Error> {
        if receipt.pkp.is_some() {
            return Ok(true);
        }
        let Some(key) = self.signing_key(shop).await? else { return Ok(false) };
        let text = plaintext(receipt, &self.calendar);
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|error| Error::Internal(error.to_string()))?;
        receipt.bkp = Some(short(&signature));
        receipt.pkp = Some(BASE64_STANDARD.encode(&signature));
        Ok(true)
    }
}

/// What is signed: six members of the data message with bars between them.
fn plaintext(receipt: &Receipt, calendar: &LocalCalendar) -> String {
    let settings = &receipt.settings;
    let amount = receipt.sums.celk_trzba;
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let total = format!("{sign}{}.{:02}", amount / 100, amount % 100);
    let sold_at = calendar.written(receipt.sold_at);
    let number = receipt.number();
    [&settings.dic, &settings.premises.to_string(), &settings.register, &number, &sold_at, &total]
        .map(String::as_str)
        .join("|")
}

/// The signature's SHA-1 in five groups of eight capital digits.
fn short(signature: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, signature);
    let groups = digest.as_ref().chunks(4).map(|four| {
        four.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02X}");
            text
        })
    });
    groups.collect::<Vec<_>>().join("-")
}
