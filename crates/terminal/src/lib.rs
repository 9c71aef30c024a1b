//! The device's door: card terminals, and the terminal in the browser.
