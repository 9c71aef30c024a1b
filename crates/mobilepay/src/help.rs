//! `GET /Help`: the operations as a page for people, made from the table.

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

use crate::operation::{Credentials, OPERATIONS, Spec};

const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("help.css");

pub(crate) async fn page() -> Response {
    let body = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>MobilePay PoS operations</title><link rel=\"stylesheet\" href=\"help/style.css\"></head>\n\
         <body><main><h1>MobilePay PoS operations</h1>\n\
         <p>Names of paths and parameters count in any case. A POST takes the same names as JSON, XML or a form. \
         Answers are XML unless the request accepts <code>application/json</code>.</p>\n{}</main></body></html>\n",
        OPERATIONS.iter().map(section).collect::<String>()
    );
    with_headers(body, "text/html; charset=utf-8")
}

pub(crate) async fn style() -> Response {
    with_headers(STYLE.to_owned(), "text/css; charset=utf-8")
}

/// Nothing here comes from outside, and no name of ours needs escaping.
fn section(spec: &Spec) -> String {
    let methods = spec.methods.allow().replace(", ", " or ");
    let inputs: String = names(spec).map(|name| format!("<li><code>{name}</code></li>")).collect();
    format!(
        "<section><h2><span>{methods}</span> <code>/api/pos/<wbr>{}</code></h2><p>{}</p><ul>{inputs}</ul>\
         <p>Answers with <code>{}</code>.</p></section>\n",
        spec.path.replace('/', "/<wbr>"),
        spec.summary,
        spec.answer.root,
    )
}

fn names(spec: &Spec) -> impl Iterator<Item = String> {
    let own = spec.parameters.iter().map(|parameter| match parameter.missing {
        Some(_) => parameter.name.to_owned(),
        None => format!("{} (optional)", parameter.name),
    });
    let credentials: &[&str] = match spec.credentials {
        Credentials::Full => &["accessToken", "bioCode"],
        Credentials::BioCode => &["bioCode"],
        Credentials::Previous => &["bioCode", "previousAccessToken"],
    };
    own.chain(credentials.iter().map(|name| (*name).to_owned()))
}

fn with_headers(body: String, kind: &'static str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "public, max-age=300"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
