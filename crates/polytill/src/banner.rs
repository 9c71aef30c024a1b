//! What is printed when the server is ready: in production where it is, in a sandbox also how to begin.

use std::fmt::Write;
use std::net::SocketAddr;

use domain::Span;
use gateway::{DEFAULT_CARD, TEST_CARDS};

use crate::config::Config;
use crate::node::{
    DEMO_ACCESS_TOKEN, DEMO_BIO_CODE, DEMO_CLIENT, DEMO_PASSWORD, DEMO_PERSON, DEMO_PROGRAM,
    DEMO_PROGRAM_SECRET, DEMO_REGISTER, DEMO_REGISTER_SECRET, DEMO_SECRET, DEMO_SHOP,
};

/// Where the server can be reached, and what it has.
#[derive(Debug)]
pub struct Ready<'a> {
    pub config: &'a Config,
    /// The address that was bound, with its real port.
    pub address: SocketAddr,
    /// The demo merchant is there with its published secret.
    pub demo: bool,
    /// The demo cash register is there with its published secret.
    pub register: bool,
    /// The demo cinemas are there with their published token.
    pub cinemas: bool,
    /// The demo merchant's people are there with their published password.
    pub person: bool,
    /// How far the sandbox's clock is ahead of the machine's.
    pub ahead: Span,
}

impl Ready<'_> {
    /// The line that scripts wait for.
    #[must_use]
    pub fn first_line(&self) -> String {
        format!("listening on {}\n", own_url(self.config, self.address))
    }

    /// Everything to be printed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.first_line();
        if self.config.production {
            return text;
        }
        let _ = write!(
            text,
            "\nThis is a sandbox: no money moves. Its data are in {}\n",
            self.config.data.display()
        );
        let _ = writeln!(text, "In a browser it begins at {}/", own_url(self.config, self.address));
        if self.ahead > Span::default() {
            let minutes = self.ahead.millis() / 60_000;
            let (hours, minutes) = (minutes / 60, minutes % 60);
            let _ = writeln!(
                text,
                "Its clock was moved and is {hours} h {minutes} min ahead; it never goes back, but new data begin with the right time."
            );
        }
        if self.demo {
            text.push_str(&first_steps(&own_url(self.config, self.address)));
        }
        if self.register {
            text.push_str(&first_sale(&own_url(self.config, self.address)));
        }
        if self.person {
            text.push_str(&first_task(&own_url(self.config, self.address)));
        }
        if self.cinemas {
            text.push_str(&first_check_in(&own_url(self.config, self.address)));
        }
        text.push_str("\nTest cards, with any CVC and any expiry to come:\n");
        for card in TEST_CARDS {
            let mark = if card.number == DEFAULT_CARD { "  (the default)" } else { "" };
            let _ = writeln!(text, "  {}  {}{mark}", card.number, card.effect);
        }
        text
    }
}

/// Scheme, host and port of the server as it listens; an address that means all of them is called by loopback.
#[must_use]
pub fn own_url(config: &Config, address: SocketAddr) -> String {
    let scheme = if config.has_tls() { "https" } else { "http" };
    let mut shown = address;
    if address.ip().is_unspecified() {
        let loopback = if address.is_ipv4() { "127.0.0.1" } else { "::1" };
        shown.set_ip(loopback.parse().unwrap_or(address.ip()));
    }
    format!("{scheme}://{shown}")
}

