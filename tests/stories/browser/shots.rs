use super::*;
async fn shot(c: &Chrome, name: &str) {
    c.screenshot(std::path::Path::new(&format!("/tmp/shots/{name}.png"))).await;
}
async fn all(w: u32, h: u32, dark: bool) {
    let mut b = Browser::default().size(w, h);
    if dark {
        b = b.dark();
    }
    let s = Scene::with(b).await;
    let t = format!("{w}{}", if dark { "d" } else { "" });
    let o = s
        .staying_order(
            &json!({"order_description":"Lodičky, velikost 38, doprava zdarma","order_number":"2026-00123"}),
        )
        .await;
    s.open(&o.path).await;
    s.chrome.find(SUBMIT).await;
    shot(&s.chrome, &format!("{t}-pay")).await;
    s.chrome.execute("document.getElementById('cardForm').submit()", json!([])).await;
    s.chrome.find("#problem").await;
    shot(&s.chrome, &format!("{t}-errors")).await;
    s.pay_with(NO_FUNDS).await;
    s.chrome.find("#problem .attempts").await;
    shot(&s.chrome, &format!("{t}-declined")).await;
    s.pay_with(CHALLENGED).await;
    s.chrome.find("#confirm").await;
    shot(&s.chrome, &format!("{t}-challenge")).await;
    s.click("#confirm").await;
    s.see("h1", "Thank you").await;
    shot(&s.chrome, &format!("{t}-paid")).await;
    let o = s.order(&json!({"order_number":"2026-00123"})).await;
    let (a, j) = (s.till.url(&o.path), s.till.url("/gp-gw/js/embed.js"));
    s.site.answer_path("/cart", html(&format!("<!doctype html><html lang=en><meta name=viewport content='width=device-width'><title>Cart</title><h1>My shop</h1><p>Some cart</p><form id=gopay-payment-button action='{a}' method=post><button>Pay</button></form><script src='{j}'></script>")));
    s.chrome.goto(&s.site.url("/cart")).await;
    s.click("button").await;
    s.chrome.execute("return new Promise((done) => addEventListener('message', (m) => m.data.event === 'state' && setTimeout(done, 500)))", json!([])).await;
    shot(&s.chrome, &format!("{t}-inline")).await;
}
#[tokio::test]
async fn shots() {
    tokio::join!(all(1280, 900, false), all(390, 844, false));
    all(390, 844, true).await;
}
