//! `GET …/eshops/eshop/{goid}/payment-instruments[/{currency}]` (§6.9): what a shop's payers can pay with.
//!
//! The .NET SDK cuts the body where `enabledPaymentInstruments` stands and treats the two halves differently: the
//! groups come first, and that text stands in the body once.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use domain::{Bank, Currency, External, MethodKind, Shop, ShopId};
use polytill_http::form;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::error::{Code, ErrorBody, Failure};
use crate::instrument;
use crate::labels::{self, Group, Label};
use crate::routes::App;

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentInstruments)]
pub(crate) struct InstrumentsView {
    groups: GroupsView,
    #[serde(rename = "enabledPaymentInstruments")]
    enabled: Vec<InstrumentView>,
}

/// Groups that have a member.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = Groups)]
#[serde(rename_all = "kebab-case")]
struct GroupsView {
    #[serde(skip_serializing_if = "Option::is_none")]
    card_payment: Option<GroupView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_transfer: Option<GroupView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wallet: Option<GroupView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bnpl: Option<GroupView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    others: Option<GroupView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GroupLabel)]
struct GroupView {
    label: Label,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnabledPaymentInstrument)]
#[serde(rename_all = "camelCase")]
struct InstrumentView {
    payment_instrument: &'static str,
    label: Label,
    image: ImageView,
    group: Group,
    /// Only when all currencies were asked for
    #[serde(skip_serializing_if = "Option::is_none")]
    currencies: Option<Vec<String>>,
    /// `null` for everything but `BANK_ACCOUNT`
    enabled_swifts: Option<Vec<SwiftView>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    enabled_bnpl_types: Vec<BnplView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnabledSwift)]
#[serde(rename_all = "camelCase")]
struct SwiftView {
    swift: &'static str,
    label: Label,
    image: ImageView,
    is_online: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnabledBnplType)]
#[serde(rename_all = "camelCase")]
struct BnplView {
    bnpl_type: &'static str,
    label: Label,
    image: ImageView,
}

/// Addresses of a logo in two sizes
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Image)]
struct ImageView {
    normal: String,
    large: String,
}

#[utoipa::path(get, path = "/api/eshops/eshop/{goid}/payment-instruments/{currency}",
    params(("goid" = i64, Path), ("currency" = String, Path), ("lang" = Option<String>, Query)),
    responses((status = 200, body = InstrumentsView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn of_currency(
    State(app): State<App>,
    caller: Caller,
    Path((goid, currency)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Json<InstrumentsView>, Failure> {
    let shop = shop(&app, caller, &goid)?;
    let currency: Option<Currency> = currency.parse().ok();
    let currency = currency
        .filter(|currency| shop.currencies.contains(currency))
        .ok_or_else(|| Failure::field("currency", Code::INVALID))?;
    Ok(Json(view(&app, &[currency], false, query.as_deref())))
}

#[utoipa::path(get, path = "/api/eshops/eshop/{goid}/payment-instruments",
    params(("goid" = i64, Path), ("lang" = Option<String>, Query)),
    responses((status = 200, body = InstrumentsView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn of_all_currencies(
    State(app): State<App>,
    caller: Caller,
    Path(goid): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<InstrumentsView>, Failure> {
    let shop = shop(&app, caller, &goid)?;
    Ok(Json(view(&app, &shop.currencies, true, query.as_deref())))
}

fn shop(app: &App, caller: Caller, goid: &str) -> Result<std::sync::Arc<Shop>, Failure> {
    let goid = goid.parse().ok().map(ShopId::new);
    let shop = goid.and_then(|goid| app.gateway.directory().shop_of(caller.client, goid).cloned());
    shop.ok_or_else(|| Failure::field("goid", Code::INVALID))
}

fn view(app: &App, currencies: &[Currency], tell: bool, query: Option<&str>) -> InstrumentsView {
    let pairs = form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let asked = form::last(&pairs, "lang").map(str::to_ascii_lowercase);
    let page = Wording { origin: &app.settings.public_url, asked: asked.as_deref() };
    let kinds = MethodKind::ALL.into_iter().filter(|kind| currencies.iter().any(|own| kind.takes(*own)));
    let kinds: Vec<MethodKind> = kinds.filter(|kind| app.gateway.offers(*kind)).collect();
    let group = |group: Group| {
        let used = kinds.iter().any(|kind| Group::of(*kind) == group);
        used.then(|| GroupView { label: Label::of(&group.text(), page.asked) })
    };
    InstrumentsView {
        groups: GroupsView {
            card_payment: group(Group::CardPayment),
            bank_transfer: group(Group::BankTransfer),
            wallet: group(Group::Wallet),
            bnpl: group(Group::Bnpl),
            others: group(Group::Others),
        },
        enabled: kinds.iter().map(|kind| page.instrument(*kind, currencies, tell)).collect(),
    }
}

/// In which language things are called, and where their pictures are.
struct Wording<'a> {
    origin: &'a str,
    asked: Option<&'a str>,
}

impl Wording<'_> {
    fn instrument(&self, kind: MethodKind, currencies: &[Currency], tell: bool) -> InstrumentView {
        let name = instrument::name(kind);
        let taken = currencies.iter().filter(|currency| kind.takes(**currency));
        InstrumentView {
            payment_instrument: name,
            label: Label::of(&labels::kind(kind), self.asked),
            image: self.image(&name.to_ascii_lowercase()),
            group: Group::of(kind),
            currencies: tell.then(|| taken.map(ToString::to_string).collect()),
            enabled_swifts: (kind == MethodKind::BankTransfer).then(|| self.swifts(currencies)),
            enabled_bnpl_types: self.bnpl_types(kind),
        }
    }

    fn swifts(&self, currencies: &[Currency]) -> Vec<SwiftView> {
        let usable = |bank: &&Bank| bank.currencies.iter().any(|own| currencies.contains(own));
        domain::BANKS
            .iter()
            .filter(usable)
            .map(|bank| SwiftView {
                swift: bank.code,
                label: Label::of(&labels::bank(bank), self.asked),
                image: self.image(bank.code),
                is_online: bank.online,
            })
            .collect()
    }

    fn bnpl_types(&self, kind: MethodKind) -> Vec<BnplView> {
        let deferred = ("DEFERRED_PAYMENT", &labels::DEFERRED);
        let types: &[(&'static str, &labels::Text)] = match kind {
            MethodKind::External(External::Twisto) => &[deferred],
            MethodKind::External(External::SkipPay) => &[deferred, ("PAY_IN_THREE", &labels::IN_THREE)],
            _ => &[],
        };
        let image = instrument::name(kind).to_ascii_lowercase();
        types
            .iter()
            .map(|(bnpl_type, text)| BnplView {
                bnpl_type,
                label: Label::of(text, self.asked),
                image: self.image(&image),
            })
            .collect()
    }

    fn image(&self, name: &str) -> ImageView {
        let at = |size: &str| format!("{}/images/checkout/{name}{size}.png", self.origin);
        ImageView { normal: at(""), large: at("@2x") }
    }
}