fn first_steps(url: &str) -> String {
    format!(
        r#"
Demo e-shop for GoPay's API: GoID {DEMO_SHOP}, client id {DEMO_CLIENT}, client secret {DEMO_SECRET}
Get a token, then create a payment and open its gw_url in a browser:

  TOKEN=$(curl -s {url}/api/oauth2/token -u {DEMO_CLIENT}:{DEMO_SECRET} -d grant_type=client_credentials -d scope=payment-all | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -s {url}/api/payments/payment -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{{"target":{{"type":"ACCOUNT","goid":{DEMO_SHOP}}},"amount":1000,"currency":"CZK","order_number":"001","payer":{{"contact":{{"email":"payer@example.com"}}}},"callback":{{"return_url":"{url}/_sandbox/shop"}},"lang":"CS"}}'
"#
    )
}

fn first_sale(url: &str) -> String {
    format!(
        r#"
Demo cash register for Comgate's terminal API: login {DEMO_REGISTER}, secret {DEMO_REGISTER_SECRET}
Take a payment at its terminal 10012345, which is simulated, and ask what became of it:

  ID=$(curl -s {url}/v2.0/terminalPayment.json -u {DEMO_REGISTER}:{DEMO_REGISTER_SECRET} -H "Content-Type: application/json" -d '{{"price":1000,"curr":"CZK","refId":"2010102600"}}' | sed 's/.*"transId":"\([^"]*\)".*/\1/')
  curl -s {url}/v2.0/terminalPayment/transId/$ID.json -u {DEMO_REGISTER}:{DEMO_REGISTER_SECRET}

To be that terminal yourself, with cards, a PIN pad and receipts, open {url}/terminal?tid=10012345 in a browser.
"#
    )
}

fn first_check_in(url: &str) -> String {
    format!(
        r#"
Demo cinemas for Integra's MobilePay API: bioCode {DEMO_BIO_CODE}, accessToken {DEMO_ACCESS_TOKEN}
Make the point of sale of terminal 1, start a payment there, and ask for its state. The customer's phone is {url}/phone

  AUTH="bioCode={DEMO_BIO_CODE}&accessToken={DEMO_ACCESS_TOKEN}"
  curl -s "{url}/api/pos/manage/create?terminalId=1&$AUTH"
  ID=$(curl -s "{url}/api/pos/payment/start?terminalId=1&orderId=A-1&amount=95.00&$AUTH" | sed 's/.*<paymentId>\([^<]*\).*/\1/')
  curl -s "{url}/api/pos/payment/status?paymentId=$ID&$AUTH"
"#
    )
}

fn first_task(url: &str) -> String {
    format!(
        r#"
Demo cash register for GP tom's Cloud API: client {DEMO_PROGRAM}, secret {DEMO_PROGRAM_SECRET}, user {DEMO_PERSON}
(master@example.com for all terminals), password {DEMO_PASSWORD}
Create a task for the same terminal and read it:

  TOKEN=$(curl -s {url}/cloud/oauth/token -u {DEMO_PROGRAM}:{DEMO_PROGRAM_SECRET} -d grant_type=password -d username={DEMO_PERSON} -d password={DEMO_PASSWORD} -d tid=10012345 | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  TASK=$(curl -s {url}/v1/tasks/TRANSACTION -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d '{{"transactionType":"SALE","amount":18950,"currencyCode":"CZK"}}' | sed 's/.*"taskId":"\([^"]*\)".*/\1/')
  curl -s {url}/v1/tasks/$TASK -H "Authorization: Bearer $TOKEN"
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(production: bool) -> Config {
        Config { production, ..Config::default() }
    }

    #[test]
    fn production_says_where_it_is_and_nothing_else() {
        let config = config(true);
        let ready = Ready {
            config: &config,
            address: ([127, 0, 0, 1], 81).into(),
            demo: false,
            register: false,
            cinemas: false,
            person: false,
            ahead: Span::default(),
        };
        assert_eq!(ready.text(), "listening on http://127.0.0.1:81\n");
    }

    #[test]
    fn a_sandbox_says_how_to_begin() {
        let config = config(false);
        let address = ([0, 0, 0, 0], 81).into();
        let ahead = Span::from_millis(30 * 3_600_000 + 5 * 60_000);
        let text = Ready {
            config: &config,
            address,
            demo: true,
            register: true,
            person: true,
            cinemas: true,
            ahead,
        }
        .text();
        assert!(text.starts_with("listening on http://127.0.0.1:81\n"), "{text}");
        for told in [
            "8123456789",
            "1061399163",
            "stDTmVXF",
            "4444444444444448",
            "demo-password",
            "./polytill-data",
            "/terminal?tid=10012345",
            "curl -s http://127",
            "30 h 5 min ahead",
            "http://127.0.0.1:81/\n",
        ] {
            assert!(text.contains(told), "{told} is not in {text}");
        }
    }

    #[test]
    fn without_the_demo_merchant_its_secret_is_not_printed() {
        let config = config(false);
        let text = Ready {
            config: &config,
            address: config.listen,
            demo: false,
            register: false,
            person: false,
            cinemas: false,
            ahead: Span::default(),
        }
        .text();
        assert!(!text.contains(DEMO_SECRET), "{text}");
    }

    #[test]
    fn tls_is_https() {
        let mut config = config(true);
        config.tls.certificate = Some("c.pem".into());
        assert_eq!(own_url(&config, "[::]:443".parse().unwrap()), "https://[::1]:443");
    }
}
