//! Stored cards: `GET` and `DELETE /api/payments/cards/{card_id}` (§6.11).

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use gateway::{Error, StoredCard};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::error::{Code, ErrorBody, Failure};
use crate::routes::App;

/// A card that an e-shop has a token for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Card)]
pub(crate) struct StoredCardView {
    card_id: i64,
    /// First six, six stars, last four
    card_number: String,
    /// YYMM
    card_expiration: String,
    card_brand: String,
    card_issuer_country: String,
    card_issuer_bank: String,
    /// Of an active card
    #[serde(skip_serializing_if = "Option::is_none")]
    card_fingerprint: Option<String>,
    /// Of an active card
    #[serde(skip_serializing_if = "Option::is_none")]
    card_token: Option<String>,
    /// ACTIVE or DELETED
    status: &'static str,
    /// The same as `card_number`: no network tokens are kept here
    real_masked_pan: String,
}

impl From<StoredCard> for StoredCardView {
    fn from(stored: StoredCard) -> Self {
        let StoredCard { id, card, token } = stored;
        Self {
            card_id: id,
            card_number: card.masked(),
            card_expiration: card.expiry.yymm(),
            real_masked_pan: card.masked(),
            card_brand: card.brand,
            card_issuer_country: card.country,
            card_issuer_bank: card.bank,
            card_fingerprint: card.fingerprint.filter(|_| token.is_some()),
            status: if token.is_some() { "ACTIVE" } else { "DELETED" },
            card_token: token,
        }
    }
}

/// The card the path names; `None` when what it names cannot be a card.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NamedCard(Option<i64>);

impl FromRequestParts<App> for NamedCard {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let text = Path::<String>::from_request_parts(parts, app).await.ok();
        Ok(Self(text.and_then(|text| text.parse().ok()).filter(|id| *id > 0)))
    }
}

#[utoipa::path(get, path = "/api/payments/cards/{card_id}", params(("card_id" = i64, Path)),
    responses((status = 200, body = StoredCardView), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn show(
    State(app): State<App>,
    caller: Caller,
    NamedCard(id): NamedCard,
) -> Result<Json<StoredCardView>, Failure> {
    let found = match id {
        Some(id) => app.gateway.stored_card(caller.client, id).await,
        None => Err(Error::NotFound),
    };
    Ok(Json(found.map_err(unknown)?.into()))
}

#[utoipa::path(delete, path = "/api/payments/cards/{card_id}", params(("card_id" = i64, Path)),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn delete(
    State(app): State<App>,
    caller: Caller,
    NamedCard(id): NamedCard,
) -> Result<StatusCode, Failure> {
    caller.may_more_than_create(&app)?;
    let done = match id {
        Some(id) => app.gateway.delete_card(caller.client, id).await,
        None => Err(Error::NotFound),
    };
    done.map_err(unknown)?;
    Ok(StatusCode::NO_CONTENT)
}

fn unknown(error: Error) -> Failure {
    match error {
        Error::NotFound => {
            Failure { status: StatusCode::NOT_FOUND, ..Failure::field("card_id", Code::INVALID) }
        }
        other => other.into(),
    }
}
