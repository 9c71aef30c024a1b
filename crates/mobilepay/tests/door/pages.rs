//! The page of operations and the pictures of codes.

use mobilepay::Settings;
use mobilepay::operation::OPERATIONS;

use crate::echo::{BEACON, door, get};

#[tokio::test]
async fn the_help_page_lists_every_operation() {
    let door = door(Settings::default());
    for path in ["/Help", "/help", "/HELP"] {
        let page = get(&door, path, &[]).await;
        assert_eq!((page.status.as_u16(), page.kind()), (200, "text/html; charset=utf-8"));
        let plain = page.body.replace("<wbr>", "");
        for spec in &OPERATIONS {
            assert!(plain.contains(&format!("<code>/api/pos/{}</code>", spec.path)), "{}", spec.path);
            assert!(plain.contains(spec.summary), "{}", spec.path);
        }
        assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    }
    assert_eq!(get(&door, "/help/style.css", &[]).await.kind(), "text/css; charset=utf-8");
}

#[tokio::test]
async fn codes_are_drawn_for_beacons_that_are_in_use() {
    let door = door(Settings::default());
    let upper = BEACON.to_ascii_uppercase();
    for (path, status) in [
        (format!("/qr/{BEACON}.png"), 200),
        (format!("/qr/{upper}.PNG"), 200),
        (format!("/qr/{BEACON}.png?size=100"), 200),
        (format!("/qr/{BEACON}.png?SIZE=1000"), 200),
        (format!("/qr/{BEACON}.png?size=99"), 404),
        (format!("/qr/{BEACON}.png?size=1001"), 404),
        (format!("/qr/{BEACON}.png?size=big"), 404),
        (format!("/qr/{BEACON}"), 404),
        (format!("/qr/{BEACON}.svg"), 404),
        ("/qr/c7a1e5cc-6a0c-4d5c-8b11-2f0f3f9f5a11.png".to_owned(), 404),
        ("/qr/x.png".to_owned(), 404),
        ("/qr/%C3%A9.png".to_owned(), 404),
        ("/qr/.png".to_owned(), 404),
    ] {
        let answered = get(&door, &path, &[]).await;
        assert_eq!(answered.status, status, "{path}");
        let (kind, caching) = match status {
            200 => ("image/png", "public, max-age=300"),
            _ => ("text/plain; charset=utf-8", "no-store"),
        };
        assert_eq!((answered.kind(), answered.headers["cache-control"].to_str().unwrap()), (kind, caching));
    }
}
