//! A walk past every screen of the phone, with an inspector.

use super::{ASTRID, Scene};
use testkit::prelude::*;

/// What the inspector of pages wants and an app on a phone has not.
const NOT_HERE: &str = "0 of body > header";

pub(super) struct Walk {
    scene: Scene,
    language: &'static str,
    wrong: Vec<String>,
    stops: usize,
}

impl Walk {
    /// Visits all screens and fails with everything that is wrong with any of them.
    pub(super) async fn past_all(browser: Browser, language: &'static str) {
        let scene = Scene::with(browser).await;
        let mut walk = Self { scene, language, wrong: vec![], stops: 0 };
        walk.before_paying().await;
        walk.paying().await;
        walk.afterwards().await;
        assert_eq!(walk.stops, 18);
        assert!(walk.wrong.is_empty(), "in {language}: {:#?}", walk.wrong);
        assert_eq!(walk.scene.chrome.complaints().await, Vec::<String>::new());
    }

    /// Inspects the screen on which this can be seen.
    async fn stop(&mut self, name: &str, css: &str) {
        self.scene.chrome.find(css).await;
        // What is still coming in is not yet there to be looked at.
        let still =
            "return document.getAnimations().every((it) => it.effect.getTiming().iterations === Infinity)";
        self.scene.chrome.until("still", async |page| page.execute(still, json!([])).await == true).await;
        let audit = include_str!("../browser/audit.js");
        let found = self.scene.chrome.execute(audit, json!([self.language])).await;
        let found = found.as_array().expect("the audit returns a list").iter();
        let complaints = found.filter_map(Value::as_str).filter(|it| *it != NOT_HERE);
        self.wrong.extend(complaints.map(|complaint| format!("{name}: {complaint}")));
        self.stops += 1;
    }

    async fn before_paying(&mut self) {
        self.stop("whose phone", "dialog h2").await;
        self.scene.become_(ASTRID).await;
        self.stop("home, nothing yet", ".activity .empty").await;
        self.scene.click("#language").await;
        self.stop("languages", "dialog [data-language]").await;
        self.scene.click("#closeSheet").await;
        self.scene.gone("dialog").await;
        self.scene.click("#scan").await;
        self.stop("scan", "#tills .row").await;
        self.scene.click("#useCode").await;
        self.stop("scan, not a code", "#code[aria-invalid=true]").await;
        self.scene.click(&format!("[data-beacon='{}']", self.scene.beacon)).await;
        self.stop("checked in", "#leave").await;
    }

    async fn paying(&mut self) {
        let payment = self.scene.cinema.prepare("1", "A-1042").await;
        self.stop("prepared", "#cancel").await;
        self.scene.cinema.ready("1", "A-1042", &payment, "123456.78").await;
        self.stop("to pay", "#swipeRange").await;
        self.scene.click("#cancel").await;
        self.stop("sure", "#sure").await;
        self.scene.click("#notSure").await;
        self.scene.gone("dialog").await;
        self.scene.click("#noSwipe").await;
        self.stop("with a button", "#payButton").await;
        // The answer is held back, so that the screen that works can be looked at.
        let hold = "const real = window.fetch; window.fetch = (path, options) => String(path).endsWith('acceptpayment') \
            ? new Promise((go) => { window.letGo = () => go(real(path, options)); }) : real(path, options)";
        self.scene.chrome.execute(hold, json!([])).await;
        self.scene.click("#payButton").await;
        self.stop("approving", ".working").await;
        self.scene.chrome.execute("window.letGo()", json!([])).await;
        self.stop("approved", ".outcome.good").await;
        self.scene.cinema.capture(&payment).await;
        self.stop("paid", ".outcome:not(:has(#why))").await;
        self.scene.click("#done").await;
        let refund = self.scene.cinema.refund(&payment, "R-1", "23456.00").await;
        self.scene.cinema.done("refund/capture", &[("refundId", &refund)]).await;
        self.stop("home with a notice", ".toast.good").await;
        self.scene.click(&format!("[data-id='{refund}']")).await;
        self.stop("refund", ".outcome.good").await;
        self.scene.click("#done").await;
    }

    async fn afterwards(&mut self) {
        self.scene.check_in(&self.scene.beacon.clone()).await;
        self.scene.chrome.find("#leave").await;
        let payment = self.scene.cinema.start("1", "A-1043", "95.00").await;
        self.scene.chrome.find("#swipeRange").await;
        self.scene.cinema.cancel(&payment).await;
        self.stop("cancelled by shop", ".outcome.quiet").await;
        self.scene.click("#done").await;
        self.scene.check_in(&self.scene.beacon.clone()).await;
        self.scene.chrome.find("#leave").await;
        self.scene.click("#back").await;
        self.stop("home, checked in", "#return").await;
        self.scene.click("#return").await;
        self.scene.click("#leave").await;
        self.stop("home", ".activity .row").await;
    }
}
