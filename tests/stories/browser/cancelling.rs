//! A payer who does not want to pay.

use super::{BACK_TO_SHOP, SUBMIT, Scene};

#[tokio::test]
async fn a_cancelled_payment_offers_the_way_back() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.click("[data-cy=cancelButton]").await;
    scene.see("h1", "The payment was cancelled").await;
    assert!(scene.status(&order).await.starts_with("CANCELED _50"), "{}", scene.status(&order).await);
    scene.notified(&order).await;
    assert!(scene.chrome.find_all(SUBMIT).await.is_empty());
    scene.click(BACK_TO_SHOP).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    assert_eq!(scene.happened(&order, "captured").await, 0);
}

#[tokio::test]
async fn a_payment_cancelled_in_another_tab_takes_no_card() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.fill_in(super::APPROVED).await;
    scene.buttons.cancel(order.id).await.expect_status(200);
    scene.click(SUBMIT).await;
    scene.see("h1", "The payment was cancelled").await;
    assert_eq!(scene.happened(&order, "authorisation_sent").await, 0);
}
